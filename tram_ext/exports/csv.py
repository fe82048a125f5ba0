"""A table of sentences and techniques as CSV that a spreadsheet opens without running any of it.

A cell that a spreadsheet could take for a formula gets an apostrophe in front, as does one where such an apostrophe
stands already, so that `unguarded` gives every cell back as it was. The file starts with a byte order mark, by which
Excel knows UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from tram_ext.domain.reports import Disposition, Sentence
from tram_ext.exports.bundle import ExportBundle, ReviewedReport
from tram_ext.exports.evidence import in_order, printable, review_state, tactic_title, technique
from tram_ext.exports.tram_json import format_confidence

COLUMNS: Final = (
    *("report_id", "report", "sentence", "page", "text", "review"),
    *("technique_id", "technique", "tactics", "confidence", "source", "note", "status", "attack_version"),
)
"""A row for each technique of each sentence, and one for a sentence without; `sentence` is its order, from 0."""

_FORMULA: Final = re.compile(r"['\s]*[=+\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
                             r"\N{FULLWIDTH COMMERCIAL AT}]|'*[\t\r\n]")  # fmt: skip


def render_bundle(bundle: ExportBundle) -> bytes:
    """Write all reports of `bundle` into one table."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for reviewed in bundle.reports:
        writer.writerows([guarded(cell) for cell in row] for row in _rows(reviewed, bundle))
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """Make `cell` safe for a spreadsheet."""
    safe = printable(cell)
    return f"'{safe}" if _FORMULA.match(safe) else safe


def unguarded(cell: str) -> str:
    """Give the text that `guarded` made a cell of; control characters stay replaced."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _rows(reviewed: ReviewedReport, bundle: ExportBundle) -> Iterator[list[str]]:
    report = reviewed.report
    version = bundle.attack_version()
    for sentence in in_order(reviewed.sentences):
        if bundle.accepted_only and sentence.disposition is not Disposition.ACCEPT:
            continue
        first = [str(report.id), report.name, *_sentence(sentence)]
        if not sentence.mappings:
            yield [*first, *[""] * 7, version]
        for mapping in sentence.mappings:
            known = technique(mapping.attack_id, mapping.name, bundle.objects)
            yield [
                *first,
                mapping.attack_id,
                known.name,
                "; ".join(tactic_title(shortname) for shortname in known.tactics),
                format_confidence(mapping.confidence),
                mapping.source.value,
                mapping.note,
                known.status.value,
                version,
            ]


def _sentence(sentence: Sentence) -> list[str]:
    page = "" if sentence.page is None else str(sentence.page)
    return [str(sentence.order), page, sentence.text, review_state(sentence)]
