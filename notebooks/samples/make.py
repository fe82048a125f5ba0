#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["pyphen==0.18.1", "python-docx==1.2.0", "reportlab==5.1.0"]
# ///
"""Make the DOCX and PDF samples from their sources; the same sources give the same bytes.

Run it with ``pipx run make.py`` or any Python that has the dependencies above.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
BULLET = re.compile(r"^( *)(-|\d+\.) (.+)$")
INLINE = re.compile(r"(`[^`]+`|\[\^\d+\])")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
UP, LEFT = "^", "<"  # a table cell merged with the one above, or on its left


@dataclass
class Block:
    """One block of a source: a heading, paragraph, list item, table, code, text box or directive."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)


def read_blocks(source: str) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks of a source and its footnotes by number.

    The markup is a small part of Markdown, with ``@byline``, ``@columns N`` and merged table cells beside it.
    """
    footnotes = dict(re.findall(r"^\[\^(\d+)\]: (.+)$", source, flags=re.MULTILINE))
    body = re.sub(r"^\[\^\d+\]: .+$", "", source, flags=re.MULTILINE)
    return list(_blocks(iter(body.splitlines()))), footnotes


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    table: Block | None = None
    for line in lines:
        if line.startswith("| "):
            table = table or Block("table")
            table.rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if table:
            yield table
            table = None
        if line.strip():
            yield _block(line, lines)
    if table:
        yield table


def _block(line: str, following: Iterator[str]) -> Block:
    if line.startswith("```"):
        return Block("code", "\n".join(iter(lambda: next(following), "```")))
    if item := BULLET.match(line):
        return Block("bullet" if item[2] == "-" else "number", item[3], level=len(item[1]) // 2)
    mark, _, text = line.partition(" ")
    if mark == ">":
        return Block("box", text)
    if mark.startswith("#"):
        return Block("heading", text, level=len(mark) - 1)
    if mark.startswith("@"):
        return Block(mark[1:], text)
    return Block("paragraph", line)


def column_shares(rows: list[list[str]]) -> list[float]:
    """Return the share of a table's width for each column: by its longest text, within reason."""
    columns = zip(*(row for row in rows if LEFT not in row), strict=True)
    weights = [min(max(len(text) for text in column), 48) + 3 for column in columns]
    return [weight / sum(weights) for weight in weights]


# --- DOCX ---------------------------------------------------------------------------------------------------------

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

# A drawing for today's word processors and a VML shape for older ones: readers must take one of the two, not both.
TEXT_BOX = """<w:r xmlns:w="{w}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">
<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="5760000" cy="830000"/><wp:docPr id="1" name="Note"/><a:graphic>
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5760000" cy="830000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>
</a:prstGeom><a:solidFill><a:srgbClr val="EEF3F1"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="2F6B5E"/>
</a:solidFill></a:ln></wps:spPr><wps:txbx><w:txbxContent>{paragraph}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>
</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>
<v:shape style="width:454pt;height:65pt"><v:textbox><w:txbxContent>{paragraph}</w:txbxContent></v:textbox></v:shape>
</w:pict></mc:Fallback></mc:AlternateContent></w:r>"""


def docx_bytes(source: str) -> bytes:
    """Return a source as a DOCX with nested lists, merged cells, a text box, footnotes, header and footer."""
    import docx

    blocks, footnotes = read_blocks(source)
    document = docx.Document()
    _docx_frame(document, blocks[0].text)
    _docx_footnotes(document, footnotes)
    for block in blocks:
        _docx_block(document, block)
    out = io.BytesIO()
    document.save(out)
    return _without_clock(out.getvalue())


def _docx_frame(document: Any, title: str) -> None:
    from docx.shared import Cm, Pt, RGBColor

    properties = document.core_properties
    properties.title, properties.author = title, "Lanternfold Incident Response"
    properties.created = properties.modified = datetime(2025, 11, 6, 9, 0)  # noqa: DTZ001 (OOXML times are UTC)
    properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2)
    section.header.paragraphs[0].text = "Lanternfold Incident Response\t\tTLP:CLEAR"
    section.footer.paragraphs[0].text = "LF-2025-041\t\tVersion 1.1"
    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10)
    styles["Normal"].paragraph_format.space_after = Pt(5)
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].font.color.rgb = RGBColor(0x2F, 0x6B, 0x5E)
    styles["Title"].font.size = Pt(20)
    styles["Subtitle"].font.size = Pt(9.5)


