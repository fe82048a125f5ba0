"""The queue at work: threads that claim jobs, have them done in child processes, and record how they ended."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Final

from tram_ext.domain.errors import Cancelled, Forbidden, NotFound, TramError, WorkFailed
from tram_ext.domain.jobs import Job, JobChange, JobStatus
from tram_ext.domain.users import Permission, User
from tram_ext.services import owners
from tram_ext.services.attack import resolve_techniques, with_successors
from tram_ext.services.job_lease import LEASE_SECONDS, JobLease
from tram_ext.services.mapping import Mapper
from tram_ext.services.policies import require
from tram_ext.services.preparation import Preparation
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

_log = logging.getLogger(__name__)

SMALL_BYTES: Final = 512 * 1024
"""One of several workers takes only documents up to this size, so that big ones do not hold small ones."""

MOST_ATTEMPTS: Final = 3
_LOOK: Final = 1.0
_LOOK_FOR_ORPHANS: Final = 3.0
_SAVING: Final = 0.98


class Queue:
    """Works on jobs until it is closed; several queues, in several processes, share a store.

    Parameters
    ----------
    on_change : callable
        Called from a worker's thread whenever a job has moved on.
    """

    def __init__(self, store: Store, settings: Settings, mapper: Mapper, preparation: Preparation) -> None:
        self._store = store
        self._settings = settings
        self._mapper = mapper
        self._preparation = preparation
        self._owner = owners.this_process()
        self._changed = threading.Condition()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._looked_for_orphans = -math.inf
        self.on_change: Callable[[JobChange], None] = lambda _change: None

    def start(self) -> None:
        """Begin to work; once is enough."""
        with self._lock:
            if self._threads or self._closed:
                return
            for number in range(self._settings.jobs_at_once):
                largest = SMALL_BYTES if number and self._settings.jobs_at_once > 1 else None
                thread = threading.Thread(target=self._work, args=(largest,), daemon=True, name=f"tram-queue-{number}")
                thread.start()
                self._threads.append(thread)

    def wake(self) -> None:
        """Tell the workers that there may be something to do."""
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        """Claim nothing more, and have what is under way cancelled."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """Return what is under way to the queue, and end."""
        self.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    def list(
        self, actor: User, *, everything: bool = False, limit: int | None = None, offset: int = 0
    ) -> tuple[list[Job], int]:
        """Return unfinished and failed jobs, or `everything`, and how many there are."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            return (
                work.jobs.list(everything=everything, limit=limit, offset=offset),
                work.jobs.count(everything=everything),
            )

    def get(self, job_id: int, actor: User) -> Job:
        """Return a job.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            job = work.jobs.get(job_id)
        if job is None:
            raise NotFound("No DocumentProcessingJob matches the given query.")
        return job

    def cancel(self, job_id: int, actor: User) -> None:
        """Cancel a job, waiting or running; one that has ended stays as it is.

        Raises
        ------
        NotFound
            There is none with this number.
        Forbidden
            It is another's, and the actor is no admin.
        """
        require(actor, Permission.REVIEW)
        job = self.get(job_id, actor)
        if job.created_by != actor.name and not actor.may(Permission.ADMINISTER):
            raise Forbidden("This job is somebody else's; an admin may cancel it.")
        with self._store.write() as work:
            work.jobs.cancel(job_id)
        self._tell(self.get(job_id, actor))

    def wait(self, job_id: int, actor: User, on_progress: Callable[[Job], None] | None = None) -> Job:
        """Wait until a job has ended, whoever works on it, and return it."""
        while True:
            job = self.get(job_id, actor)
            if on_progress is not None:
                on_progress(job)
            if job.status not in (JobStatus.QUEUED, JobStatus.RUNNING):
                return job
            time.sleep(0.1)

    def _work(self, largest: int | None) -> None:
        while not self._closed:
            try:
                job = self._claim(largest)
                if job is not None:
                    self._do(job)
                    continue
            except TramError as error:  # the lease of a job whose end cannot be recorded lapses: it is done again
                _log.warning("The queue cannot be used: %s", error.message)
            except Exception:  # a worker that ended would leave a queue that nobody works on
                _log.exception("The queue failed")
            with self._changed:
                if not self._closed:
                    self._changed.wait(_LOOK)

    def _claim(self, largest: int | None) -> Job | None:
        self._release_orphans()
        with self._store.read() as work:
            if not work.jobs.anything_to_claim(largest):
                return None
        with self._store.write() as work:
            return work.jobs.claim(self._owner, LEASE_SECONDS, largest)

    def _do(self, job: Job) -> None:
        try:
            self._tell(job)
            if job.cancel_requested:
                raise Cancelled("Cancelled.")
            if job.attempts > MOST_ATTEMPTS:
                self._end(job, JobStatus.ERROR, "Reading this document ended its server three times. It is left alone.")
            else:
                self._map(job)
        except _Lost:
            _log.warning("Job %d took longer than its lease; another worker has it.", job.id)
        except (Cancelled, WorkFailed) as error:
            if self._closed:  # its child was ended with the others
                with self._store.write() as work:
                    work.jobs.give_back(job.id, self._owner)
            elif isinstance(error, Cancelled):
                self._end(job, JobStatus.CANCELLED, "Cancelled.")
            else:
                self._end(job, JobStatus.ERROR, error.message)
        except TramError as error:
            self._end(job, JobStatus.ERROR, error.message)
        except Exception:  # whatever a bug does to one job, the next is worked on
            _log.exception("Job %d failed", job.id)
            self._end(job, JobStatus.ERROR, "An unexpected error; the log has it.")

    def _map(self, job: Job) -> None:
        with self._store.read() as work:
            document = work.documents.get(job.document_id)
        if document is None:
            raise NotFound("The document of this job is gone.")
        with JobLease(self._store, job, self._owner, self._announce) as lease:

            def is_over() -> bool:
                return self._closed or lease.is_lost

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
        with self._store.write() as work:
            ids = {mapping.attack_id for sentence in report.sentences for mapping in sentence.mappings}
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
                raise _Lost
        self._tell_end(job.id)

    def _end(self, job: Job, status: JobStatus, message: str) -> None:
        with self._store.write() as work:
            work.jobs.finish(job.id, self._owner, status, message)
        self._tell_end(job.id)

    def _tell_end(self, job_id: int) -> None:
        with self._store.read() as work:
            job = work.jobs.get(job_id)
        if job is not None:
            self._tell(job)

    def _tell(self, job: Job) -> None:
        self._announce(JobChange(job.id, job.status, job.progress, job.report_id))

    def _announce(self, change: JobChange) -> None:
        try:
            self.on_change(change)
        except Exception:  # whoever listens does not decide how a job ends
            _log.exception("What happened to job %d could not be told", change.job_id)

    def _release_orphans(self) -> None:
        """Return the jobs of processes of this machine that have ended; of other machines nothing is known."""
        now = time.monotonic()
        if now - self._looked_for_orphans < _LOOK_FOR_ORPHANS:
            return
        self._looked_for_orphans = now
        with self._store.read() as work:
            gone = [owner for owner in work.jobs.owners() if owners.is_gone(owner)]
        if gone:
            with self._store.write() as work:
                for owner in gone:
                    work.jobs.release(owner)


class _Lost(Exception):
    """The lease lapsed and somebody else has the job."""
