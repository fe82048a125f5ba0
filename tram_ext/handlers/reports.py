"""``/api/reports/``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from tram_ext.api.responses import report_body
from tram_ext.handlers.authorization import reads, writes
from tram_ext.handlers.base import TramHandler


class ReportListHandler(TramHandler):
    """All reports."""

    @reads
    async def get(self) -> None:
        """List them in the order they were made."""
        limit, offset = self.page()
        found, total = await self.call(partial(self.services.reports.list, self.actor, limit=limit, offset=offset))
        self.reply_page([report_body(report) for report in found], total)


class ReportHandler(TramHandler):
    """One report."""

    @reads
    async def get(self, report_id: str) -> None:
        """Show it."""
        self.reply(report_body(await self.call(self.services.reports.get, self.id_of(report_id, "Report"), self.actor)))

    @writes
    async def delete(self, report_id: str) -> None:
        """Delete it with all that is its own."""
        await self.call(self.services.reports.delete, self.id_of(report_id, "Report"), self.actor)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()
