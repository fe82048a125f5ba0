"""``/api/report-mappings/``: exports of reports in many formats, and the import of a report."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from tram_ext.api import queries
from tram_ext.api.headers import attachment
from tram_ext.api.operations.table import BY_NAME
from tram_ext.api.responses import imported_body
from tram_ext.calls.runner import number_of, require_role
from tram_ext.exports import Rendered, formats
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.base import TramHandler
from tram_ext.handlers.bodies import read_json
from tram_ext.handlers.negotiation import preferred


class ExportHandlerBase(TramHandler):
    """Base class of the handlers of exports."""

    def format_name(self) -> str:
        """Return the format in ``?format=``, else the one preferred by ``Accept``."""
        named = self.get_query_argument("format", "")
        return named or preferred(self.request.headers.get("Accept", ""), formats())

    def accepted_only(self) -> bool:
        """Whether only accepted sentences are exported."""
        return queries.flag(self.argument("accepted-only"))

    def send(self, rendered: Rendered, name: str) -> None:
        """Respond with a file."""
        self.set_header("Content-Disposition", attachment(name + rendered.suffix))
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Vary", "Accept")
        self.write(rendered.content)
        self.finish(set_content_type=rendered.media_type)


class ReportMappingListHandler(ExportHandlerBase):
    """Exports several reports, and imports one."""

    @reads
    async def get(self) -> None:
        """Export all reports, or those of a document; JSON is always a list here."""
        (limit, offset), name = queries.page(self.argument), self.format_name()
        document_id = queries.number("doc-id", self.argument("doc-id"))
        export = partial(
            self.services.exports.reports,
            document_id=document_id,
            limit=limit,
            offset=offset,
            accepted_only=self.accepted_only(),
        )
        rendered, total = await self.host.run("export", export, name, self.actor)
        self.page_headers(total, limit, offset)
        self.send(rendered, "Reports")

    @writes
    async def post(self) -> None:
        """Import an export, all or nothing."""
        require_role(BY_NAME["import_report"], self.actor)
        export = read_json(self.request, nested="sentences")
        imported = await self.call(self.services.imports.import_report, export, self.actor)
        self.reply(imported_body(imported.report, imported.warnings), HTTPStatus.CREATED)


class ReportMappingHandler(ExportHandlerBase):
    """Exports one report."""

    @reads
    async def get(self, report_id: str) -> None:
        """Export the report."""
        export = partial(self.services.exports.report, accepted_only=self.accepted_only())
        key = number_of(BY_NAME["export_report"], report_id)
        report, rendered = await self.host.run("export", export, key, self.format_name(), self.actor)
        self.send(rendered, report.name)
