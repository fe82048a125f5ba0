"""Files to upload, made by hand: good, broken, and meant to do harm."""

from __future__ import annotations

import io
import zipfile

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
    return f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'


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
        objects.append(b"<</Length %d>>stream\nBT /F 11 Tf\n%sET\nendstream" % (len(drawn) + 14, drawn))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<</Size %d/Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(file)


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
