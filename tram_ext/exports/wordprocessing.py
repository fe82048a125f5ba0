"""The subset of WordprocessingML that a report needs: runs, paragraphs and tables, as text.

Building a table cell by cell through python-docx takes minutes for a report of ten thousand sentences; the same XML
written in one go takes a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tram_ext.exports.evidence import printable, runs_right_to_left

ACCENT: Final = "1F4E79"
MUTED: Final = "6B7280"
BAND: Final = "E8EEF5"
LINE: Final = "D0D7E0"
BODY_TEXT: Final = "BodyText"


@dataclass(frozen=True)
class Run:
    """A run: text with one formatting.

    Attributes
    ----------
    size : float or None
        In points; None for the paragraph's own.
    color, fill : str
        Of letters and ground, as ``RRGGBB``; empty for none.
    link : str
        The relationship id of a hyperlink's target.
    """

    text: str
    bold: bool = False
    italic: bool = False
    size: float | None = None
    color: str = ""
    fill: str = ""
    link: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `span` columns wide."""

    paragraphs: Sequence[str]
    span: int = 1
    fill: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a table; a heading repeats on every page."""

    cells: Sequence[Cell]
    heading: bool = False


def paragraph(*runs: Run | str, style: str = "", right: bool = False, keep_next: bool = False) -> str:
    """Return a paragraph; its direction is that of its text."""
    parts = [Run(item) if isinstance(item, str) else item for item in runs]
    rtl = runs_right_to_left("".join(part.text for part in parts))
    properties = [
        f"<w:pStyle w:val={quoteattr(style)}/>" if style else "",
        "<w:keepNext/>" if keep_next else "",
        "<w:bidi/>" if rtl else "",
        '<w:jc w:val="right"/>' if right else "",
    ]
    return f"<w:p><w:pPr>{''.join(properties)}</w:pPr>{''.join(_run(part, rtl=rtl) for part in parts)}</w:p>"


def table(widths: Sequence[int], rows: Sequence[Row]) -> str:
    """Return a table with hairlines between rows; `widths` of columns in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for side in ("top", "bottom", "insideH")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 60), ("left", 90), ("bottom", 60), ("right", 90))
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(_row(row, widths) for row in rows)}</w:tbl>"
    )


def field(code: str, *, size: float, color: str) -> str:
    """Return a field that the word processor fills in, such as ``PAGE``."""
    form = _form(Run("", size=size, color=color), rtl=False)
    return f"<w:fldSimple w:instr={quoteattr(code)}><w:r>{form}<w:t>1</w:t></w:r></w:fldSimple>"


def _row(row: Row, widths: Sequence[int]) -> str:
    cells, column = [], 0
    for cell in row.cells:
        width = sum(widths[column : column + cell.span])
        column += cell.span
        span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
        properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{fill}</w:tcPr>'
        cells.append(f"<w:tc>{properties}{''.join(cell.paragraphs)}</w:tc>")
    heading = "<w:tblHeader/>" if row.heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{heading}</w:trPr>{''.join(cells)}</w:tr>"


def _run(run: Run, *, rtl: bool) -> str:
    form = _form(run, rtl=rtl)
    text = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "" for part in printable(run.text).split("\t")
    )
    written = f"<w:r>{form}{text}</w:r>"
    return f"<w:hyperlink r:id={quoteattr(run.link)}>{written}</w:hyperlink>" if run.link else written


def _form(run: Run, *, rtl: bool) -> str:
    half_points = round(run.size * 2) if run.size else 0
    parts = [
        "<w:b/><w:bCs/>" if run.bold else "",
        "<w:i/><w:iCs/>" if run.italic else "",
        f'<w:color w:val="{run.color}"/>' if run.color else "",
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>' if half_points else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{run.fill}"/>' if run.fill else "",
        "<w:rtl/>" if rtl else "",
    ]
    return f"<w:rPr>{''.join(parts)}</w:rPr>"
