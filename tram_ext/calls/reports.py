"""Use cases of reports."""

from __future__ import annotations

from functools import partial

from tram_ext.api.responses import report_body
from tram_ext.api.review_requests import ReportPatch, ReportRequest
from tram_ext.calls.call import Call, Result, listed
from tram_ext.domain.reports import Report


def reports(call: Call[None]) -> Result:
    """List reports in the order they were made."""
    return listed(call, partial(call.services.reports.list, call.actor), report_body)


def report(call: Call[None]) -> Result:
    """Show a report."""
    return _shown(call.services.reports.get(call.item, call.actor))


def create_report(call: Call[ReportRequest]) -> Result:
    """Add a report without sentences."""
    return _shown(call.services.reports.create(call.body.report(), call.actor))


def change_report(call: Call[ReportRequest] | Call[ReportPatch]) -> Result:
    """Change what the body names."""
    return _shown(call.services.reports.change(call.item, call.body.edit(), call.actor, expected=call.expected))


replace_report = change_report


def delete_report(call: Call[None]) -> Result:
    """Delete a report with all that is its own."""
    call.services.reports.delete(call.item, call.actor, expected=call.expected)
    return Result()


def _shown(report: Report) -> Result:
    return Result(report_body(report), report.version)
