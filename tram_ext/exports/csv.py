"""CSV of sentences and techniques, with cells guarded against evaluation by a spreadsheet.

What separates cells is the reader's choice: a spreadsheet of a country that writes `1,5` splits this file at
semicolons, others at tabs, and both take quotes in the middle of what they think a cell for plain text, and line breaks
in it for the end of a row. So wherever a cell could begin, at the start of ours or after a separator in it, an
apostrophe stands before what could be taken for a formula, as it does where such an apostrophe stands already:
`unguarded` gives every cell back as it was. All cells are quoted, so that who reads quotes finds the right columns. The
file starts with a byte order mark, by which Excel knows UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from tram_ext.domain.assertions import ASSERTED, Assertion, Disposition
from tram_ext.domain.reports import Mapping, Sentence
from tram_ext.exports.bundle import ExportBundle, ReviewedReport
from tram_ext.exports.evidence import counting, in_order, printable, review_state, tactic_title, technique
from tram_ext.exports.tram_json import format_confidence

_ASSERTED: Final = tuple(name for name in ASSERTED if name not in {"attack_id", "disposition"})
"""The id has a column of its own, and the decision is the review of its row."""

COLUMNS: Final = (
    *("report_id", "report", "sentence", "page", "text", "review"),
    *("technique_id", "technique", "tactics", *_ASSERTED, "status", "attack_version"),
)
"""A row for each technique of each sentence, and one for a sentence without; `sentence` is its order, from 0."""

_SEPARATORS: Final = ",;|\t\r\n\N{ARABIC COMMA}\N{ARABIC SEMICOLON}\N{FULLWIDTH COMMA}\N{FULLWIDTH SEMICOLON}"
"""What some reader of the file takes for the end of a cell."""

_SIGNS: Final = (
    "=+@\N{MINUS SIGN}"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
    "\N{SMALL EQUALS SIGN}\N{SMALL PLUS SIGN}\N{SMALL HYPHEN-MINUS}\N{SMALL COMMERCIAL AT}-"
)
"""What some spreadsheet takes for the beginning of a formula."""

_PASSED_OVER: Final = r"(?:['\"]|[^\S\t\r\n])*"
"""Quotes and spaces before it. A line break or tab is none: it separates, and each of a long run is looked at once."""

_FORMULA: Final = rf"(?={_PASSED_OVER}[{_SIGNS}])"
_UNGUARDED: Final = re.compile(rf"(?:\A|(?<=[{_SEPARATORS}])){_FORMULA}|\A(?='*[\t\r\n])")
_GUARD: Final = re.compile(rf"(?:\A|(?<=[{_SEPARATORS}]))'{_FORMULA}|\A'(?='*[\t\r\n])")


def render_bundle(bundle: ExportBundle) -> bytes:
    """Render all reports of `bundle` as one table."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for reviewed in bundle.reports:
        writer.writerows([guarded(cell) for cell in row] for row in _rows(reviewed, bundle))
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """Return `cell` guarded against evaluation as a formula, whichever delimiter a spreadsheet uses."""
    return _UNGUARDED.sub("'", printable(cell))


def unguarded(cell: str) -> str:
    """Return the text of a cell made by `guarded`; control characters stay replaced."""
    return _GUARD.sub("", cell)


def _rows(reviewed: ReviewedReport, bundle: ExportBundle) -> Iterator[list[str]]:
    report = reviewed.report
    version = bundle.attack_version()
    for sentence in in_order(reviewed.sentences):
        shown = counting(sentence, accepted_only=True) if bundle.accepted_only else sentence.mappings
        if not shown and (sentence.disposition is Disposition.ACCEPT or not bundle.accepted_only):
            first = [str(report.id), report.name, *_sentence(sentence)]
            yield [*first, *[""] * (len(COLUMNS) - len(first) - 1), version]
        for mapping in shown:
            first = [str(report.id), report.name, *_sentence(sentence, mapping)]
            known = technique(mapping.attack_id, mapping.name, bundle.objects)
            yield [
                *first,
                mapping.attack_id,
                known.name,
                "; ".join(tactic_title(shortname) for shortname in known.tactics),
                *_asserted(mapping.assertion),
                known.status.value,
                version,
            ]


def _asserted(assertion: Assertion) -> list[str]:
    """Return the values of the fields of an assertion that have columns here."""
    state = assertion.state() | {"confidence": format_confidence(assertion.confidence)}
    return ["" if state[name] is None else str(state[name]) for name in _ASSERTED]


def _sentence(sentence: Sentence, mapping: Mapping | None = None) -> list[str]:
    page = "" if sentence.page is None else str(sentence.page)
    return [str(sentence.order), page, sentence.text, review_state(sentence, mapping)]
