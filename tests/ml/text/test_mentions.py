from __future__ import annotations

import pytest

from tram_ext.ml.text.mentions import explicit_ids, mentions, names_only


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They used rundll32 (T1218.011).", ["T1218.011"]),
        ("T1059, T1059.003 and T1059 again", ["T1059", "T1059.003"]),
        ("https://attack.mitre.org/techniques/T1059/003/", []),
        ("[T1566/001]: a mail", ["T1566.001"]),
        ("Ends a sentence with T1105.", ["T1105"]),
        ("The part AT1059 or T10591 or T1059x or T1059-A is a product", []),
        ("", []),
    ],
)
def test_finds_ids_as_words_of_their_own(text, found):
    assert explicit_ids(text) == found


def test_offsets_are_those_of_the_text():
    text = "First T1105, then [T1059.001]."
    assert [text[m.start : m.end] for m in mentions(text)] == ["T1105", "T1059.001"]


@pytest.mark.parametrize(
    ("text", "name", "is_so"),
    [
        ("Native API [T1106]", "Native API", True),
        ("Execution: Command and Scripting Interpreter: PowerShell [T1059.001]", "Command and Scripting Interpreter: PowerShell", True),
        ("T1106", "Native API", True),
        ("The loader calls functions of the Native API [T1106] to start its payload.", "Native API", False),
        ("It injects code into a running browser (T1055).", "Process Injection", False),
    ],
)  # fmt: skip
def test_a_heading_is_no_evidence(text, name, is_so):
    assert names_only(text, name) is is_so
