"""Runs one job: reads, maps and saves its document, and records how it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from tram_ext.domain.documents import Document, ParsedDocument
from tram_ext.domain.errors import Cancelled, NotFound, TramError, Unavailable, WorkFailed
from tram_ext.domain.jobs import Job, JobStatus
from tram_ext.domain.reports import NewReport
from tram_ext.services.attack.attack import resolve_techniques, with_successors
from tram_ext.services.documents.job_lease import JobLease
from tram_ext.services.mapping.mapping import Mapper
from tram_ext.services.processes.pool import ProcessDied, ShuttingDown
from tram_ext.services.settings import Settings
from tram_ext.services.training.preparation import Preparation
from tram_ext.store.database import Store
from tram_ext.store.jobs import ended_early

T = TypeVar("T")

_log = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 2
"""Tries at a document that ends its child process, or the server; a stop of the server is none."""

_SAVING: Final = 0.98
_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class _End:
    """How an attempt ended; Queued: to be tried again, or, without a message, not counted."""

    status: JobStatus
    message: str = ""


class JobWork:
    """Runs jobs that are leased to `owner`.

    Parameters
    ----------
    closing : threading.Event
        Set when the server stops.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        mapper: Mapper,
        preparation: Preparation,
        *,
        owner: str,
        closing: threading.Event,
    ) -> None:
        self._store = store
        self._settings = settings
        self._mapper = mapper
        self._preparation = preparation
        self._owner = owner
        self._closing = closing

    def do(self, job: Job, lease: JobLease) -> None:
        """Run a job, and record how it ended."""
        try:
            end = self._try(job, lease)
            if end is not None:
                self._patiently(lease, lambda: self._record(job, end))
        except _LostError:
            _log.warning("Job %d took longer than its lease; another worker has it.", job.id)

    def _try(self, job: Job, lease: JobLease) -> _End | None:
        """Run an attempt and return how it ended; None where its report is stored, and with it the end."""
        try:
            if job.cancel_requested:
                raise Cancelled("Cancelled.")
            if job.attempts > MOST_ATTEMPTS:
                return _End(JobStatus.ERROR, f"{job.message} {_LEFT_ALONE}".strip())
            self._map(job, lease)
        except _LostError:
            raise
        except Exception as error:  # whatever a bug does to one job, the next is worked on
            return self._end_of(job, error)
        return None

    def _end_of(self, job: Job, error: Exception) -> _End:
        """Return how a job ends that an error ended."""
        is_final = isinstance(error, TramError) and not isinstance(error, (Cancelled, WorkFailed, Unavailable))
        if isinstance(error, ShuttingDown) or (self._closing.is_set() and not is_final):
            end = _End(JobStatus.QUEUED)
        elif isinstance(error, Cancelled):
            end = _End(JobStatus.CANCELLED, "Cancelled.")
        elif isinstance(error, ProcessDied):
            _log.warning("Job %d, try %d: %s", job.id, job.attempts, error.message)
            why = ended_early(job.attempts, error.message[0].lower() + error.message[1:])
            is_last = job.attempts >= MOST_ATTEMPTS
            end = _End(JobStatus.ERROR, f"{why} {_LEFT_ALONE}") if is_last else _End(JobStatus.QUEUED, why)
        elif isinstance(error, TramError):
            end = _End(JobStatus.ERROR, error.message)
        else:
            _log.error("Job %d failed", job.id, exc_info=error)
            end = _End(JobStatus.ERROR, "An unexpected error; the log has it.")
        return end

    def _map(self, job: Job, lease: JobLease) -> None:
        document = self._patiently(lease, lambda: self._document(job))

        def is_over() -> bool:
            return self._closing.is_set() or lease.is_lost

        if job.model is None:  # another was asked at the door whether it is trained
            lease.tell(0.0, "preparing")
            self._preparation.wait(is_over)
        report, parsed = self._mapper.map_file(
            self._settings.documents_dir / document.stored_name,
            job.model or "default",
            name=document.name,
            on_progress=lease.tell,
            cancelled=is_over,
        )
        lease.tell(_SAVING, "saving")

        def save() -> None:
            if lease.is_lost:  # somebody asked to end it, or another has it, while the store could not be used
                raise Cancelled("Cancelled.")
            self._save(job, document, report, parsed)

        self._patiently(lease, save)

    def _document(self, job: Job) -> Document:
        with self._store.read() as work:
            document = work.documents.get(job.document_id)
        if document is None:
            raise NotFound("The document of this job is gone.")
        return document

    def _save(self, job: Job, document: Document, report: NewReport, parsed: ParsedDocument) -> None:
        with self._store.write() as work:
            ids = {mapping.attack_id for sentence in report.sentences for mapping in sentence.all_mappings}
            resolved = resolve_techniques(work, ids, {})
            if work.jobs.is_cancelled(job.id):
                raise Cancelled("Cancelled.")
            report_id = work.reports.add(
                with_successors(report, resolved.replaced),
                resolved.rows,
                created_by=work.jobs.creator(job.id),
                document_id=document.id,
            )
            message = " ".join(parsed.warnings)
            if not work.jobs.finish(job.id, self._owner, JobStatus.DONE, message, report_id):
                # Another took it when our lease lapsed: its report counts, and the exception takes ours back.
                raise _LostError

    def _record(self, job: Job, end: _End) -> None:
        with self._store.write() as work:
            if end.status is not JobStatus.QUEUED:
                work.jobs.finish(job.id, self._owner, end.status, end.message)
            elif end.message:
                work.jobs.put_back(job.id, self._owner, end.message)
            else:
                work.jobs.give_back(job.id, self._owner)

    def _patiently(self, lease: JobLease, action: Callable[[], T]) -> T:
        """Use the store, retrying while it is unavailable, so that no finished work is lost.

        Raises
        ------
        Unavailable
            It cannot be used, and the server stops.
        """
        while True:
            try:
                result = action()
            except Unavailable as error:
                if error.message != lease.note:
                    _log.warning("Job %d waits for the database: %s", lease.job_id, error.message)
                lease.note = error.message
            else:
                lease.note = ""
                return result
            if self._closing.wait(_PATIENCE):
                raise Unavailable(lease.note)


class _LostError(Exception):
    """The lease lapsed, and another process has the job."""


_LEFT_ALONE: Final = "It is left alone now; upload the file again to have it tried anew."
