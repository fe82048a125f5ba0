"""The Word document of a reviewed report: summary, techniques by tactic, evidence, full text."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from typing import Any, Final

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from tram_ext.exports.bundle import ExportBundle, ReviewedReport
from tram_ext.exports.docx_text import full_text
from tram_ext.exports.evidence import (
    Evidence,
    Finding,
    by_tactic,
    counted,
    field_title,
    findings,
    one_line,
    review_state,
)
from tram_ext.exports.tram_json import format_confidence
from tram_ext.exports.wordprocessing import ACCENT, BAND, BODY_TEXT, MUTED, Cell, Row, Run, field, paragraph, table

_FONT: Final = "Arial"
_MOST_SHOWN: Final = 5
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_STYLES: Final = {"Normal": 9.5, "Body Text": 10.0, "Title": 22.0, "Heading 1": 14.0}
_FACTS_WIDTHS: Final = (2000, 7638)
_TACTIC_WIDTHS: Final = (1250, 4188, 1200, 1250, 1750)
_EVIDENCE_WIDTHS: Final = (700, 5838, 1250, 1850)


def render_bundle(bundle: ExportBundle) -> bytes:
    """Render the one report of `bundle`."""
    (reviewed,) = bundle.reports
    document = docx.Document()
    _set_up(document, reviewed, bundle)
    found = findings(reviewed, bundle)
    parts = [
        *_summary(reviewed, found, bundle),
        *_techniques(document, found, bundle),
        *_evidence(found),
        *full_text(reviewed, found),
    ]
    return _packed(document, "".join(parts))


def _set_up(document: Any, reviewed: ReviewedReport, bundle: ExportBundle) -> None:
    report = reviewed.report
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    for name, size in _STYLES.items():
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()  # theme fonts would win over the named one
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), _FONT)
        style.font.size = Pt(size)
        if name in {"Title", "Heading 1"}:
            style.font.color.rgb = RGBColor.from_string(ACCENT)
    document.styles["Normal"].paragraph_format.space_after = Pt(0)
    document.styles["Body Text"].paragraph_format.space_after = Pt(6)
    document.styles["Title"].paragraph_format.space_after = Pt(2)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(18)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    line = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if line is not None:
        document.styles["Title"].element.pPr.remove(line)
    properties = document.core_properties
    properties.title = one_line(report.name)[:255]
    properties.author = one_line(report.created_by or "")[:255]
    properties.last_modified_by = ""
    properties.subject = "Threat report mapped to MITRE ATT&CK"
    properties.comments = f"ATT&CK: {bundle.attack_version()}"[:255]
    properties.created, properties.modified = (
        moment.replace(tzinfo=None, microsecond=0) for moment in (report.created_on, report.updated_on)
    )
    _footer(section, one_line(report.name), bundle)


def _footer(section: Any, name: str, bundle: ExportBundle) -> None:
    short = name if len(name) <= 70 else name[:69] + "…"  # noqa: PLR2004 - what fits a line
    # ATT&CK first: a name that runs from right to left must not turn the line around.
    text = paragraph(Run(f"ATT&CK {bundle.attack_version()}  ·  {short}  ·  page ", size=8, color=MUTED))
    text = text.removesuffix("</w:p>") + field("PAGE", size=8, color=MUTED) + "</w:p>"
    footer = section.footer
    footer.is_linked_to_previous = False
    old = footer.paragraphs[0]._p  # noqa: SLF001 - python-docx has no other way to its element
    old.addprevious(parse_xml(text.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))
    old.getparent().remove(old)


def _summary(reviewed: ReviewedReport, found: list[Finding], bundle: ExportBundle) -> list[str]:
    report, sentences = reviewed.report, reviewed.sentences
    states = Counter(review_state(sentence) for sentence in sentences)
    review = ", ".join(
        f"{states[name]:,} {name}" for name in ("accepted", "awaiting review", "rejected") if states[name]
    )
    facts = {
        "Review": "complete" if not states["awaiting review"] else "not complete",
        "Sentences": f"{len(sentences):,}" + (f": {review}" if review else ""),
        "ATT&CK": bundle.attack_version(),
        "Model": one_line(report.ml_model),
        "Created": f"{report.created_on:%Y-%m-%d %H:%M} UTC"
        + (f" by {report.created_by}" if report.created_by else ""),
        "Last change": f"{report.updated_on:%Y-%m-%d %H:%M} UTC",
    }
    rows = [Row([Cell([paragraph(Run(name, color=MUTED))]), Cell([paragraph(value)])]) for name, value in facts.items()]
    return [
        paragraph(one_line(report.name), style="Title"),
        paragraph(Run("Threat report mapped to MITRE ATT&CK", size=12, color=MUTED)),
        paragraph("Summary", style="Heading1"),
        paragraph(*_in_words(found, bundle), style=BODY_TEXT),
        table(_FACTS_WIDTHS, rows),
    ]


def _in_words(found: list[Finding], bundle: ExportBundle) -> list[Run]:
    if not found:
        return [Run("No technique was found in this report.")]
    sentences = len({item.sentence.id for finding in found for item in finding.evidence})
    tactics = sum(1 for _, group in by_tactic(found, bundle.objects) if group[0].technique.tactics)
    confirmed = sum(1 for finding in found if finding.accepted)
    ranked = sorted(found, key=lambda finding: (-len(finding.evidence), finding.technique.attack_id))[:_MOST_SHOWN]
    named = [f"{one_line(item.technique.name)} ({item.technique.attack_id})" for item in ranked]
    return [
        Run("The report shows "),
        Run(f"{counted(len(found), 'technique')} in {counted(tactics, 'tactic')}", bold=True),
        Run(f", in {counted(sentences, 'sentence')}. Reviewers have accepted evidence for {confirmed:,} of them. "),
        Run(f"Most often shown: {', '.join(named)}."),
    ]


def _techniques(document: Any, found: list[Finding], bundle: ExportBundle) -> list[str]:
    if not found:
        return []
    links = {
        item.technique.attack_id: document.part.relate_to(
            item.technique.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        for item in found
        if item.technique.url
    }
    rows = [_heading_row("ID", "Technique", "Sentences", "Confidence", "Review", right=(2, 3))]
    for tactic, group in by_tactic(found, bundle.objects):
        rows.append(_band(len(_TACTIC_WIDTHS), Run(tactic, bold=True, color=ACCENT)))
        rows += [_technique_row(finding, links.get(finding.technique.attack_id, ""), bundle) for finding in group]
    return [paragraph("Techniques by tactic", style="Heading1"), table(_TACTIC_WIDTHS, rows), _gap()]


def _technique_row(finding: Finding, link: str, bundle: ExportBundle) -> Row:
    technique = finding.technique
    parent = bundle.objects.get(technique.parent_id or "")
    family = f"{one_line(parent.name)}: " if parent is not None else ""
    status = "" if technique.status.value == "active" else f"  ({technique.status.value})"
    return Row([
        Cell([paragraph(Run(technique.attack_id, color=ACCENT, link=link))]),
        Cell([paragraph(Run(family, color=MUTED), one_line(technique.name), Run(status, color=MUTED))]),
        Cell([paragraph(f"{len(finding.evidence):,}", right=True)]),
        Cell([paragraph(f"{format_confidence(finding.confidence)} %", right=True)]),
        Cell([paragraph(Run(finding.review, size=9, color="" if finding.accepted else MUTED))]),
    ])  # fmt: skip


def _evidence(found: list[Finding]) -> list[str]:
    if not found:
        return []
    rows = [_heading_row("No.", "Sentence", "Confidence", "Review", right=(2,))]
    for finding in found:
        name = f"  {one_line(finding.technique.name)}"
        rows.append(_band(len(_EVIDENCE_WIDTHS), Run(finding.technique.attack_id, bold=True, color=ACCENT), Run(name)))
        rows += [_evidence_row(item) for item in finding.evidence]
    return [paragraph("Evidence", style="Heading1"), table(_EVIDENCE_WIDTHS, rows), _gap()]


def _evidence_row(item: Evidence) -> Row:
    sentence, mapping = item.sentence, item.mapping
    text = [paragraph(one_line(sentence.text))]
    for name, said in item.remarks.items():
        text.append(paragraph(Run(f"{field_title(name)}: {one_line(said)}", italic=True, size=9, color=MUTED)))
    where = f", page {sentence.page}" if sentence.page is not None else ""
    return Row([
        Cell([paragraph(Run(str(sentence.order + 1), color=MUTED))]),
        Cell(text),
        Cell([paragraph(f"{format_confidence(mapping.confidence)} %", right=True)]),
        Cell([
            paragraph(Run(item.review + where, size=9, color="" if item.accepted else MUTED)),
            paragraph(Run(item.source, size=8, color=MUTED)),
        ]),
    ])  # fmt: skip


def _heading_row(*titles: str, right: tuple[int, ...]) -> Row:
    return Row(
        [
            Cell([paragraph(Run(title, bold=True, size=9, color="FFFFFF"), right=column in right)], fill=ACCENT)
            for column, title in enumerate(titles)
        ],
        heading=True,
    )


def _band(columns: int, *runs: Run) -> Row:
    return Row([Cell([paragraph(*runs, keep_next=True)], span=columns, fill=BAND)])


def _gap() -> str:
    """Return an empty paragraph between two tables, which Word would join otherwise."""
    return paragraph()


def _packed(document: Any, body: str) -> bytes:
    """Return the package with `body` before the properties of its only section.

    The body goes in as text, since moving thousands of rows between XML trees takes minutes. Without the time of
    packing in the file, the same report gives the same bytes.
    """
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "word/document.xml":
                content = content.replace(b"<w:sectPr", body.encode() + b"<w:sectPr", 1)
            info = zipfile.ZipInfo(entry.filename, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return out.getvalue()
