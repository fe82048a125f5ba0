"""Claims jobs from the queue for this process, and tracks those it has claimed."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tram_ext.domain.errors import Unavailable
from tram_ext.domain.jobs import Job, JobStatus
from tram_ext.services.documents.job_lease import LEASE_SECONDS, JobLease
from tram_ext.services.processes import owners
from tram_ext.store.database import Store
from tram_ext.store.jobs import Waiting

_LOOK_FOR_ORPHANS: Final = 3.0


class Claims:
    """Claims jobs for the workers of one process.

    A job whose last try ended early is done while nothing else is: should it end its server, no other job is counted
    a try for that.

    Attributes
    ----------
    owner : str
        Who holds the leases.
    trouble : str
        Why no job could be taken at the last try, for a person; "" where one could, or nobody tried.
    """

    def __init__(self, store: Store) -> None:
        self.owner = owners.this_process()
        self.trouble = ""
        self._store = store
        self._lock = threading.Lock()
        self._in_hand: dict[int, JobLease | None] = {}
        self._waits_for_quiet: str | None = None
        self._alone: int | None = None
        self._looked_for_orphans = -math.inf

    def take(self, largest: int | None) -> Job | None:
        """Claim the job that has waited longest; None where there is none, or none that may run beside the others.

        Parameters
        ----------
        largest : int, optional
            Bytes; only documents up to this size are taken.
        """
        with self._lock:
            worker = threading.current_thread().name
            if self._alone is not None or self._waits_for_quiet not in (None, worker):
                return None
            self._waits_for_quiet = None
            self._release_orphans()
            passed_over = tuple(self._in_hand)  # where the database could not be written to, our own leases lapse
            with self._store.read() as work:
                waiting = work.jobs.waiting(largest, passed_over)
            if not self._may_begin(waiting, worker):
                return None
            try:
                with self._store.write() as work:
                    waiting = work.jobs.waiting(largest, passed_over)  # another process may have been quicker
                    if not self._may_begin(waiting, worker):
                        return None
                    job = work.jobs.claim(self.owner, LEASE_SECONDS, largest, passed_over)
            except Unavailable as error:
                self.trouble = error.message
                raise
            self.trouble = ""
            if job is not None:
                self._in_hand[job.id] = None
                self._alone = job.id if job.attempts > 1 else None
            return job

    def _may_begin(self, waiting: Waiting | None, worker: str) -> bool:
        """Whether a job may start beside the claimed ones; where it may not, no later job starts before it."""
        if waiting is not None and self._in_hand and (waiting.attempts or waiting.has_lapsed):
            self._waits_for_quiet = worker
            return False
        return waiting is not None

    @contextmanager
    def held(self, job: Job, lease: JobLease) -> Iterator[None]:
        """Hold a claimed job while the block runs."""
        with self._lock:
            self._in_hand[job.id] = lease
        try:
            yield
        finally:
            with self._lock:
                del self._in_hand[job.id]
                if self._alone == job.id:
                    self._alone = None

    def note(self, job: Job) -> str:
        """Return why a job is held up where the store cannot record it; "" for nothing."""
        if job.status is JobStatus.QUEUED:
            return self.trouble
        lease = self._in_hand.get(job.id)
        return "" if lease is None else lease.note

    def give_back(self) -> None:
        """Return all claimed jobs to the queue."""
        left = tuple(self._in_hand)
        if not left:
            return
        with self._store.write() as work:
            for job_id in left:
                work.jobs.give_back(job_id, self.owner)

    def _release_orphans(self) -> None:
        """Return to the queue the jobs of processes of this machine that have ended."""
        now = time.monotonic()
        if now - self._looked_for_orphans < _LOOK_FOR_ORPHANS:
            return
        self._looked_for_orphans = now
        with self._store.read() as work:
            gone = [owner for owner in work.jobs.owners() if owners.is_gone(owner)]
            from_ahead = work.jobs.any_from_ahead(LEASE_SECONDS)
        if gone or from_ahead:
            with self._store.write() as work:
                work.jobs.shorten(LEASE_SECONDS)
                for owner in gone:
                    work.jobs.release(owner)
