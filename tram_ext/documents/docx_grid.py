"""Tables that a PDF converter laid out word by word: their ruled lines show what belongs together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tram_ext.documents.docx_headers import Block
from tram_ext.domain.documents import BlockKind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEAST_RULES = 2
_RULED = 0.6  # of the cells of a row, that must have a line below for the row to be one
_SHARED = 0.5  # of the framed rows, in which a column must end at the same place


class _Cell(NamedTuple):
    """A cell: the columns of the grid it covers, its lines and its text."""

    start: int
    end: int
    text: str
    goes_on: bool
    borders: frozenset[str]


def blocks_of_grid(table: Any, text_of: Callable[[Any], str]) -> Iterator[Block] | None:
    """Read a table by the lines drawn in it.

    Parameters
    ----------
    table : element
        The ``w:tbl``.
    text_of : callable
        Returns the text of a cell, with the spaces at its ends.

    Returns
    -------
    iterator of Block or None
        What stands between the lines, row by row; None for a table whose cells are what they seem.
    """
    if table.find(f".//{_W}vMerge") is None or table.find(f"./{_W}tr/{_W}tc//{_W}tbl") is not None:
        return None
    rows = [_cells(row, text_of) for row in table.iterchildren(f"{_W}tr")]
    rules = [_is_rule(row) for row in rows]
    if sum(rules) < _LEAST_RULES:
        return None
    framed = [row for row in rows if any(cell.borders & {"left", "right", "start", "end"} for cell in row)]
    ends = Counter(cell.end for row in framed for cell in row if cell.borders & {"right", "end"})
    edges = sorted(end for end, count in ends.items() if count >= _SHARED * len(framed))
    return _bands(rows, rules, edges) if edges else None


def _cells(row: Any, text_of: Callable[[Any], str]) -> list[_Cell]:
    """Return the cells of a row, by where they stand in the grid."""
    cells: list[_Cell] = []
    at = 0
    for cell in row.iterchildren(f"{_W}tc"):
        properties = cell.find(f"{_W}tcPr")
        span = properties.find(f"{_W}gridSpan") if properties is not None else None
        merge = properties.find(f"{_W}vMerge") if properties is not None else None
        drawn = properties.find(f"{_W}tcBorders") if properties is not None else None
        value = span.get(f"{_W}val", "1") if span is not None else "1"
        width = int(value) if value.isdecimal() and len(value) < 4 else 1  # noqa: PLR2004 - Word has 63 columns
        borders = frozenset(line.tag.removeprefix(_W) for line in drawn) if drawn is not None else frozenset()
        goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
        cells.append(_Cell(at, at + width, text_of(cell), goes_on, borders))
        at += width
    return cells


def _is_rule(row: list[_Cell]) -> bool:
    """Return whether a row holds only the ruled line between two visible rows."""
    return not any(cell.text.strip() for cell in row) and (
        sum("bottom" in cell.borders for cell in row) >= _RULED * len(row) > 0
    )


def _bands(rows: list[list[_Cell]], rules: list[bool], edges: list[int]) -> Iterator[Block]:
    """Yield the visible cells: between two ruled lines, and between two edges."""
    columns: list[list[str]] = [[] for _ in range(len(edges) + 1)]
    line: list[_Cell] = []
    for row, rule in zip(rows, rules, strict=True):
        if line and not any(cell.goes_on for cell in row):
            _set(line, columns, edges)
            line = []
        line += [cell for cell in row if cell.text.strip()]
        framed = any(cell.borders for cell in row)
        if rule or not framed:
            _set(line, columns, edges)
            line = []
            yield from _emptied(columns)
    _set(line, columns, edges)
    yield from _emptied(columns)


def _set(line: list[_Cell], columns: list[list[str]], edges: list[int]) -> None:
    """Assign the words of a line, from left to right, to their columns.

    A cell that stands under another one of the same line is on the next line of its column.
    """
    levels: list[tuple[int, _Cell]] = []
    for cell in line:
        above = (level for level, other in levels if other.start < cell.end and cell.start < other.end)
        levels.append((max(above, default=-1) + 1, cell))
    words: dict[int, str] = {}
    for _, cell in sorted(levels, key=lambda placed: (placed[0], placed[1].start)):
        column = sum(edge <= cell.start for edge in edges)
        words[column] = _beside(words.get(column, ""), cell.text)
    for column, text in words.items():
        columns[column].append(text)


def _beside(left: str, right: str) -> str:
    """Join two words with a space, unless one is there or the second is punctuation."""
    close = not left or left[-1].isspace() or right[0].isspace() or right.strip()[0] in ",;:)" or right.strip() == "."
    return f"{left}{right}" if close else f"{left} {right}"


def _emptied(columns: list[list[str]]) -> Iterator[Block]:
    """Yield the content of the columns, and clear them."""
    gap = "\n\n"
    for column in columns:
        text = " ".join(" ".join(column).split())
        column.clear()
        if text:
            yield Block(text, gap=gap, kind=BlockKind.CELL)
            gap = "\t"
