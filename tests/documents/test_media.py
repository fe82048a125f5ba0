"""What a file is, by content and name together."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from tram_ext.documents import media_type, parse
from tram_ext.domain.errors import Invalid, TooLarge, UnsupportedMediaType

_EXPORT = b' {"name": "x", "sentences": [{"text": "y", "mappings": []}]}'


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (_EXPORT, "export.json", "application/json"),
        (_EXPORT, "export", "application/json"),
        (_EXPORT, "export.txt", "application/json"),
        (b"not json", "export.JSON", "application/json"),
        (b'{"key": 1}', "log.txt", "text/plain"),
        (b"<!DOCTYPE html><p>x", "page", "text/html"),
        (b"\n<!-- saved --><HTML>", "page.txt", "text/html"),
        ("<html>".encode("utf-16"), "page.htm", "text/html"),
        (b"plain words", "page.htm", "text/html"),
        (b"# Title", "a.markdown", "text/markdown"),
        (b"garbage before %PDF-1.4", "a", "application/pdf"),
        (b"words", "Report of 3.5.2024", "text/plain"),
        (b"words", "report.pdf", "text/plain"),
    ],
)
def test_known_types(data, name, expected):
    assert media_type(BytesIO(data), name) == expected


def _zip(*names):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "a.docx", "Excel"),
        (_zip("[Content_Types].xml", "ppt/slides.xml"), "a.pptx", "PowerPoint"),
        (_zip("reports/a.txt"), "a.zip", "one by one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "old Office file"),
        (b"\x7fELF\2\1\1" + bytes(600), "a.txt", "content"),
        (b"%!PS-Adobe", "a.pdf", "PostScript"),
        (rb"{\rtf1\ansi It waits.\par}", "a.doc", "RTF"),
        (rb"{\rtf1\ansi It waits.\par}", "a.txt", "RTF"),
        (_zip("mimetype", "content.xml", "META-INF/manifest.xml"), "a.odt", "OpenDocument"),
        (b"a,b\n1,2\n", "a.csv", r"\.csv"),
    ],
)
def test_other_types_are_refused_with_what_is_supported(data, name, words):
    with pytest.raises(UnsupportedMediaType, match=rf"^Unsupported file type: .*{words}.*Supported are PDF, DOCX"):
        media_type(BytesIO(data), name)


def test_a_zip_file_with_a_huge_directory_is_not_opened():
    small = _zip("[Content_Types].xml", "word/document.xml")
    end = small.index(b"PK\x05\x06")
    claims_much = small[: end + 12] + (5 * 2**20).to_bytes(4, "little") + small[end + 16 :]
    zip64 = small[:end] + b"PK\x06\x07" + bytes(16) + small[end:]
    for data in (claims_much, zip64):
        with pytest.raises(TooLarge, match="directory"):
            media_type(BytesIO(data), "a.docx")


def test_a_file_that_the_system_does_not_hand_out_is_said(tmp_path):
    with pytest.raises(Invalid, match="cannot be read: Is a directory"):
        parse(tmp_path, "a.txt")


def test_an_export_is_no_document():
    with pytest.raises(UnsupportedMediaType, match="imported"):
        parse(_EXPORT, "export.json")


def test_a_wrong_name_is_said():
    assert parse(b"It waits.", "report.pdf").warnings == (
        "The file is named .pdf but holds plain text; it was read as what it holds.",
    )
