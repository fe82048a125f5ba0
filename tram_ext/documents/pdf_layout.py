"""Page layout of PDFs: removal of headers and footers, and the reading order of columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from tram_ext.documents.pdf_fragments import mended
from tram_ext.documents.pdf_lines import Line

_MARGIN = 0.13  # of the page's height, at the top and the bottom, where furniture stands
_OUTER_MARGIN = 0.08  # where a bare number is a page number
_SAME_PLACE = 0.02
_LEAST_PAGES, _ENOUGH_PAGES = 3, 10
_COLUMN_LINES = 8
_COLUMN_SHARE = 0.6  # of a page's lines, that must stand on one side of its middle
_COLUMN_WIDTH = 0.25  # of the page: the lines of a column are long, those of a table's cells are not
_INTERLEAVED = 0.5  # of the steps from line to line, that change sides where the file has columns line by line
_DIGITS = re.compile(r"\d+")
_FRAME = r"[-\u2013\u2014|\[\]() ]{0,4}"
_PAGE_NUMBER = re.compile(
    rf"{_FRAME}(?:page|p\.|seite)?\s?(?:\d{{1,5}}|[ivxlc]{{1,7}})(?:\s?(?:of|/|von)\s?\d{{1,5}})?{_FRAME}",
    re.IGNORECASE,
)


def without_furniture(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Remove headers, footers and page numbers.

    A header is what stands in the outer part of several pages with the same words, digits aside, at the same height.

    Parameters
    ----------
    pages : sequence of list of Line
        The lines of each page.

    Returns
    -------
    list of list of Line
        The same, without furniture.
    """
    needed = max(_LEAST_PAGES, min(len(pages) // 4, _ENOUGH_PAGES))
    seen: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for lines in pages:
        for line in lines:
            if _height_share(line) is not None:
                seen[_pattern(line)][_place(line)].add(line.page)
    return [[line for line in lines if not _is_furniture(line, seen, needed)] for lines in pages]


def _is_furniture(line: Line, seen: dict[str, dict[int, set[int]]], needed: int) -> bool:
    """Return whether a line repeats from page to page, or is a page number."""
    share = _height_share(line)
    if share is None:
        return False
    if share < _OUTER_MARGIN and _PAGE_NUMBER.fullmatch(line.text):
        return True
    places = seen[_pattern(line)]
    place = _place(line)
    return len(set().union(*(places.get(near, set()) for near in (place - 1, place, place + 1)))) >= needed


def _height_share(line: Line) -> float | None:
    """Return the distance of a line to the edge as a fraction of the page, or None outside of the margins."""
    middle = (line.y + line.height / 2) / max(line.page_height, 1.0)
    share = min(middle, 1 - middle)
    return share if share <= _MARGIN else None


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _place(line: Line) -> int:
    return round(line.y / max(line.page_height, 1.0) / _SAME_PLACE)


def in_reading_order(lines: list[Line]) -> list[Line]:
    """Sort the left column before the right one where the file stores two columns line by line.

    Most files hold their columns one after the other, and are left as they are.

    Parameters
    ----------
    lines : list of Line
        The lines of a page, in the order of the file.

    Returns
    -------
    list of Line
        In the order of reading.
    """
    lines = mended(lines)
    sides = [_side(line) for line in lines]
    long = [line.x1 - line.x0 > _COLUMN_WIDTH * line.page_width for line in lines]
    left = sum(side < 0 and wide for side, wide in zip(sides, long, strict=True))
    right = sum(side > 0 and wide for side, wide in zip(sides, long, strict=True))
    if min(left, right) < _COLUMN_LINES or left + right < _COLUMN_SHARE * len(lines):
        return lines
    steps = sum(one * other < 0 for one, other in pairwise(sides))
    if steps < _INTERLEAVED * (left + right):
        return lines
    ordered: list[Line] = []
    held: list[Line] = []
    for line, side in zip(lines, sides, strict=True):
        if side < 0:
            ordered.append(line)
        elif side > 0:
            held.append(line)
        else:  # a line across both columns ends them
            ordered += [*held, line]
            held = []
    return ordered + held


def _side(line: Line) -> int:
    """Return -1 for a line left of the middle of its page, 1 for one right of it, 0 for one across."""
    middle = line.page_width / 2
    slack = 0.02 * line.page_width
    if line.x1 <= middle + slack:
        return -1
    return 1 if line.x0 >= middle - slack else 0
