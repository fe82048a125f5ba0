"""``/api/reports/``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from tram_ext.api.responses import report_body
from tram_ext.api.review_requests import ReportPatch, ReportRequest
from tram_ext.domain.reports import Report
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler


class ReportHandlerBase(ItemHandler):
    """What handlers of reports share."""

    NOUN = "Report"

    def reply_report(self, report: Report, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Answer with a report."""
        self.reply_item(report_body(report), report.version, status)


class ReportListHandler(ReportHandlerBase):
    """All reports."""

    @reads
    async def get(self) -> None:
        """List them in the order they were made."""
        services = self.services
        await self.reply_list(
            lambda limit, offset: services.reports.list(self.actor, limit=limit, offset=offset), report_body
        )

    @writes
    async def post(self) -> None:
        """Add one without sentences."""
        body = self.body(ReportRequest)
        made = await self.call(self.services.reports.create, body.report(), self.actor)
        self.reply_report(made, HTTPStatus.CREATED)


class ReportHandler(ReportHandlerBase):
    """One report."""

    @reads
    async def get(self, report_id: str) -> None:
        """Show it."""
        self.reply_report(await self.call(self.services.reports.get, self.key(report_id), self.actor))

    @writes
    async def put(self, report_id: str) -> None:
        """Change name, text and model."""
        await self._change(report_id, ReportRequest)

    @writes
    async def patch(self, report_id: str) -> None:
        """Change what the body names."""
        await self._change(report_id, ReportPatch)

    @writes
    async def delete(self, report_id: str) -> None:
        """Delete it with all that is its own."""
        remove = partial(self.services.reports.delete, expected=self.expected())
        await self.call(remove, self.key(report_id), self.actor)
        self.reply_nothing()

    async def _change(self, report_id: str, kind: type[ReportRequest | ReportPatch]) -> None:
        key = await self.existing(report_id, self.services.reports.get)
        edit = self.body(kind).edit()
        change = partial(self.services.reports.change, expected=self.expected())
        self.reply_report(await self.call(change, key, edit, self.actor))
