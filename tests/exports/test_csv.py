"""CSV: nothing in it can run, and every cell comes back."""

from __future__ import annotations

import csv
import io
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
]


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
