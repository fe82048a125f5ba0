"""Pages that are images: read by Tesseract where it is installed, and named where it is not."""

from __future__ import annotations

import shutil

import pytest

from tram_ext.documents import Limits, parse
from tram_ext.domain.errors import Invalid

_LINES = [
    "Slate Otter sends invoices with macros to accountants.",
    "The macro starts powershell.exe and downloads a loader.",
]
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract command is not installed")


@pytest.fixture(scope="module")
def scan(make_pdf):
    """Return a PDF whose only page is a picture of text."""
    import pypdfium2

    drawn = pypdfium2.PdfDocument(make_pdf([[(72, 700 - 20 * n, 14, line) for n, line in enumerate(_LINES)]]))
    bitmap = drawn[0].render(scale=150 / 72, grayscale=True)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    rows = bytes(bitmap.buffer)
    pixels = b"".join(rows[row * stride : row * stride + width] for row in range(height))
    drawn.close()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n%s\nendstream"
        % (width, height, len(pixels), pixels),
        b"<</Length 29>>stream\nq 612 0 0 792 0 0 cm /I Do Q\nendstream",
    ]
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(parts, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(file) + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table


@needs_tesseract
def test_a_picture_of_text_is_read_and_said_to_be(scan):
    document = parse(scan, "scan.pdf")

    assert document.sentence_texts() == _LINES
    assert {span.page for span in document.sentences} == {1}
    assert any("read by OCR" in warning for warning in document.warnings)


def test_without_ocr_the_file_is_refused_in_words(scan):
    with pytest.raises(Invalid, match=r"holds images of pages and no text.*OCR is switched off"):
        parse(scan, "scan.pdf", ocr=False)


def test_without_tesseract_the_error_says_what_to_install(scan, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Invalid, match=r"holds images of pages.*apt-get install tesseract-ocr"):
        parse(scan, "scan.pdf")


@needs_tesseract
def test_a_page_that_takes_too_long_is_named(scan):
    with pytest.raises(Invalid, match=r"OCR failed or took more than 0.01 s"):
        parse(scan, "scan.pdf", limits=Limits(ocr_seconds=0.01))


@needs_tesseract
def test_a_document_that_takes_too_long_is_said(scan):
    with pytest.raises(Invalid, match=r"OCR took more than -1 s"):
        parse(scan, "scan.pdf", limits=Limits(ocr_total_seconds=-1))
