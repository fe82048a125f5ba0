"""``/api/report-mappings/``: reports with everything in them."""

from __future__ import annotations

from http import HTTPStatus

from tram_ext.api.responses import imported_body
from tram_ext.handlers.authorization import writes
from tram_ext.handlers.base import TramHandler


class ReportMappingListHandler(TramHandler):
    """Exports of reports, and their import."""

    @writes
    async def post(self) -> None:
        """Import an export, all or nothing."""
        imported = await self.call(self.services.imports.import_report, self.json_bytes(), self.actor)
        self.reply(imported_body(imported.report, imported.warnings), HTTPStatus.CREATED)