def _docx_footnotes(document: Any, footnotes: dict[str, str]) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    notes = [
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    ]
    notes += [
        f'<w:footnote w:id="{number}"><w:p>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr><w:sz w:val="17"/></w:rPr><w:t xml:space="preserve"> {escape(text)}</w:t></w:r>'
        "</w:p></w:footnote>"
        for number, text in footnotes.items()
    ]
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{W}">{"".join(notes)}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES_TYPE, xml.encode(), document.part.package)
    document.part.relate_to(part, FOOTNOTES)


def _docx_block(document: Any, block: Block) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Pt

    if block.kind == "heading":
        document.add_heading(block.text, block.level)
    elif block.kind == "table":
        _docx_table(document, block.rows)
    elif block.kind == "box":
        paragraph = f"<w:p><w:r><w:t>{escape(block.text)}</w:t></w:r></w:p>"
        document.add_paragraph()._p.append(parse_xml(TEXT_BOX.format(w=W, paragraph=paragraph)))  # noqa: SLF001 (no public way)
    elif block.kind == "code":
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Pt(12)
        run = paragraph.add_run(block.text)
        run.font.name, run.font.size = "Consolas", Pt(8.5)
    else:
        list_style = {"bullet": "List Bullet", "number": "List Number", "byline": "Subtitle"}.get(block.kind)
        style = f"{list_style} {block.level + 1}" if list_style and block.level else list_style
        paragraph = document.add_paragraph(style=style)
        if block.kind == "number" and block.level:
            _docx_number(document, paragraph)
        _docx_text(paragraph, block.text)


def _docx_number(document: Any, paragraph: Any) -> None:
    """Number an inner list item from one again, where its neighbour above is of another list."""
    from docx.oxml.ns import qn

    before = paragraph._p.getprevious()  # noqa: SLF001 (no public way)
    style = paragraph.style
    if before.pPr.pStyle.val == style.style_id:
        number = before.pPr.numPr.numId.val
    else:
        numbering = document.part.numbering_part.element
        shared = numbering.num_having_numId(style.element.find(f".//{qn('w:numId')}").val)
        new = numbering.add_num(shared.abstractNumId.val)
        new.add_lvlOverride(0).add_startOverride(1)
        number = new.numId
    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number  # noqa: SLF001 (no public way)


def _docx_text(paragraph: Any, text: str) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Pt

    for piece in INLINE.split(text):
        if piece.startswith("[^"):
            run = paragraph.add_run()
            run.font.superscript = True
            run._r.append(parse_xml(f'<w:footnoteReference xmlns:w="{W}" w:id="{piece[2:-1]}"/>'))  # noqa: SLF001 (no public way)
        elif piece.startswith("`"):
            run = paragraph.add_run(piece.strip("`"))
            run.font.name, run.font.size = "Consolas", Pt(9)
        elif piece:
            paragraph.add_run(piece)


def _docx_table(document: Any, rows: list[list[str]]) -> None:
    from docx.shared import Cm, Pt

    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.autofit = False
    for column, share in zip(table.columns, column_shares(rows), strict=True):
        column.width = Cm(16.2 * share)
    for down, row in enumerate(rows):
        for across, text in enumerate(row):
            _docx_cell(table, down, across, text)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _docx_cell(table: Any, down: int, across: int, text: str) -> None:
    from docx.shared import Pt

    cell = table.cell(down, across)
    cell.width = table.columns[across].width
    if text in (UP, LEFT):
        merged = table.cell(down - (text == UP), across - (text == LEFT)).merge(cell)
        for empty in merged.paragraphs[1:]:  # merging leaves these behind
            empty._p.getparent().remove(empty._p)  # noqa: SLF001 (no public way)
        return
    run = cell.paragraphs[0].add_run(text)
    run.font.bold = down == 0
    cell.paragraphs[0].paragraph_format.space_after = Pt(1)


