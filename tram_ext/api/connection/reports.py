"""Calls about reports: documents that become reports, jobs, exports, and mapping them."""

from __future__ import annotations

from abc import abstractmethod
from typing import BinaryIO

from tram_ext.api.connection.arguments import ReportChanges
from tram_ext.api.connection.caller import Caller, ExportFile, Page
from tram_ext.api.map_responses import MappedBody
from tram_ext.api.page_responses import DEFAULT_WIDTH, PageBoxesBody, PageSizesBody
from tram_ext.api.responses import ImportedBody, JobBody, ReportBody, UploadedBody
from tram_ext.api.review_responses import BulkBody


class ReportCalls(Caller):
    """Calls about reports: documents that become reports, jobs, exports, and mapping them."""

    def reports(self, *, limit: int | None = None, offset: int = 0) -> Page[ReportBody]:
        """List reports in the order they were made."""
        return self._page(ReportBody, "reports", limit=limit, offset=offset)

    def report(self, report_id: int) -> ReportBody:
        """Show a report."""
        return self._call(ReportBody, "report", report_id)

    def create_report(self, name: str, text: str, ml_model: str) -> ReportBody:
        """Add a report without sentences."""
        body = {"name": name, "text": text, "ml_model": ml_model}
        return self._call(ReportBody, "create_report", body=body)

    def change_report(self, report_id: int, changes: ReportChanges, *, expected: int | None = None) -> ReportBody:
        """Change a report."""
        return self._call(ReportBody, "change_report", report_id, body=changes, expected=expected)

    def delete_report(self, report_id: int, *, expected: int | None = None) -> None:
        """Delete a report with its sentences, its mappings and its document."""
        self._do("delete_report", report_id, expected=expected)

    def upload(self, name: str, file: BinaryIO, *, model: str | None = None) -> UploadedBody:
        """Upload a document, which becomes a job, or a report export, which is imported at once."""
        return self._call_with_file(UploadedBody, "upload", name, file, model=model)

    @abstractmethod
    def download(self, document_id: int) -> bytes:
        """Return the bytes of an uploaded document."""

    @abstractmethod
    def page_image(self, report_id: int, number: int = 1, *, width: int = DEFAULT_WIDTH) -> bytes:
        """Return a page of a report's PDF as a WebP image."""

    def page_sizes(self, report_id: int) -> PageSizesBody:
        """Return the sizes of the pages of a report's PDF, in points."""
        return self._call(PageSizesBody, "page_sizes", report_id)

    def page_boxes(self, report_id: int, number: int = 1) -> PageBoxesBody:
        """Return where the sentences of a page stand on it."""
        return self._call(PageBoxesBody, "page_boxes", report_id, query={"number": number})

    @abstractmethod
    def import_report(self, data: bytes) -> ImportedBody:
        """Import a TRAM report export, all or nothing; an identical one that exists is left as it is."""

    @abstractmethod
    def export(self, report_id: int | None, format_name: str, *, accepted_only: bool = False) -> ExportFile:
        """Export a report, or all (None)."""

    def jobs(self, *, everything: bool = False, limit: int | None = None, offset: int = 0) -> Page[JobBody]:
        """List waiting, running and failed jobs, or `everything`."""
        return self._page(JobBody, "jobs", {"all": everything}, limit=limit, offset=offset)

    def job(self, job_id: int) -> JobBody:
        """Show a job."""
        return self._call(JobBody, "job", job_id)

    def cancel_job(self, job_id: int) -> None:
        """Cancel a job, waiting or running."""
        self._do("cancel_job", job_id)

    def retry_job(self, job_id: int) -> JobBody:
        """Queue the work of a failed or cancelled job again, and return the new job."""
        return self._call(JobBody, "retry_job", job_id)

    def map_text(self, text: str, *, model: str | None = None) -> MappedBody:
        """Propose techniques for the sentences of a text; nothing is kept."""
        return self._call(MappedBody, "map_text", body={"text": text, "model": model or "default"})

    def map_file(self, name: str, file: BinaryIO, *, model: str | None = None) -> MappedBody:
        """Propose techniques for the sentences of a document; nothing is kept."""
        return self._call_with_file(MappedBody, "map_file", name, file, model=model)

    def remap(self, report_id: int, model: str, *, expected: int | None = None) -> BulkBody:
        """Map a report again; what people decided stays."""
        return self._call(BulkBody, "remap", report_id, body={"model": model}, expected=expected)
