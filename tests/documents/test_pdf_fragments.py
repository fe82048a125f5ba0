"""Lines whose pieces are drawn apart are put together where they stand on the page."""

from __future__ import annotations

from tram_ext.documents.pdf_fragments import mended
from tram_ext.documents.pdf_lines import HYPHEN, Line


def _line(text: str, x0: float, y: float, *, height: float = 12.0, letter: float = 5.0) -> Line:
    return Line(text, x0, x0 + letter * len(text), y, height, page=1, page_width=612.0, page_height=792.0)


def _texts(*lines: Line) -> list[str]:
    return [line.text for line in mended(list(lines))]


def test_a_link_that_is_drawn_first_returns_into_its_line():
    link = _line("cert.example/slate,", 60 + 5 * 10 + 3, 500)
    before = _line("Write to a", 60, 500)
    after = _line("and keep the evidence.", link.x1 + 3, 500)

    assert _texts(link, _line("An earlier line.", 60, 515), before, after) == [
        "An earlier line.",
        "Write to a cert.example/slate, and keep the evidence.",
    ]


def test_pieces_that_touch_get_no_space():
    left = _line("hxxp://slate", 60, 500)

    assert _texts(left, _line("[.]example", left.x1, 500)) == ["hxxp://slate[.]example"]


def test_cells_of_a_table_stay_apart():
    assert _texts(_line("T1059", 60, 500), _line("Command", 110, 500)) == ["T1059", "Command"]


def test_a_footnote_mark_and_a_broken_word_are_left_alone():
    word, broken = _line("loader", 60, 500), _line(f"persis{HYPHEN}", 60, 400)
    mark = _line("1", word.x1, 500, height=7)

    assert _texts(word, mark, broken, _line("tence", broken.x1, 400)) == ["loader", "1", f"persis{HYPHEN}", "tence"]


def test_a_link_that_fills_a_line_returns_below_the_line_before_it():
    lines = [
        _line("soc@slate.example.", 60, 300),
        _line("The group sends lures by mail.", 60, 700),
        _line("It steals passwords from browsers.", 60, 685),
        _line("Help is given at any time of the day to all who", 60, 330),
        _line("were attacked and who ask for it by writing to", 60, 315),
        _line("This text is free to share.", 60, 270),
    ]

    assert _texts(*lines) == [
        "The group sends lures by mail.",
        "It steals passwords from browsers.",
        "Help is given at any time of the day to all who",
        "were attacked and who ask for it by writing to",
        "soc@slate.example.",
        "This text is free to share.",
    ]


def test_lines_in_order_stay_as_they_are():
    lines = [_line(f"Line {number} of the page.", 60, 700 - 15 * number) for number in range(30)]

    assert mended(lines) == lines
