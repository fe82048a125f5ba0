from __future__ import annotations

import re

from tram_ext.widgets.fallback import MOST_ROWS, Summary
from tram_ext.widgets.table import Column, DataTable

HOSTILE = "<img src=x onerror=alert(1)>"


def test_numbers_stand_right_and_words_left():
    summary = Summary(
        ["Models"], ["Name", "F1", "Change", "7 of"], [["T1", "88.9 %", "+1.5", "7"], ["12", "-", "-0.3", "x"]]
    )
    found = re.findall(r'<(t[hd])[^>]* style="text-align: (\w+)[^"]*">([^<]*)<', summary.html())
    sides = {"Name": "left", "F1": "right", "Change": "right", "7 of": "left"}
    assert {text: side for tag, side, text in found if tag == "th"} == sides
    assert [side for tag, side, _ in found if tag == "td"] == [*sides.values()] * 2


def test_what_is_long_breaks_and_what_is_hostile_is_text():
    html = Summary(["Jobs"], [HOSTILE], [["x" * 300], [HOSTILE]]).html()
    assert html.count("overflow-wrap: anywhere") == 3
    assert "<img" not in html


def test_a_table_without_rows_and_one_with_too_many():
    assert "<tbody></tbody>" in Summary(["None"], ["Name"]).html()
    many = Summary(["Many"], ["Number"], [[str(number)] for number in range(MOST_ROWS + 2)])
    assert "… and 2 more" in many.html()
    assert many.html().count("<td") == MOST_ROWS


def test_moments_are_written_for_people():
    table = DataTable("Models", [Column("at", "Trained", "moment"), Column("by", "By")])
    rows = ({"at": "2026-11-29T10:58:33.625045Z"}, {"at": "2021-05-04T13:02:42Z"}, {"at": None})
    table.show(rows, key=lambda row: row["at"])
    assert [row[0] for row in table.summary().rows] == ["2026-11-29 10:58 UTC", "2021-05-04 13:02 UTC", "-"]
