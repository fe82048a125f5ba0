"""Images of PDF pages, and where sentences stand on them."""

from __future__ import annotations

import ctypes
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tram_ext.documents.child import limit_this_process
from tram_ext.documents.limits import Limits
from tram_ext.documents.pdf import opened
from tram_ext.domain.errors import NotFound

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of the page, from its upper left corner."""

_LARGEST_SIDE: Final = 4_000
"""Pixels; a page that is very long is rendered coarser."""

_QUALITY: Final = 80
_DEVICE: Final = 100_000
"""Units of the device to which pdfium converts points of a page, rotation and crop box included."""

_DROPPED: Final = re.compile(r"[\s\-\u00ad\u2010\u2011\ufffe\x02]+")
"""What lines of a page and a sentence differ by: spaces, line breaks, and hyphens where words are broken."""


def page_sizes(path: Path, limits: Limits, _progress: Callable[[float, str], None]) -> list[tuple[float, float]]:
    """Return width and height of each page, in points; runs in a child process.

    Raises
    ------
    Invalid
        The PDF is encrypted or damaged.
    """
    with limit_this_process(limits), opened(path.read_bytes()) as document:
        return [_size(document, number) for number in range(min(len(document), limits.pages))]


def render_page(path: Path, number: int, width: int, limits: Limits, _progress: Callable[[float, str], None]) -> bytes:
    """Return a page as a WebP image; runs in a child process.

    Parameters
    ----------
    number : int
        From 1.
    width : int
        Of the image, in pixels; less where the page is so long that its height would exceed 4,000.

    Raises
    ------
    NotFound
        There is no such page.
    Invalid
        The PDF is encrypted or damaged.
    """
    with limit_this_process(limits), opened(path.read_bytes()) as document:
        page = _page(document, number)
        try:
            across, down = (max(side, 1.0) for side in page.get_size())
            bitmap = page.render(scale=min(width / across, _LARGEST_SIDE / down))
            try:
                image = bitmap.to_pil().convert("RGB")
            finally:
                bitmap.close()
        finally:
            page.close()
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=1)
    return out.getvalue()


def sentence_boxes(
    path: Path,
    number: int,
    sentences: Sequence[tuple[int, str]],
    limits: Limits,
    _progress: Callable[[float, str], None],
) -> dict[int, list[Box]]:
    """Return the boxes of sentences on a page, one for each line of a sentence; runs in a child process.

    Parameters
    ----------
    sentences : sequence of (int, str)
        Numbers and texts, in reading order.

    Returns
    -------
    dict of int to list of tuple
        Sentences whose text is not on the page, such as those read by OCR, are left out.

    Raises
    ------
    NotFound
        There is no such page.
    Invalid
        The PDF is encrypted or damaged.
    """
    with limit_this_process(limits), opened(path.read_bytes()) as document:
        page = _page(document, number)
        textpage = page.get_textpage()
        try:
            text, places = _plain(textpage.get_text_range() if textpage.count_chars() else "")
            found: dict[int, list[Box]] = {}
            after = 0
            for key, sentence in sentences:
                wanted, _ = _plain(sentence)
                begin = text.find(wanted, after)
                begin = text.find(wanted) if begin < 0 else begin
                if begin < 0 or not wanted:
                    continue
                after = begin + len(wanted)
                first, last = places[begin], places[after - 1]
                found[key] = _boxes(page, textpage, first, last - first + 1)
            return found
        finally:
            textpage.close()
            page.close()


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text without what lines and sentences differ by, and the place of each of its characters."""
    letters: list[str] = []
    places: list[int] = []
    place = 0
    for character in text:
        if not _DROPPED.fullmatch(character):
            for letter in unicodedata.normalize("NFKC", character).casefold():
                letters.append(letter)
                places.append(place)
        place += 2 if character > "\uffff" else 1  # pdfium counts UTF-16 units
    return "".join(letters), places


def _boxes(page: PdfPage, textpage: Any, first: int, count: int) -> list[Box]:
    found = []
    for index in range(textpage.count_rects(first, count)):
        left, bottom, right, top = textpage.get_rect(index)
        x0, y0 = _fraction(page, left, top)
        x1, y1 = _fraction(page, right, bottom)
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if box[2] > box[0] and box[3] > box[1]:
            found.append(box)
    return found


def _fraction(page: PdfPage, x: float, y: float) -> tuple[float, float]:
    """Return a point of the page as fractions of its width and height as it is seen."""
    from pypdfium2 import raw

    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, _DEVICE, _DEVICE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return tuple(round(min(1.0, max(0.0, value.value / _DEVICE)), 5) for value in (across, down))  # type: ignore[return-value]  # two of them


def _page(document: PdfDocument, number: int) -> PdfPage:
    if not 1 <= number <= len(document):
        raise NotFound(f"The document has no page {number}: it has {len(document)}.")
    return document[number - 1]


def _size(document: PdfDocument, index: int) -> tuple[float, float]:
    width, height = document.get_page_size(index)
    return round(width, 1), round(height, 1)
