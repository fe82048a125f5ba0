"""Cleaning of ATT&CK's texts."""

from __future__ import annotations

import time

import pytest

from tram_ext.attack.text import excerpt, one_line, plain

LINK = "[Mudlark](https://attack.mitre.org/software/S9901)"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"{LINK} can delete files.(Citation: Acme Mudlark 2031)", "Mudlark can delete files."),
        ("It sleeps (Citation: Acme (Part 2) 2031), then wakes.", "It sleeps, then wakes."),
        ("It sleeps (Citation: A)(Citation: B). Then it wakes.", "It sleeps. Then it wakes."),
        ("It sleeps.(Citation: A).", "It sleeps."),
        ("It sleeps.(Citation: A)Then it wakes.", "It sleeps. Then it wakes."),
        ("It is written in C.(Citation: A) .NET comes later.", "It is written in C. .NET comes later."),
        ("See [Foo (bar)](https://example.org/wiki/Foo_(bar)).", "See Foo (bar)."),
        ("runs <code>net use</code> and `whoami /all`", "runs net use and whoami /all"),
        ("keeps <code>C:\\**\\*.doc</code> but **not** this", "keeps C:\\**\\*.doc but not this"),
        ("kills <PID> and writes &lt;name&gt; &amp; more", "kills <PID> and writes <name> & more"),
        ("asks http://example.org/?a=1&copy=2", "asks http://example.org/?a=1&copy=2"),
        ("the host google[.]test and [service name]", "the host google[.]test and [service name]"),
        ("## Windows\n\n\n\n* one\n* two\r\n\r\nEnd.", "Windows\n\n- one\n- two\n\nEnd."),
        ("a\u200bb\u2060c\x00d\ud800e \u00a0 f", "abcde f"),
        ("first(Citation: A)\n\nsecond", "first\n\nsecond"),
        ("", ""),
    ],
)
def test_plain(raw, expected):
    assert plain(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"{LINK} steals cookies.(Citation: Acme Mudl...", "Mudlark steals cookies."),
        (f"{LINK} steals cookies.(Cit...", "Mudlark steals cookies."),
        (f"{LINK} steals cookies. (...", "Mudlark steals cookies."),
        (f"{LINK} steals cookies.(Citation: A) It also reads the cl...", "Mudlark steals cookies."),
        (f"{LINK} steals every cookie of the browser....", "Mudlark steals every cookie of the browser."),
        (f"{LINK} hides itself as setup_a.ex...", "Mudlark hides itself"),
        (f"{LINK} hides itself as C:\\Temp\\setup....", "Mudlark hides itself as C:\\Temp\\setup"),
        ("It drops [Mudlark](https://attack.mi...", "It drops Mudlark"),
        ("It drops [Mudlark](https://attack.mitre.org/software/S9901)...", "It drops Mudlark"),
        ("It drops [Mudlark]...", "It drops Mudlark"),
        ("It drops tools such as [Mud...", "It drops tools"),
        ("It lists files, and it then has the...", "It lists files, and it"),
        ("It writes a value under <code>HKLM\\Software\\Some Vendor\\Ru...", "It writes a value"),
        ("It writes a value under `HKLM\\Software\\Some Vendor\\Ru...", "It writes a value"),
        ("It targets banks, e.g. in Ruritania. Next it enc...", "It targets banks, e.g. in Ruritania."),
        ("It came from the U.S. Government network and lat...", "It came from the U.S. Government network"),
    ],
)
def test_excerpt_ends_where_a_reader_can_stop(raw, expected):
    assert excerpt(raw) == (expected, True)


def test_whole_text_is_no_excerpt():
    assert excerpt("It waits.(Citation: A)") == ("It waits.", False)


def test_one_line():
    assert one_line(" a\n\n b\tc ") == "a b c"


@pytest.mark.parametrize(
    "hostile",
    [
        "<code>" * 50_000,
        "(Citation: a(" * 50_000,
        "[" * 200_000,
        "](" * 100_000,
        " " * 300_000 + "x",
        "\n" * 300_000 + "x",
    ],
)
def test_hostile_text_costs_no_more_than_its_length(hostile):
    started = time.perf_counter()
    plain(hostile)
    assert time.perf_counter() - started < 5
