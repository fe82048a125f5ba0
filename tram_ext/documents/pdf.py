"""PDF: the paragraphs of its pages, read by pdfium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tram_ext.documents import ocr as reader_of_images
from tram_ext.documents.limits import Limits
from tram_ext.documents.passages import Builder
from tram_ext.documents.pdf_layout import in_reading_order, without_furniture
from tram_ext.documents.pdf_lines import Line, lines_of
from tram_ext.documents.pdf_paragraphs import Paragraph, paragraphs
from tram_ext.domain.documents import BlockKind
from tram_ext.domain.errors import Invalid, TooLarge

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PASSWORD, _SECURITY = 4, 5  # pdfium's error codes
_LISTED = 12  # page numbers in a warning
_LINES_SHARE = 0.9  # of the work, that is reading lines where no OCR is needed


def read(
    data: bytes, builder: Builder, *, progress: Callable[[float, str], None], ocr: bool
) -> tuple[str, list[str], int]:
    """Read a PDF.

    Parameters
    ----------
    data : bytes
        The file.
    builder : Builder
        Takes the paragraphs.
    progress : callable
        Is told the share that is done and the stage.
    ocr : bool
        Whether pages without text are read by Tesseract, where it is installed.

    Returns
    -------
    tuple of (str, list of str, int)
        Title, warnings, number of pages.

    Raises
    ------
    Invalid
        The file is damaged, encrypted, or made of images that cannot be read here.
    TooLarge
        It has too many pages.
    """
    with opened(data) as document:
        count = len(document)
        if count > builder.limits.pages:
            raise TooLarge(f"The PDF has {count:,} pages; the limit is {builder.limits.pages:,}.")
        if not count:
            raise Invalid("The PDF has no pages.")
        title = str(document.get_metadata_value("Title") or "").strip()
        pages, bare, broken = _lines(document, count, progress)
        warnings = [f"{_pages(broken)} damaged and could not be read."] if broken else []
        read_by_ocr: dict[int, list[Paragraph]] = {}
        if bare:
            read_by_ocr, notes = _ocr(document, bare, builder.limits, progress, wanted=ocr)
            warnings += notes
    _check_found(pages, read_by_ocr, bare, warnings)
    ordered = [in_reading_order(lines) for lines in without_furniture(pages)]
    for paragraph in _in_order(ordered, read_by_ocr):
        whole = paragraph.kind in {BlockKind.HEADING, BlockKind.CODE}
        builder.add(paragraph.text, whole=whole, kind=paragraph.kind, level=paragraph.level, pages=paragraph.pages)
    progress(1.0, "reading")
    return title, warnings, count


@contextmanager
def opened(data: bytes) -> Iterator[PdfDocument]:
    """Open a file with pdfium, translating its errors."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {_PASSWORD, _SECURITY}:
            raise Invalid("The PDF is encrypted. Remove its password and upload it again.") from error
        raise Invalid("The PDF is damaged and cannot be opened.") from error
    try:
        yield document
    finally:
        document.close()


def _lines(
    document: PdfDocument, count: int, progress: Callable[[float, str], None]
) -> tuple[list[list[Line]], list[int], list[int]]:
    """Return the lines of all pages, and the numbers of image-only and of broken pages."""
    import pypdfium2

    pages: list[list[Line]] = []
    bare: list[int] = []
    broken: list[int] = []
    for number in range(1, count + 1):
        lines: list[Line] = []
        try:
            page = document[number - 1]
            lines = lines_of(page, number)
            if not lines and any(True for _ in page.get_objects(max_depth=1)):
                bare.append(number)
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number)
        pages.append(lines)
        progress(_LINES_SHARE * number / count, "reading")
    return pages, bare, broken


def _ocr(
    document: PdfDocument, bare: list[int], limits: Limits, progress: Callable[[float, str], None], *, wanted: bool
) -> tuple[dict[int, list[Paragraph]], list[str]]:
    """Read image-only pages by OCR, and return warnings for those that could not be read."""
    if not wanted:
        return {}, [f"{_pages(bare)} without text: an image, and OCR is switched off."]
    if not reader_of_images.available():
        return {}, [f"{_pages(bare)} without text: an image. {reader_of_images.HOW_TO_INSTALL}"]
    chosen = bare[: limits.ocr_pages]
    found: dict[int, list[Paragraph]] = {}
    failed: list[int] = []
    notes: list[str] = []
    deadline = time.monotonic() + limits.ocr_total_seconds
    for done, number in enumerate(chosen, 1):
        if time.monotonic() > deadline:
            notes = [f"{_pages(chosen[done - 1 :])} without text: OCR took more than {limits.ocr_total_seconds:g} s."]
            break
        text = reader_of_images.read_page(document[number - 1], limits.ocr_seconds)
        if text is None:
            failed.append(number)
        elif text:
            found[number] = [Paragraph(part, [(0, number)]) for part in text]
        progress(_LINES_SHARE + (1 - _LINES_SHARE) * done / len(chosen), "reading images")
    if found:
        notes.append(f"{_pages(list(found))} read by OCR: expect errors in the text.")
    if failed:
        notes.append(f"{_pages(failed)} without text: OCR failed or took more than {limits.ocr_seconds:g} s.")
    if len(bare) > len(chosen):
        notes.append(f"{len(bare) - len(chosen)} more pages are images; only {limits.ocr_pages} are read by OCR.")
    return found, notes


def _check_found(
    pages: list[list[Line]], read_by_ocr: dict[int, list[Paragraph]], bare: list[int], warnings: list[str]
) -> None:
    """Raise an error that says why, where no text was found."""
    if any(pages) or read_by_ocr:
        return
    if bare:
        raise Invalid(" ".join(["This PDF holds images of pages and no text.", *warnings]))
    raise Invalid(" ".join(["The PDF is blank: no text was found in it.", *warnings]))


def _in_order(pages: list[list[Line]], read_by_ocr: dict[int, list[Paragraph]]) -> Iterator[Paragraph]:
    """Yield the paragraphs of all pages in order, those read by OCR between the others."""
    run: list[Line] = []
    for number, lines in enumerate(pages, 1):
        if number in read_by_ocr:
            yield from paragraphs(run)
            run = []
            yield from read_by_ocr[number]
        run += lines
    yield from paragraphs(run)


def _pages(numbers: list[int]) -> str:
    """Name pages: ``Page 3 is``, ``Pages 3, 4 and 17 more are``."""
    if len(numbers) == 1:
        return f"Page {numbers[0]} is"
    listed = ", ".join(str(number) for number in numbers[:_LISTED])
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    return f"Pages {listed}{more} are"
