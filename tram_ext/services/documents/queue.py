"""Worker threads that claim jobs, run them in child processes, and record how they ended."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tram_ext.domain.errors import Conflict, Forbidden, NotFound, TramError
from tram_ext.domain.jobs import Job, JobChange, JobStatus
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.documents.claims import Claims
from tram_ext.services.documents.job_lease import JobLease
from tram_ext.services.documents.job_work import JobWork
from tram_ext.services.mapping.mapping import Mapper
from tram_ext.services.settings import Settings
from tram_ext.services.training.preparation import Preparation
from tram_ext.store.database import Store

_log = logging.getLogger(__name__)

SMALL_BYTES: Final = 512 * 1024
"""One of several workers takes only documents up to this size, so that big ones do not hold small ones."""

_LOOK: Final = 1.0
_CLOSING_SECONDS: Final = 5.0


class Queue:
    """Runs jobs until it is closed; queues of several processes share a store.

    Parameters
    ----------
    on_change : callable
        Called from a worker's thread whenever a job has moved on.
    """

    def __init__(self, store: Store, settings: Settings, mapper: Mapper, preparation: Preparation) -> None:
        self._store = store
        self._settings = settings
        self._closing = threading.Event()
        self._claims = Claims(store)
        self._job_work = JobWork(store, settings, mapper, preparation, owner=self._claims.owner, closing=self._closing)
        self._changed = threading.Condition()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.on_change: Callable[[JobChange], None] = lambda _change: None

    def start(self) -> None:
        """Start the workers, unless they run already."""
        with self._lock:
            if self._threads or self._closing.is_set():
                return
            for number in range(self._settings.jobs_at_once):
                largest = SMALL_BYTES if number and self._settings.jobs_at_once > 1 else None
                thread = threading.Thread(target=self._work, args=(largest,), daemon=True, name=f"tram-queue-{number}")
                thread.start()
                self._threads.append(thread)

    def wake(self) -> None:
        """Wake the workers: there may be a new job."""
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        """Stop claiming jobs, and cancel those that run."""
        with self._changed:
            self._closing.set()
            self._changed.notify_all()

    def close(self) -> None:
        """Return running jobs to the queue, and end the workers."""
        self.stop()
        deadline = time.monotonic() + _CLOSING_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        try:
            self._claims.give_back()  # of a worker that still saves: either its report comes first, or this
        except TramError as error:  # whoever works next notices that this process is gone
            _log.warning("What was under way could not be returned to the queue: %s", error.message)

    def list(
        self, actor: User, *, everything: bool = False, limit: int | None = None, offset: int = 0
    ) -> tuple[list[Job], int]:
        """Return unfinished and failed jobs, or `everything`, and how many there are."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            found = work.jobs.list(everything=everything, limit=limit, offset=offset)
            return [self._noted(job) for job in found], work.jobs.count(everything=everything)

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
        return self._noted(job)

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

    def retry(self, job_id: int, actor: User) -> Job:
        """Queue the work of a failed or cancelled job again, and return the new job.

        Where the document has an unfinished job already, that is returned.

        Raises
        ------
        NotFound
            There is none with this number, or the file of its document was purged.
        Conflict
            It has not ended, or it has ended well.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            job = work.jobs.get(job_id)
            if job is None:
                raise NotFound("No DocumentProcessingJob matches the given query.")
            if job.status not in (JobStatus.ERROR, JobStatus.CANCELLED):
                raise Conflict("This job has not failed and was not cancelled: there is nothing to try again.")
            document = work.documents.get(job.document_id)
            if document is None or document.purged_on is not None:
                raise NotFound("The file of this job's document was purged. Upload it again.", code="purged")
            latest = work.jobs.latest_of(job.document_id, job.model)
            if latest is not None and latest.status in (JobStatus.QUEUED, JobStatus.RUNNING):
                return self._noted(latest)
            number = work.jobs.add(job.document_id, name=job.name, model=job.model, created_by=actor.id)
            new = work.jobs.get(number)
        assert new is not None
        self.wake()
        self._tell(new)
        return new

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
        said = ""
        while not self._closing.is_set():
            try:
                job = self._claims.take(largest)
                said = ""
                if job is not None:
                    self._do(job)
                    continue
            except TramError as error:  # the lease of a job whose end cannot be recorded lapses: it is done again
                if error.message != said:
                    _log.warning("The queue cannot be used: %s", error.message)
                said = error.message
            except Exception:  # a worker that ended would leave a queue that nobody works on
                _log.exception("The queue failed")
            with self._changed:
                if not self._closing.is_set():
                    self._changed.wait(_LOOK)

    def _do(self, job: Job) -> None:
        lease = JobLease(self._store, job, self._claims.owner, self._announce)
        with self._claims.held(job, lease):
            self._tell(job)
            with lease:
                self._job_work.do(job, lease)
        self.wake()  # another worker may have waited until nothing else is done
        with self._store.read() as work:
            ended = work.jobs.get(job.id)
        if ended is not None:
            self._tell(ended)

    def _noted(self, job: Job) -> Job:
        """Return a job with the reason for its delay, which an unwritable database cannot hold."""
        unfinished = job.status in (JobStatus.QUEUED, JobStatus.RUNNING)
        note = self._claims.note(job) if unfinished else ""
        return replace(job, message=note) if note else job

    def _tell(self, job: Job) -> None:
        self._announce(JobChange(job.id, job.status, job.progress, job.report_id))

    def _announce(self, change: JobChange) -> None:
        try:
            self.on_change(change)
        except Exception:  # whoever listens does not decide how a job ends
            _log.exception("What happened to job %d could not be told", change.job_id)
