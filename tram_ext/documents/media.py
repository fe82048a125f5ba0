"""Detection of media types: by content first, by name where that is ambiguous."""

from __future__ import annotations

import re
import zipfile
from io import SEEK_END
from pathlib import PurePosixPath
from typing import BinaryIO

from tram_ext.documents.encoding import decode, nul_pattern
from tram_ext.domain.errors import Invalid, TooLarge, UnsupportedMediaType

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
JSON = "application/json"

SUPPORTED = "PDF, DOCX, HTML, TXT, Markdown, and TRAM's JSON export"

_BY_SUFFIX = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".docm": DOCX,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mkd": MARKDOWN,
    ".txt": TEXT,
    ".text": TEXT,
    ".log": TEXT,
    ".json": JSON,
    "": TEXT,
}
_HEAD = 4096
_LOOK = 1_000_000
"""Bytes of a text in which an export's signs are looked for."""

_ZIP_END = 22
_ZIP_COMMENT = 65_535
_ZIP_DIRECTORY = 4 * 2**20
"""Bytes; a DOCX with 10,000 pictures needs 1 MB."""

_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{0,15}")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_EXPORT_SIGNS = ('"sentences"', '"mappings"')
_BINARY_SHARE = 0.05
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = bytes(set(range(32)) - {0, 8, 9, 10, 11, 12, 13, 27})


def media_type(file: BinaryIO, name: str) -> str:
    """Return the media type of a file, holding at most a megabyte of it in memory.

    Parameters
    ----------
    file : BinaryIO
        The file, from its beginning; it can be read from any place.
    name : str
        Its name; only the suffix counts, in any case.

    Returns
    -------
    str
        One of the types that are read, or ``application/json`` for what an import has to look at.

    Raises
    ------
    Invalid
        The file is empty.
    TooLarge
        It is a zip file with a directory that no document needs.
    UnsupportedMediaType
        It is something else.
    """
    head = file.read(_HEAD)
    if not head:
        raise Invalid("The file is empty.")
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(file)
    if head.startswith(_OLE):
        raise _unsupported("this is an old Office file or one with a password; save it as DOCX without a password")
    if _is_binary(head):
        if not (head + file.read(_LOOK)).strip(b"\0"):
            raise Invalid("The file holds nothing but NUL bytes.")
        raise _unsupported("the content is not one of these")
    return _of_text(head + file.read(_LOOK - len(head)), suffix(name))


def suffix(name: str) -> str:
    """Return the suffix of a file name in lower case, or an empty string where it has none."""
    found = PurePosixPath(name.strip().lower()).suffix
    return found if _SUFFIX.fullmatch(found) else ""


def by_suffix(name: str) -> str | None:
    """Return the media type that a file name suggests."""
    return _BY_SUFFIX.get(suffix(name))


def _of_text(data: bytes, ending: str) -> str:
    """Return the kind of a text by its beginning."""
    start = decode(data[:_HEAD])[0].lstrip()
    if _HTML_START.match(start):
        return HTML
    if start.startswith("{\\rtf"):
        raise _unsupported("this is RTF; save it as DOCX")
    if start[:1] in {"{", "["} and ending != ".json":
        text = decode(data)[0]
        if all(sign in text for sign in _EXPORT_SIGNS):
            return JSON
    kind = _BY_SUFFIX.get(ending)
    if kind is None:
        raise _unsupported(f"{ending} is not one of these")
    if kind in {PDF, DOCX}:
        if start.startswith("%!"):
            raise _unsupported("this is PostScript; make a PDF of it")
        return TEXT
    return kind


def _of_zip(file: BinaryIO) -> str:
    """Return whether a ZIP file is a Word document, by its parts."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Invalid(
            "The file is damaged: it begins as a DOCX or zip file does, but its directory is broken."
        ) from error
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return DOCX
    if any(name.startswith("xl/") for name in names):
        raise _unsupported("this is an Excel workbook")
    if any(name.startswith("ppt/") for name in names):
        raise _unsupported("this is a PowerPoint presentation")
    if {"content.xml", "META-INF/manifest.xml"} <= names or {"content.xml", "mimetype"} <= names:
        raise _unsupported("this is an OpenDocument file; save it as DOCX or PDF")
    raise _unsupported("this is a zip archive; upload the reports in it one by one")


def _check_directory(file: BinaryIO) -> None:
    """Refuse a ZIP file with too large a directory: each entry of 46 bytes becomes a large object in memory."""
    size = file.seek(0, SEEK_END)
    start = file.seek(max(0, size - _ZIP_END - _ZIP_COMMENT))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < _ZIP_END:
        return  # the library says what is wrong with it
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    is_zip64 = b"PK\x06\x07" in tail[max(0, end - 20) : end]
    if is_zip64 or directory > min(_ZIP_DIRECTORY, start + end):
        raise TooLarge("This zip file has a directory larger than any document needs, and is not opened.")


def _is_binary(head: bytes) -> bool:
    """Return whether bytes are not text in any encoding."""
    if nul_pattern(head) or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    strange = len(head) - len(head.translate(None, _CONTROL))
    nuls = head.count(0)
    return strange / len(head) > _BINARY_SHARE or nuls / len(head) > 0.3  # noqa: PLR2004


def _unsupported(reason: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(f"Unsupported file type: {reason}. Supported are {SUPPORTED}.")
