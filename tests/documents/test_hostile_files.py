"""Files that are broken, misnamed or meant to do harm: each gives its right result, or an error a person understands."""

from __future__ import annotations

import io
import zipfile
import zlib
from itertools import pairwise

import pytest

from tram_ext.documents import Limits, parse, split_sentences
from tram_ext.documents.child import parse_limited
from tram_ext.domain.errors import Invalid, TooLarge, UnsupportedMediaType

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TWO = ["Slate Otter sends lures.", "It then drops svchost.exe."]
_TEXT = " ".join(_TWO)


def _docx(xml: bytes, **parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return file.getvalue()


def _body(text: str) -> bytes:
    return f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'.encode()


def _pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Lay out a PDF: its objects, numbered from 1 (the catalogue), with a table of where they stand."""
    file = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(file)


def _pdf_of(stream: bytes, filters: bytes = b"", pages: int = 1, trailer: bytes = b"") -> bytes:
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 3 0 R >> >> >>"
    )
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
        *[page] * pages,
        trailer=trailer,
    )


_SHOW = b"BT /F 12 Tf 72 400 Td (%s) Tj ET" % _TEXT.encode()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_TEXT.encode(), "report.txt"),
        (_TEXT.encode(), "REPORT.TXT"),
        (_TEXT.encode(), "report"),
        (_TEXT.encode("utf-16"), "report.txt"),
        (_TEXT.encode("utf-16-le"), "report.txt"),
        (_TEXT.encode("utf-16-be"), "report.txt"),
        (b"\xef\xbb\xbf" + _TEXT.encode(), "report.txt"),
        (_TEXT.encode().replace(b"lures", b"lu\0res"), "report.txt"),
        (_TEXT.encode(), "x" * 300 + ".txt"),
        (_TEXT.encode(), "../../../etc/passwd.txt"),
        (_TEXT.encode(), "..\\..\\windows\\report.txt"),
        (_TEXT.encode(), "re\0port.txt"),
        (f"<html><p>{_TEXT}</p><script>steal()</script><style>p{{}}</style></html>".encode(), "report.html"),
        (_docx(_body(_TEXT)), "report.docx"),
        (_pdf_of(_SHOW), "report.pdf"),
    ],
)
def test_what_can_be_read_is_read(data, name):
    assert parse(data, name).sentence_texts() == _TWO


@pytest.mark.parametrize("name", ["report.txt", "report.html", "report", "report.docx"])
def test_content_counts_more_than_the_name_and_a_wrong_name_is_said(name):
    document = parse(_pdf_of(_SHOW), name)

    assert document.media_type == "application/pdf"
    assert document.sentence_texts() == _TWO
    if "." in name:
        assert any(name.rpartition(".")[2] in warning for warning in document.warnings)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_encodings_keep_their_letters(encoding):
    text = "Die Täter fälschten Rechnungen für Zürich. Später löschten sie die Schlüssel. Übrig blieb nichts. " * 5

    assert (
        parse(text.encode(encoding), "report.txt").sentence_texts()[0] == "Die Täter fälschten Rechnungen für Zürich."
    )


def test_windows_quotes_are_quotes():
    data = "The group said \u201cpay now\u201d \u2013 and it\u2019s gone. Nothing was paid.".encode("cp1252")

    text = parse(data, "report.txt").text

    assert "\u201cpay now\u201d" in text
    assert "it\u2019s" in text


@pytest.mark.parametrize(
    ("data", "name", "error", "words"),
    [
        (b"", "report.pdf", Invalid, "empty"),
        (b" \n\t\r\n ", "report.txt", Invalid, "blank"),
        (b"\0" * 500, "report.txt", Invalid, "NUL"),
        (b"<html><body> </body></html>", "report.html", Invalid, "blank"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "report.txt", UnsupportedMediaType, "Supported are PDF"),
        (_TEXT.encode(), "report.xyz", UnsupportedMediaType, "Unsupported file type"),
        (b"PK\x03\x04 and then nothing", "report.docx", Invalid, "damaged"),
        (b"%PDF-1.7 and then nothing", "report.pdf", Invalid, "damaged"),
        (_docx(_body(_TEXT))[:-30], "report.docx", Invalid, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data, name, error, words):
    with pytest.raises(error, match=words):
        parse(data, name)


def test_a_docx_that_defines_entities_is_refused():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE d [<!ENTITY l0 "ha">{levels}]>'.encode() + _body("&l9;")

    with pytest.raises(Invalid, match=r"DOCTYPE|entities"):
        parse(_docx(laughs), "report.docx")


def test_a_docx_that_unpacks_to_too_much_is_refused_before_it_does():
    with pytest.raises(TooLarge, match="unpacks"):
        parse(_docx(_body("a " * 15_000_000)), "report.docx", limits=Limits(unpacked_bytes=10 * 2**20))


@pytest.mark.parametrize(("count", "unit"), [(3_000, "<w:sdt>{}</w:sdt>"), (1, "{}" + "<w:p/>" * 2_500_000)])
def test_a_docx_too_deep_or_too_wide_for_memory_says_so(count, unit):
    opening, _, closing = unit.partition("{}")
    body = f'<w:document xmlns:w="{_W}"><w:body>{opening * count}{closing * count}</w:body></w:document>'

    with pytest.raises(TooLarge, match="too large or nests too deeply"):
        parse_limited(_docx(body.encode()), "report.docx", Limits(memory_bytes=100 * 2**20))


def test_a_page_too_large_for_memory_says_so():
    with pytest.raises(TooLarge, match="memory"):
        parse_limited(b"<p>It waits. " * 1_000_000, "report.html", Limits(memory_bytes=100 * 2**20))


def test_a_pdf_packed_over_and_over_is_unpacked_within_limits():
    stream = _SHOW + b" " * 50_000_000
    for _ in range(4):
        stream = zlib.compress(stream, 9)
    bomb = _pdf_of(stream, b"/Filter [/FlateDecode /FlateDecode /FlateDecode /FlateDecode]")

    assert parse_limited(bomb, "report.pdf", Limits()).sentence_texts() == _TWO


def test_the_limit_of_pages_holds():
    assert parse(_pdf_of(_SHOW, pages=4), "report.pdf", limits=Limits(pages=4)).pages == 4
    with pytest.raises(TooLarge, match=r"5 pages; the limit is 4"):
        parse(_pdf_of(_SHOW, pages=5), "report.pdf", limits=Limits(pages=4))


def test_an_encrypted_pdf_says_so():
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
        b"41" * 32,
        b"42" * 32,
    )

    with pytest.raises(Invalid, match="encrypted"):
        parse(_pdf_of(_SHOW, trailer=lock), "report.pdf")


def test_sentences_know_their_page():
    document = parse(_pdf_of(_SHOW, pages=2), "report.pdf")

    assert [span.page for span in document.sentences] == [1, 1, 2, 2]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", [".", ". ", "e.g.", "a.", "(", "[1]", "- ", "\t", "\n", "=", "\u201c", "!?"])
def test_a_hundred_thousand_of_the_same_do_not_hang(unit):
    spans = split_sentences("Start " + unit * 100_000 + " end")

    assert spans[0].start == 0
    assert all(before.end <= after.start for before, after in pairwise(spans))
