from __future__ import annotations

import pytest

from tram_ext.cli import text


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("plain", "plain"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("invoice\u202efdp.exe", "invoice\\u202efdp.exe"),
        ("over\rwritten", "over\\rwritten"),
        ("back\bspace", "back\\x08space"),
        ("one\u2028two", "one\\u2028two"),
        ("\ud800", "\\ud800"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("two\nlines\tand a tab", "two\nlines and a tab"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(hostile: str, shown: str) -> None:
    assert text.clean(hostile) == shown


def test_shortens_between_words() -> None:
    assert text.shortened("a short one", 20) == "a short one"
    assert text.shortened("one two three four", 12) == "one two…"
    assert text.shortened("x" * 30, 10) == "x" * 9 + "…"


def test_counts_in_words() -> None:
    assert text.counted(1, "sentence") == "1 sentence"
    assert text.counted(2000, "sentence") == "2,000 sentences"
    assert text.counted(0, "technique") == "0 techniques"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2.5e6, "2.5 MB"), (3.21e9, "3.2 GB")]
)
def test_sizes(number: float, said: str) -> None:
    assert text.size(number) == said
