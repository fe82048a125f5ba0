"""CSV: nothing in it can run, wherever a spreadsheet believes that a cell begins, and every cell comes back."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace

import pytest

from tests.exports.conftest import HEBREW
from tram_ext import exports
from tram_ext.exports.csv import COLUMNS, guarded, unguarded

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+9)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "'=already",
    "''",
    "'quoted'",
    '"=1"',
    'say "no", twice',
    "a,b;c",
    "two\nlines\r\nthree",
    HEBREW,
    "",
    "foo;=1+1",
    "foo;=1+1;bar",
    'foo;"=1+1";bar',
    "foo; '=1+1",
    "foo\t@SUM(1)",
    "foo|-1",
    "two\nlines\n=1+1",
    "two\r+1",
    "one,=1+1",
    "one\n=1;=2;\t=3",
    ";;=1",
    "؛=1",
    "foo；＝1",
    "﹦1",
    "−1+2",
]

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"
"""What a spreadsheet may take for the beginning of a formula."""


def rows(bundle):
    text = exports.render("csv", bundle).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("cell", HOSTILE)
def test_cells_are_harmless_and_come_back(cell):
    safe = guarded(cell)
    assert safe.lstrip()[:1] not in {"=", "+", "-", "@", "＝"}
    assert safe[:1] not in {"\t", "\r", "\n"}
    assert unguarded(safe) == cell


@pytest.mark.parametrize("cell", HOSTILE)
def test_the_file_round_trips(cell, bundle, reviewed):
    (first, *others) = reviewed.sentences
    changed = replace(
        reviewed, report=replace(reviewed.report, name=cell), sentences=(replace(first, text=cell), *others)
    )
    read = rows(replace(bundle, reports=(changed,)))
    assert {unguarded(row["report"]) for row in read} == {cell}
    assert unguarded(read[-1]["text"]) == cell


def as_a_spreadsheet_reads(text):
    """Yield every cell that some spreadsheet sees: with the list separator of any country, and blind to quotes or not."""
    for separator in ",;\t|؛":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting):
                yield from row


def could_run(cell):
    return cell.lstrip(' "\N{NO-BREAK SPACE}')[:1] in {*SIGNS}


@pytest.mark.parametrize("cell", HOSTILE)
def test_nothing_runs_whatever_separates_cells(cell, bundle, reviewed):
    (first, *others) = reviewed.sentences
    hostile = (replace(first, text=cell, mappings=tuple(replace(m, note=cell) for m in first.mappings)), *others)
    changed = replace(reviewed, report=replace(reviewed.report, name=cell), sentences=hostile)
    text = exports.render("csv", replace(bundle, reports=(changed,))).content.decode("utf-8-sig")
    assert [found for found in as_a_spreadsheet_reads(text) if could_run(found)] == []


def test_no_text_whatever_runs_or_is_lost():
    dice = random.Random(5)
    for _ in range(20_000):
        cell = "".join(dice.choices("a'\" =+-;,|\t\r\n؛＝", k=dice.randint(0, 9)))
        safe = guarded(cell)
        assert unguarded(safe) == cell
        line = f'"x","{safe.replace(chr(34), chr(34) * 2)}","y"'
        assert [found for found in as_a_spreadsheet_reads(line) if could_run(found)] == [], (cell, line)


def test_the_guard_takes_time_in_step_with_the_text():
    """Runs of separators and quotes, as a hostile text may have them, are looked at once."""
    for filler in ("\n", "' ", '"', ";'", "\t \n"):
        cell = filler * 200_000
        assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize(
    "text", ["It ran net user x - and y; then a-b = c.", "see: a=1; b=2", "x,y;z", "'quoted'; \"too\"", "T1059 | none"]
)
def test_prose_is_left_as_it_is(text):
    assert guarded(text) == text


def test_rows(bundle):
    read = rows(bundle)
    assert tuple(read[0]) == COLUMNS
    assert [(row["sentence"], row["technique_id"], row["confidence"], row["review"]) for row in read] == [
        ("0", "T1059.001", "92.8", "accepted"),
        ("1", "T1053", "40.0", "awaiting review"),
        ("1", "T9999", "12.0", "awaiting review"),
        ("2", "T1003", "99.0", "rejected"),
        ("3", "T1059.001", "71.0", "accepted"),
        ("3", "T1053", "35.0", "accepted"),
        ("4", "", "", "accepted"),
    ]
    assert read[1]["tactics"] == "Execution; Persistence"
    assert read[2]["technique"] == "'=Lost technique"
    assert read[2]["status"] == "retired"
    assert {row["attack_version"] for row in read} == {"enterprise-attack 18.1"}


def test_control_characters_are_replaced(bundle):
    content = exports.render("csv", bundle).content
    assert b"\x00" not in content
    assert b"\x07" not in content


def test_several_reports_and_accepted_only(bundle, reviewed):
    other = replace(reviewed, report=replace(reviewed.report, id=2))
    assert {row["report_id"] for row in rows(replace(bundle, reports=(reviewed, other)))} == {"1", "2"}
    assert {row["review"] for row in rows(replace(bundle, accepted_only=True))} == {"accepted"}
