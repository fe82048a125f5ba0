"""The lines of a PDF page with position and height, as pdfium reports them."""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tram_ext.documents.encoding import clean
from tram_ext.documents.plain import without_bullet

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

HYPHEN = "\x02"
"""Stands at the end of a line that was broken inside a word, or at a hyphen."""

_MARKED_HYPHEN = "\ufffe"  # pdfium's own mark; it may swallow the line break after it
_LINE = re.compile(r"[^\r\n\ufffe]+\ufffe?")
_INNER_SPACE = re.compile(r"(?<=\S)\s+(?=\S)")
_USUAL_LETTER, _SUSPICIOUS = 0.36, 0.5  # heights
_GAP = 1.1  # heights: a wider space separates cells
_EVEN = 0.4  # heights, by which the gaps of a justified line differ: those beside another font, most of all
_EQUAL = 0.05  # heights, by which they may where there are only two of them, as between three cells
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
    0xAD: None,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a cell of one; points, from the lower left corner of the page.

    Attributes
    ----------
    x0, x1 : float
        Left and right end.
    y : float
        Lower edge.
    height : float
        Of the font, from its middle character: bullets are in another font.
    page : int
        From 1.
    page_width, page_height : float
        Of the page.
    beside : bool
        Whether other cells stand on the same line.
    """

    text: str
    x0: float
    x1: float
    y: float
    height: float
    page: int
    page_width: float
    page_height: float
    beside: bool = False


def lines_of(page: Any, number: int) -> list[Line]:
    """Read the lines of a page, in the order of its content.

    Parameters
    ----------
    page : pypdfium2.PdfPage
        The page.
    number : int
        Its number, from 1.

    Returns
    -------
    list of Line
        None of them blank.
    """
    textpage: PdfTextPage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if not count:
            return []
        text = textpage.get_text_range(0, count)
        boxes = _Boxes(textpage, text, count)
        frame = _Frame(number, *page.get_size())
        return [line for match in _LINE.finditer(text) for line in _cells(match, boxes, frame)]
    finally:
        textpage.close()


class _Frame(NamedTuple):
    """The number and the size of a page."""

    page: int
    width: float
    height: float


class _Boxes:
    """The boxes of characters, by their offset in the text of the page."""

    def __init__(self, textpage: PdfTextPage, text: str, count: int) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = textpage.raw
        self._rect = raw.FS_RECTF()
        self._reference = ctypes.byref(self._rect)
        self._direct = len(text) == count
        # pdfium counts UTF-16 units, Python characters; they differ after the first emoji only.
        some = max(text, default="") > "\uffff"
        self._astral = [index for index, letter in enumerate(text) if letter > "\uffff"] if some else []

    def at(self, offset: int) -> tuple[float, float, float, float] | None:
        """Return left, bottom, right and top of a character."""
        index = self._index(offset)
        if index < 0 or not self._raw.FPDFText_GetLooseCharBox(self._page, index, self._reference):
            return None
        rect = self._rect
        return rect.left, rect.bottom, rect.right, rect.top

    def _index(self, offset: int) -> int:
        """Return pdfium's own number of a character."""
        if self._direct:
            return offset
        if self._astral:
            offset += bisect_left(self._astral, offset)
        index: int = self._raw.FPDFText_GetCharIndexFromTextIndex(self._page, offset)
        return index


def _cells(match: re.Match[str], boxes: _Boxes, frame: _Frame) -> Iterator[Line]:
    """Yield the cells of a line; one, for most lines."""
    text = match[0]
    if text.isspace() or text == _MARKED_HYPHEN:
        return
    middle = _middle(text)
    box = boxes.at(match.start() + middle)
    height = max(box[3] - box[1], 1.0) if box else 1.0
    cuts = list(_wide_gaps(text, match.start(), boxes, height))
    if cuts and _is_justified(text, match.start(), boxes, height):
        cuts = []
    start = 0
    for cut in [*cuts, len(text)]:
        line = _line(text[start:cut], match.start() + start, boxes, frame, beside=bool(cuts))
        if line:
            yield line
        start = cut


def _middle(text: str) -> int:
    """Return the offset of the character nearest to the middle that is no space."""
    middle = len(text) // 2
    while middle and text[middle].isspace():
        middle -= 1
    return middle


def _wide_gaps(text: str, start: int, boxes: _Boxes, height: float) -> Iterator[int]:
    """Yield the offsets at which a cell begins.

    The step from the start of a word to the start of the next one says where a closer look pays: a look at every gap
    would cost more than all the rest.
    """
    before: float | None = None
    word = 0
    for space in _INNER_SPACE.finditer(text):
        right = boxes.at(start + space.end())
        if right is None:
            continue
        usual = (space.end() - word) * _USUAL_LETTER * height
        if before is None or not 0 <= right[0] - before < usual + _SUSPICIOUS * height:
            left = boxes.at(start + space.start() - 1)
            if left and abs(left[1] - right[1]) < height and right[0] - left[2] > _GAP * height:
                yield space.end()
        before, word = right[0], space.end()


def _is_justified(text: str, start: int, boxes: _Boxes, height: float) -> bool:
    """Return whether a line is justified: with a long address in it, few gaps take all the stretch.

    Between the cells of a table the gaps differ, and those inside of a cell are narrow.
    """
    gaps: list[float] = []
    first = len(text) - len(without_bullet(text))  # the gap behind a bullet is not stretched
    for space in _INNER_SPACE.finditer(text, first):
        left, right = boxes.at(start + space.start() - 1), boxes.at(start + space.end())
        if left and right:
            gaps.append(right[0] - left[2])
    if len(gaps) < 2:  # noqa: PLR2004 - a single gap has none to be compared with
        return False
    return max(gaps) - min(gaps) <= (_EVEN if len(gaps) > 2 else _EQUAL) * height  # noqa: PLR2004


def _line(text: str, start: int, boxes: _Boxes, frame: _Frame, *, beside: bool) -> Line | None:
    """Return the line of a span of text, or None for a blank one."""
    lead = len(text) - len(text.lstrip())
    broken = text.endswith(_MARKED_HYPHEN)
    stripped = clean(text.replace(_MARKED_HYPHEN, "")).translate(_LIGATURES).strip()
    if not stripped:
        return None
    last = len(text.rstrip().rstrip(_MARKED_HYPHEN)) - 1
    first_box, last_box = boxes.at(start + lead), boxes.at(start + last)
    if first_box is None or last_box is None:
        return None
    middle = boxes.at(start + _middle(text[: last + 1])) or last_box
    return Line(
        text=stripped + HYPHEN * broken,
        x0=min(first_box[0], last_box[0]),
        x1=max(first_box[2], last_box[2]),
        y=middle[1],
        height=max(middle[3] - middle[1], 1.0),
        page=frame.page,
        page_width=frame.width,
        page_height=frame.height,
        beside=beside,
    )
