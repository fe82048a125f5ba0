"""The full text of a report in its Word document, with mapped sentences highlighted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from tram_ext.domain.reports import Sentence
from tram_ext.exports.bundle import ReviewedReport
from tram_ext.exports.evidence import Finding
from tram_ext.exports.wordprocessing import ACCENT, BODY_TEXT, MUTED, Run, paragraph

_ACCEPTED_FILL: Final = "DDEFD9"
_WAITING_FILL: Final = "FDF0CC"
_LINE_END: Final = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")


_Mark: TypeAlias = tuple[Sentence, str, bool]
"""A sentence, the ids of its techniques, and whether one of them is accepted."""


def full_text(reviewed: ReviewedReport, found: list[Finding]) -> list[str]:
    """Return the section: a legend if anything is marked, then one paragraph per line of the text."""
    marks = _marks(reviewed, found)
    legend = [
        Run(" accepted ", size=9, fill=_ACCEPTED_FILL),
        Run("  ", size=9),
        Run(" awaiting review ", size=9, fill=_WAITING_FILL),
        Run("  sentences that show a technique, with its id", size=9, color=MUTED),
    ]
    return [
        paragraph("Full text", style="Heading1"),
        *([paragraph(*legend, style=BODY_TEXT, keep_next=True)] if marks else []),
        *(paragraph(*runs, style=BODY_TEXT) for runs in _lines(reviewed.report.text, marks)),
    ]


def _marks(reviewed: ReviewedReport, found: list[Finding]) -> list[_Mark]:
    """Return the sentences to mark with their technique ids, without those that overlap an earlier one."""
    sentences: dict[int, Sentence] = {}
    ids: dict[int, list[str]] = {}
    accepted: set[int] = set()
    for finding in found:
        for item in finding.evidence:
            sentences[item.sentence.id] = item.sentence
            ids.setdefault(item.sentence.id, []).append(finding.technique.attack_id)
            if item.accepted:
                accepted.add(item.sentence.id)
    marks: list[_Mark] = []
    reached = 0
    for sentence in sorted(sentences.values(), key=lambda item: (item.start or 0, item.id)):
        start, end = sentence.start, sentence.end
        if start is None or end is None or not reached <= start < end <= len(reviewed.report.text):
            continue
        marks.append((sentence, ", ".join(ids[sentence.id]), sentence.id in accepted))
        reached = end
    return marks


def _lines(text: str, marks: list[_Mark]) -> Iterator[list[Run]]:
    """Split the text into lines, and each line at the ends of marks; empty lines are dropped."""
    line: list[Run] = []
    for run in _runs(text, marks):
        first, *rest = _LINE_END.split(run.text)
        line.append(replace(run, text=first))
        for part in rest:
            if any(item.text.strip() for item in line):
                yield line
            line = [replace(run, text=part)]
    if any(item.text.strip() for item in line):
        yield line


def _runs(text: str, marks: list[_Mark]) -> Iterator[Run]:
    reached = 0
    for sentence, ids, accepted in marks:
        start, end = sentence.start or 0, sentence.end or 0
        yield Run(text[reached:start])
        yield Run(text[start:end], fill=_ACCEPTED_FILL if accepted else _WAITING_FILL)
        yield Run(f" [{ids}]", bold=True, size=8, color=ACCENT)
        reached = end
    yield Run(text[reached:])
