"""Use cases that look at many sentences at once: the outline of a report, the matrix, evidence."""

from __future__ import annotations

from typing import Final

from tram_ext.api import queries
from tram_ext.api.overview_responses import (
    evidence_body,
    report_outline_body,
    report_text_body,
    rows_body,
    technique_count_body,
)
from tram_ext.calls.call import Call, Result

_MOST_EVIDENCE: Final = 20
"""Sentences of evidence where no limit is given."""


def report_outlines(call: Call[None]) -> Result:
    """List the reports without their texts."""
    return Result([report_outline_body(item) for item in call.services.overviews.reports(call.actor)])


def report_text(call: Call[None]) -> Result:
    """Show the text of a report, with the positions of its sentences."""
    return Result(report_text_body(call.services.overviews.text(call.item, call.actor)))


def rows(call: Call[None]) -> Result:
    """List the sentences of a report without their texts."""
    wanted, order = queries.sentence_filter(call.argument), queries.sentence_order(call.argument)
    return Result(rows_body(call.services.overviews.outline(call.item, wanted, call.actor, order=order)))


def technique_counts(call: Call[None]) -> Result:
    """Count on how many sentences of some reports, or of all, each technique is."""
    found = call.services.overviews.technique_counts(call.numbers("report-id"), call.actor)
    return Result([technique_count_body(count) for count in found])


def evidence(call: Call[None]) -> Result:
    """List sentences that bear a technique, the best evidence first."""
    reports, limit = call.numbers("report-id"), call.page()[0] or _MOST_EVIDENCE
    found = call.services.overviews.evidence(call.name, reports, call.actor, limit=limit)
    return Result([evidence_body(item) for item in found])
