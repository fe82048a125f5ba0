"""Files that are broken, misnamed or meant to do harm: each gives its right result, or an error a person understands."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests import files
from tram_ext.documents import Limits, parse, split_sentences
from tram_ext.documents.child import parse_limited
from tram_ext.domain.errors import Invalid, TooLarge, UnsupportedMediaType

_TWO = ["Slate Otter sends lures.", "It then drops svchost.exe."]
_TEXT = " ".join(_TWO)


_DOCX = files.docx(files.body(_TEXT))
_PDF = files.pdf([[_TEXT]])


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
        (_DOCX, "report.docx"),
        (_PDF, "report.pdf"),
    ],
)
def test_what_can_be_read_is_read(data, name):
    assert parse(data, name).sentence_texts() == _TWO


@pytest.mark.parametrize("name", ["report.txt", "report.html", "report", "report.docx"])
def test_content_counts_more_than_the_name_and_a_wrong_name_is_said(name):
    document = parse(_PDF, name)

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
        (_DOCX[:-30], "report.docx", Invalid, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data, name, error, words):
    with pytest.raises(error, match=words):
        parse(data, name)


def test_a_docx_that_defines_entities_is_refused():
    with pytest.raises(Invalid, match="entities"):
        parse(files.laughing_docx(), "report.docx")


def test_a_docx_that_unpacks_to_too_much_is_refused_before_it_does():
    with pytest.raises(TooLarge, match="unpacks"):
        parse(files.bomb_docx(), "report.docx", limits=Limits(unpacked_bytes=10 * 2**20))


@pytest.mark.parametrize(("count", "unit"), [(3_000, "<w:sdt>{}</w:sdt>"), (1, "{}" + "<w:p/>" * 2_500_000)])
def test_a_docx_too_deep_or_too_wide_for_memory_says_so(count, unit):
    opening, _, closing = unit.partition("{}")
    document = files.docx(files.document(opening * count + closing * count))

    with pytest.raises(TooLarge, match="too large or nests too deeply"):
        parse_limited(document, "report.docx", Limits(memory_bytes=100 * 2**20))


def test_a_page_too_large_for_memory_says_so():
    with pytest.raises(TooLarge, match="memory"):
        parse_limited(b"<p>It waits. " * 1_000_000, "report.html", Limits(memory_bytes=100 * 2**20))


def test_a_pdf_packed_over_and_over_is_unpacked_within_limits():
    document = parse_limited(files.nested_flate_pdf(), "report.pdf", Limits())
    assert document.sentence_texts() == ["The implant waits for orders.", "Then it runs."]


def test_the_limit_of_pages_holds():
    assert parse(files.short_pdf(4), "report.pdf", limits=Limits(pages=4)).pages == 4
    with pytest.raises(TooLarge, match=r"5 pages; the limit is 4"):
        parse(files.short_pdf(5), "report.pdf", limits=Limits(pages=4))


def test_an_encrypted_pdf_says_so():
    with pytest.raises(Invalid, match="encrypted"):
        parse(files.encrypted_pdf(), "report.pdf")


def test_sentences_know_their_page():
    document = parse(files.short_pdf(2), "report.pdf")

    assert [span.page for span in document.sentences] == [1, 1, 2, 2]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", [".", ". ", "e.g.", "a.", "(", "[1]", "- ", "\t", "\n", "=", "\u201c", "!?"])
def test_a_hundred_thousand_of_the_same_do_not_hang(unit):
    spans = split_sentences("Start " + unit * 100_000 + " end")

    assert spans[0].start == 0
    assert all(before.end <= after.start for before, after in pairwise(spans))
