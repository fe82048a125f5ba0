"""Repair of lines whose pieces are drawn out of order, such as links that some programs write first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from tram_ext.documents.pdf_lines import HYPHEN, Line

_SAME_ROW = 0.25  # heights, by which the lower edges of the pieces of a line may differ
_SAME_HEIGHT = 0.13
_WIDEST_SPACE = 0.5  # heights; a wider gap stands between cells
_SPACE = 0.1  # heights, from which a gap is a space
_OVERLAP = 0.1  # heights
_FAR = 2.5  # heights, between lines that are no neighbours
_LEAST_STEP, _WIDEST_STEP = 0.5, 1.4  # heights, from a line of a paragraph to the next
_MOST_STRAYS = 40


def mended(lines: list[Line]) -> list[Line]:
    """Join the pieces of a line at the position of the longest.

    Parameters
    ----------
    lines : list of Line
        The lines of a page, in the order of the file.

    Returns
    -------
    list of Line
        In the same order, but for lines that stood far from where they belong.
    """
    mended_at: dict[int, Line] = {}
    gone: set[int] = set()
    for pieces in _chains(lines):
        longest = max(pieces, key=lambda index: len(lines[index].text))
        mended_at[longest] = _joined([lines[index] for index in pieces])
        gone.update(set(pieces) - {longest})
    if mended_at:
        lines = [mended_at.get(index, line) for index, line in enumerate(lines) if index not in gone]
    return _strays_put_back(lines)


def _strays_put_back(lines: list[Line]) -> list[Line]:
    """Move a line that is out of order in the file to below the one above it on the page.

    So it is with a link that fills a line by itself. A page of many such lines is a drawing, and stays as it is.
    """
    strays = [index for index in range(len(lines)) if _is_stray(lines, index)]
    if not 0 < len(strays) <= _MOST_STRAYS:
        return lines
    settled = [index for index in range(len(lines)) if index not in set(strays)]
    below: dict[int, list[Line]] = {}
    moved: set[int] = set()
    for stray in strays:
        above = next((index for index in settled if _stands_under(lines[index], lines[stray])), None)
        if above is not None:
            below.setdefault(above, []).append(lines[stray])
            moved.add(stray)
    return [
        placed for index, line in enumerate(lines) if index not in moved for placed in (line, *below.get(index, ()))
    ]


def _is_stray(lines: Sequence[Line], index: int) -> bool:
    """Return whether a line is far from the lines before and after it in the file."""
    line = lines[index]
    neighbours = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return all(abs(line.y - other.y) > _FAR * line.height for other in neighbours)


def _stands_under(above: Line, line: Line) -> bool:
    """Return whether `line` is the next one of the paragraph of `above`."""
    step = (above.y - line.y) / line.height
    return _LEAST_STEP < step < _WIDEST_STEP and abs(above.x0 - line.x0) < line.height


def _chains(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Yield the indices of lines that lie end to end on one row, from left to right."""
    order = sorted(range(len(lines)), key=lambda index: -lines[index].y)
    start = 0
    for end in range(1, len(order) + 1):
        if end < len(order) and _same_row(lines[order[end - 1]], lines[order[end]]):
            continue
        row = sorted(order[start:end], key=lambda index: lines[index].x0)
        start = end
        chain = row[:1]
        for left, right in pairwise(row):
            if _end_to_end(lines[left], lines[right]):
                chain.append(right)
                continue
            if len(chain) > 1:
                yield chain
            chain = [right]
        if len(chain) > 1:
            yield chain


def _same_row(one: Line, other: Line) -> bool:
    return abs(one.y - other.y) <= _SAME_ROW * min(one.height, other.height)


def _end_to_end(left: Line, right: Line) -> bool:
    """Return whether `right` begins where `left` ends."""
    height = max(left.height, right.height)
    alike = height - min(left.height, right.height) <= _SAME_HEIGHT * height
    return alike and not left.text.endswith(HYPHEN) and -_OVERLAP <= (right.x0 - left.x1) / height <= _WIDEST_SPACE


def _joined(pieces: Sequence[Line]) -> Line:
    """Join pieces from left to right to one line."""
    text = pieces[0].text
    for left, right in pairwise(pieces):
        text += (" " if right.x0 - left.x1 > _SPACE * right.height else "") + right.text
    beside = all(piece.beside for piece in pieces)
    return replace(pieces[0], text=text, x1=pieces[-1].x1, beside=beside)
