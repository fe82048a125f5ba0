"""Documents made by hand: PDFs by the place of each line, Word documents by their XML."""

from __future__ import annotations

import io
import zipfile

import pytest

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def _escape(text):
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


@pytest.fixture(scope="session")
def make_pdf():
    """Return a function from pages, each a list of (x, y, size, text), to the bytes of a PDF.

    A fifth number is what is added to each space of the text, as in justified lines.
    """

    def make(pages):
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        ]
        kids = []
        for lines in pages:
            drawn = b"".join(
                b"BT %g Tw /F %g Tf %g %g Td (%s) Tj ET\n" % (sum(wider), s, x, y, _escape(t))
                for x, y, s, t, *wider in lines
            )
            objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
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
        file += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
        return bytes(file)

    return make


@pytest.fixture(scope="session")
def make_docx():
    """Return a function from the XML inside ``w:body`` to the bytes of a Word document."""

    def make(body, **parts):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(
                "word/document.xml",
                f'<w:document xmlns:w="{_W}" xmlns:mc="{_MC}"><w:body>{body}</w:body></w:document>',
            )
            for name, content in parts.items():
                archive.writestr(f"word/{name}.xml", content)
        return file.getvalue()

    return make