def _without_clock(package: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return out.getvalue()


# --- PDF ----------------------------------------------------------------------------------------------------------

MARGIN, GUTTER, TOP, BOTTOM = 57, 20, 64, 60  # points


def pdf_bytes(source: str) -> bytes:
    """Return a source as a PDF with running headers and footers, two columns, hyphens and ligatures."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    for name, file in (("Vera", "Vera.ttf"), ("Vera-Bold", "VeraBd.ttf"), ("Vera-Italic", "VeraIt.ttf")):
        pdfmetrics.registerFont(TTFont(name, file))  # reportlab ships these; their licence allows embedding
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="Vera-Bold", italic="Vera-Italic")
    blocks, _ = read_blocks(source)
    width, height = A4
    inner, tall = width - 2 * MARGIN, height - TOP - BOTTOM
    column = (inner - GUTTER) / 2
    frames = {
        "1": [Frame(MARGIN, BOTTOM, inner, tall, 0, 0, 0, 0)],
        "2": [Frame(MARGIN + n * (column + GUTTER), BOTTOM, column, tall, 0, 0, 0, 0) for n in (0, 1)],
    }
    out = io.BytesIO()
    template = BaseDocTemplate(
        out, pagesize=A4, title=blocks[0].text, author="Kestwick Research Network CSIRT", invariant=1, lang="en-GB"
    )
    template.addPageTemplates([PageTemplate(id=key, frames=value, onPage=_pdf_frame) for key, value in frames.items()])
    styles = _pdf_styles()
    columns = 1
    story: list[Any] = []
    for block in blocks:
        if block.kind == "columns":
            columns = int(block.text)
        story += _pdf_block(block, styles, inner if columns == 1 else column)
    template.build(story)
    return out.getvalue()


def _pdf_frame(canvas: Any, template: Any) -> None:
    width, height = template.pagesize
    canvas.setFont("Vera", 7.5)
    canvas.drawString(MARGIN, height - 40, "Kestwick Research Network CSIRT")
    canvas.drawRightString(width - MARGIN, height - 40, "KRN-TR-25-08: SLATE OTTER in the rack")
    canvas.line(MARGIN, height - 46, width - MARGIN, height - 46)
    canvas.drawString(MARGIN, 36, "TLP:CLEAR - may be shared freely")
    canvas.drawRightString(width - MARGIN, 36, f"Page {canvas.getPageNumber()}")


def _pdf_styles() -> dict[str, Any]:
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle(
        "body", fontName="Vera", fontSize=8.7, leading=12, spaceAfter=5, alignment=TA_JUSTIFY, hyphenationLang="en_GB"
    )
    heading = ParagraphStyle("heading", fontName="Vera-Bold", textColor="#23395b", keepWithNext=1)
    return {
        "paragraph": body,
        "bullet": ParagraphStyle("bullet", body, leftIndent=11, bulletIndent=1, spaceAfter=3),
        "byline": ParagraphStyle("byline", fontName="Vera-Italic", fontSize=8, leading=10, spaceAfter=12),
        "code": ParagraphStyle("code", fontName="Courier", fontSize=7.6, leading=9.4, leftIndent=8, spaceAfter=6),
        "cell": ParagraphStyle("cell", fontName="Vera", fontSize=7.8, leading=10),
        "heading0": ParagraphStyle("heading0", heading, fontSize=16, leading=20, spaceAfter=5),
        "heading1": ParagraphStyle("heading1", heading, fontSize=11, leading=14, spaceBefore=8, spaceAfter=4),
        "heading2": ParagraphStyle("heading2", heading, fontSize=9, leading=12, spaceBefore=5, spaceAfter=3),
    }


def _pdf_text(text: str) -> str:
    """Return the markup of a text, with the ligatures a typesetter would use in prose but not in code."""
    parts = []
    for piece in INLINE.split(text):
        if piece.startswith("`"):
            parts.append(f'<font name="Courier" size="8">{escape(piece.strip("`"))}</font>')
        else:
            parts.append(escape(piece).replace("fi", "\ufb01").replace("fl", "\ufb02"))
    return "".join(parts)


def _pdf_block(block: Block, styles: dict[str, Any], width: float) -> list[Any]:
    from reportlab.platypus import NextPageTemplate, PageBreak, Paragraph, Preformatted

    if block.kind == "columns":
        return [NextPageTemplate(block.text), PageBreak()]
    if block.kind == "table":
        return [_pdf_table(block.rows, styles["cell"], width)]
    if block.kind == "code":
        return [Preformatted(block.text, styles["code"])]
    style = styles[f"heading{block.level}" if block.kind == "heading" else block.kind]
    bullet = "\u2022" if block.kind == "bullet" else None
    return [Paragraph(_pdf_text(block.text), style, bulletText=bullet)]


def _pdf_table(rows: list[list[str]], style: Any, width: float) -> Any:
    from reportlab.platypus import Paragraph, Table

    head, *rest = [[escape(text) for text in row] for row in rows]
    cells = [[Paragraph(f"<b>{text}</b>", style) for text in head]]
    cells += [[Paragraph(text, style) for text in row] for row in rest]
    return Table(
        cells,
        colWidths=[share * width for share in column_shares(rows)],
        repeatRows=1,
        spaceBefore=4,
        spaceAfter=8,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.4, "#9aa7b8"),
            ("BACKGROUND", (0, 0), (-1, 0), "#e8edf3"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )


def main() -> None:
    """Write both samples beside this file."""
    targets: dict[str, Callable[[str], bytes]] = {"paper-magpie.docx": docx_bytes, "slate-otter.pdf": pdf_bytes}
    for name, render in targets.items():
        target = HERE / name
        source = (HERE / "sources" / name).with_suffix(".md")
        target.write_bytes(render(source.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
