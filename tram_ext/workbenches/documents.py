"""Methods of the workbench for reports: upload, mapping, import, export, jobs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from tram_ext.api.connection import Connection, ReportChanges
from tram_ext.api.responses import JobBody
from tram_ext.domain.errors import Cancelled, Invalid, NotFound, WorkFailed
from tram_ext.workbenches import frames, rows
from tram_ext.workbenches.waiting import Progress, follow

if TYPE_CHECKING:
    import pandas as pd

Item: TypeAlias = Any
"""A number, or a row of a DataFrame of this workbench: a Series, a named tuple, or a DataFrame of one row."""


class DocumentCalls:
    """Mixin of methods for reports and jobs.

    Attributes
    ----------
    connection : Connection
        The workbench's records, for programs.
    """

    connection: Connection

    def upload(
        self,
        file: str | Path | bytes | BinaryIO,
        *,
        name: str | None = None,
        model: str | None = None,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Upload a document, which becomes a report, or a TRAM report export, which is imported.

        Parameters
        ----------
        file : path, bytes or binary file
            A PDF, DOCX, HTML, Markdown or text file, or a report export.
        name : str, optional
            What the file is called; needed for bytes.
        model : str, optional
            Who maps it; by default the default model.
        wait : bool
            False returns at once, with the job.
        progress : callable, optional
            Is told the share that is done, and the stage.

        Returns
        -------
        DataFrame
            The report as in :meth:`reports`; without `wait` the job as in :meth:`jobs`.

        Raises
        ------
        Invalid
            The file is of a type that is not read here, or empty.
        WorkFailed
            It could not be read; the message says why.
        Cancelled
            Somebody cancelled the job.
        """
        with opened(file, name) as (shown, stream):
            taken = self.connection.upload(shown, stream, model=model)
        report_id = taken.get("report_id")
        if "job-id" in taken:
            job_id = taken["job-id"]
            if not wait:
                return frames.frame(frames.JOBS, [self.connection.job(job_id)])
            report_id = self._finished(job_id, progress)["report_id"]
        assert report_id is not None
        return self.report(report_id)

    def map_text(self, text: str, *, model: str | None = None) -> pd.DataFrame:
        """Propose techniques for a sentence or a whole text; nothing is kept.

        Returns
        -------
        DataFrame
            Columns as `frames.PROPOSALS`: a row a proposal; a sentence without one has a row, too.

        Raises
        ------
        Invalid
            The text holds no words.
        Conflict
            The model was never trained.
        """
        return frames.frame(frames.PROPOSALS, frames.proposal_rows(self.connection.map_text(text, model=model)))

    def map_file(
        self, file: str | Path | bytes | BinaryIO, *, name: str | None = None, model: str | None = None
    ) -> pd.DataFrame:
        """Propose techniques for a document; nothing is kept. See :meth:`upload` and :meth:`map_text`."""
        with opened(file, name) as (shown, stream):
            found = self.connection.map_file(shown, stream, model=model)
        return frames.frame(frames.PROPOSALS, frames.proposal_rows(found))

    def reports(self) -> pd.DataFrame:
        """List all reports in the order they were made: columns as `frames.REPORTS`."""
        return frames.frame(frames.REPORTS, self.connection.reports().records)

    def report(self, report: Item) -> pd.DataFrame:
        """Show a report as it is now: a row as in :meth:`reports`."""
        return frames.frame(frames.REPORTS, [self.connection.report(rows.item(report, rows.REPORT).id)])

    def text(self, report: Item) -> str:
        """Return the text of a report."""
        return self.connection.report(rows.item(report, rows.REPORT).id)["text"]

    def rename(self, report: Item, name: str) -> pd.DataFrame:
        """Rename a report, and return it."""
        return self._change_report(report, {"name": name})

    def use_report(self, report: Item, *, use: bool = True) -> pd.DataFrame:
        """Set whether a report is used for training, and return the report."""
        return self._change_report(report, {"use_for_training": use})

    def delete_report(self, report: Item) -> None:
        """Delete a report with its sentences, its mappings and its document.

        Raises
        ------
        PreconditionFailed
            Somebody changed it since the row was read.
        Forbidden
            The caller is no admin.
        """
        found = rows.item(report, rows.REPORT)
        self.connection.delete_report(found.id, expected=found.version)

    def import_report(self, file: str | Path | bytes | BinaryIO) -> pd.DataFrame:
        """Import a TRAM report export, all or nothing, and return the report, with ``warnings``.

        Raises
        ------
        Invalid
            It is no report export; each problem is named with its place.
        """
        with opened(file, "export.json") as (_, stream):
            return frames.frame(frames.IMPORTED, [frames.imported_row(self.connection.import_report(stream.read()))])

    def export(
        self,
        report: Item | None = None,
        format: str = "json",  # noqa: A002 - what everybody calls it
        path: str | Path | None = None,
        *,
        accepted_only: bool = False,
        overwrite: bool = False,
    ) -> bytes | Path:
        """Export a report, or all.

        Parameters
        ----------
        format : str
            ``json`` (TRAM's), ``docx``, ``navigator``, ``stix`` or ``csv``.
        path : path, optional
            The file to write, whole or not at all, readable by its owner only.
        accepted_only : bool
            Leave out what nobody accepted; TRAM's JSON is always whole.
        overwrite : bool
            Whether a file that is there may be replaced.

        Returns
        -------
        bytes or Path
            The file's content, or its path where one was given.

        Raises
        ------
        NotAcceptable
            There is no such format, or it holds one report only.
        Conflict
            The file is there already.
        """
        key = None if report is None else rows.item(report, rows.REPORT).id
        made = self.connection.export(key, format, accepted_only=accepted_only)
        if path is None:
            return made.content
        from tram_ext.services.files import private_files

        target = Path(path).expanduser()
        private_files.write(target, made.content, overwrite=overwrite)
        return target

    def jobs(self, *, everything: bool = False) -> pd.DataFrame:
        """List waiting, running and failed jobs, or `everything`: columns as `frames.JOBS`."""
        return frames.frame(frames.JOBS, self.connection.jobs(everything=everything).records)

    def wait(self, job: Item, *, progress: Progress | None = None) -> pd.DataFrame:
        """Wait for a job, and return its report; see :meth:`upload`."""
        report_id = self._finished(rows.item(job, rows.JOB).id, progress)["report_id"]
        assert report_id is not None
        return self.report(report_id)

    def cancel(self, job: Item) -> pd.DataFrame:
        """Cancel a job, waiting or running, and return it; one that has ended stays as it is."""
        key = rows.item(job, rows.JOB).id
        self.connection.cancel_job(key)
        return frames.frame(frames.JOBS, [self.connection.job(key)])

    def _change_report(self, report: Item, changes: ReportChanges) -> pd.DataFrame:
        found = rows.item(report, rows.REPORT)
        changed = self.connection.change_report(found.id, changes, expected=found.version)
        return frames.frame(frames.REPORTS, [changed])

    def _finished(self, job_id: int, progress: Progress | None) -> JobBody:
        connection = self.connection
        job = follow(lambda: connection.job(job_id), "status", progress, lambda: connection.cancel_job(job_id))
        if job["status"] == "Cancelled":
            raise Cancelled(f"The job on {job['name']!r} was cancelled.")
        if job["status"] == "Error":
            raise WorkFailed(f"{job['name']}: {job['message']}")
        return job


@contextmanager
def opened(file: str | Path | bytes | BinaryIO, name: str | None) -> Iterator[tuple[str, BinaryIO]]:
    """Open a path, bytes or file object, and return it with its name."""
    if isinstance(file, str | Path):
        path = Path(file).expanduser()
        try:
            stream = path.open("rb")
        except OSError as error:
            raise NotFound(f"The file {str(path)!r} cannot be read: {error.strerror}.") from error
        with stream:
            yield name or path.name, stream
        return
    if name is None:
        raise Invalid("Bytes have no name: say name='report.pdf'.")
    yield name, io.BytesIO(file) if isinstance(file, bytes) else file
