"""Files to upload, made by hand: good, broken, and meant to do harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

TEXT = """Slate Otter goes ashore

The victims opened an email attachment that posed as an unpaid invoice. An encoded PowerShell command downloaded the
second stage. A scheduled task started the backdoor at each logon.
"""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def text(number: object = "") -> bytes:
    """Return a short report that differs by its number."""
    return f"{TEXT}\nThis is report {number} of the series.\n".encode()


def body(words: str) -> str:
    """Return the XML of a Word document with one paragraph."""
    return document(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")


def document(elements: str) -> str:
    """Return the XML of a Word document with these elements."""
    return f'<w:document xmlns:w="{_W}"><w:body>{elements}</w:body></w:document>'


def docx(xml: str) -> bytes:
    """Return a Word document of this XML."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
    return file.getvalue()


def bomb_docx() -> bytes:
    """Return a small Word document that unpacks to 300 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            for _ in range(300):
                stream.write(bytes(2**20))
    return file.getvalue()


def laughing_docx() -> bytes:
    """Return a Word document with a billion laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return docx(f'<!DOCTYPE d [<!ENTITY l0 "ha">{levels}]>{body("&l9;")}')


def pdf(pages: list[list[str]], trailer: bytes = b"") -> bytes:
    """Return a PDF with these lines on its pages."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        drawn = b"".join(b"1 0 0 1 60 %d Tm (%s) Tj\n" % (640 - 15 * n, s.encode()) for n, s in enumerate(lines))
        objects.append(_stream(b"BT /F 11 Tf\n%sET" % drawn))
        objects.append(_page(len(objects), b"/Font<</F 3 0 R>>"))
        kids.append(len(objects))
    objects[1] = _pages(*kids)
    return _laid_out(objects, trailer)


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def _page(contents: int, resources: bytes) -> bytes:
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<%s>>/Contents %d 0 R>>" % (resources, contents)


def _pages(*kids: int) -> bytes:
    return b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))


def _laid_out(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return the file of these objects, numbered from 1 (the catalogue), with the table of where they stand."""
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<</Size %d/Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(file)


def nested_flate_pdf() -> bytes:
    """Return a PDF of a few KB with a sentence on its page, packed four times over 50 MB of blanks."""
    stream = b"BT /F 11 Tf 72 400 Td (The implant waits for orders. Then it runs.) Tj ET" + b" " * 50_000_000
    for _ in range(4):
        stream = zlib.compress(stream, 9)
    return _laid_out(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            _pages(5),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            _stream(stream, b"/Filter[" + b"/FlateDecode" * 4 + b"]"),
            _page(4, b"/Font<</F 3 0 R>>"),
        ]
    )


def hanging_pdf() -> bytes:
    """Return a PDF of a few KB whose drawing says ten times "draw the next", eight times over: it never ends.

    The last does much and leaves nothing behind, so that no limit on memory ends it, either.
    """
    return _drawn_again_and_again(8, 200_000)


def slow_pdf(words: str = "The implant waits for orders.") -> bytes:
    """Return a PDF of a few KB that takes seconds of processor time to read, and then has one sentence."""
    return _drawn_again_and_again(2, 400_000, words)


def _drawn_again_and_again(levels: int, steps: int, words: str = "") -> bytes:
    first, font = 5, 6 + levels
    text = b"BT /F 11 Tf 72 400 Td (%s) Tj ET " % words.encode() if words else b""
    fonts = b"/Font<</F %d 0 R>>" % font
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        _pages(3),
        _page(4, fonts + b"/XObject<</X 5 0 R>>"),
        _stream(text + b"/X Do"),
    ]
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
    for level in range(levels):
        following = b"/Resources<</XObject<</X %d 0 R>>>>" % (first + level + 1)
        objects.append(_stream(b"/X Do " * 10, form + following))
    last = zlib.compress(b"q Q " * steps, 9)
    objects.append(_stream(last, form + b"/Filter/FlateDecode"))
    return _laid_out([*objects, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"])


def short_pdf(pages: int = 2) -> bytes:
    """Return a PDF with two sentences on each page."""
    return pdf([[f"The implant of page {n} spoke to its server.", f"It waited {n} days."] for n in range(pages)])


def encrypted_pdf() -> bytes:
    """Return a PDF that nobody has the password of."""
    lock = b"/Encrypt <</Filter/Standard/V 1/R 2/P -4/O <%s>/U <%s>>> /ID [<00> <00>]" % (b"41" * 32, b"42" * 32)
    return pdf([["Nobody can read this."]], lock)


def long_pdf(pages: int, name: str = "Otter") -> bytes:
    """Return a PDF that takes a while."""
    line = "A scheduled task of {} number {} started the backdoor at each logon, line {}."
    return pdf([[line.format(name, page, n) for n in range(40)] for page in range(pages)])


PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9

READ: Final[tuple[tuple[str, bytes, str], ...]] = (
    ("upper.TXT", b"Upper case is a suffix, too. It is read.", "Upper case is a suffix, too."),
    (
        "latin.txt",
        "Die T\u00e4ter f\u00e4lschten Rechnungen f\u00fcr Z\u00fcrich. ".encode("latin-1") * 9,
        "Die T\u00e4ter f\u00e4lschten",
    ),
    ("utf16.txt", "Slate Otter l\u00f6scht alles. Es ist weg.".encode("utf-16"), "Slate Otter l\u00f6scht alles."),
    ("nul.txt", b"Slate Ot\0ter sends lures. It then waits.", "Slate Otter sends lures."),
    ("blank lines.txt", b"\n\n \n It waits for orders. Then it runs.\n\n", "It waits for orders."),
    ("page.html", b"<html><p>It waits for orders.</p><script>steal()</script></html>", "It waits for orders."),
    ("misnamed.txt", short_pdf(1), "The implant of page 0 spoke to its server."),
    ("word.docx", docx(body("It waits for orders. Then it runs.")), "It waits for orders."),
    ("notes.md", b"# Otter\n\nIt waits for *orders*. Then it runs.", "Otter"),
    ("packed four times.pdf", nested_flate_pdf(), "The implant waits for orders."),
)
"""Names and contents that are read, with the beginning of their first sentence."""

REFUSED_AT_ONCE: Final[tuple[tuple[str, bytes, str], ...]] = (
    ("empty.txt", b"", "empty"),
    ("picture.txt", PNG, "Unsupported file type"),
    ("program.exe", b"Some text", "Unsupported file type"),
    ("broken.docx", b"PK\x03\x04 and then nothing", "damaged"),
    ("nuls.txt", bytes(500), "NUL"),
)
"""Names and contents that a first look refuses, with a word of the reason."""

REFUSED_WHEN_READ: Final[tuple[tuple[str, bytes, str], ...]] = (
    ("blanks.txt", b" \n\t\r\n ", "blank"),
    ("blank.html", b"<html><body> </body></html>", "blank"),
    ("bomb.docx", bomb_docx(), "unpacks"),
    ("laughs.docx", laughing_docx(), "entities"),
    ("locked.pdf", encrypted_pdf(), "encrypted"),
    ("broken.pdf", b"%PDF-1.7 and then nothing", "damaged"),
    ("long.pdf", short_pdf(61), "61 pages; the limit is 60"),
)
"""Names and contents that their reading refuses where 60 pages are the limit, with a word of the reason."""
