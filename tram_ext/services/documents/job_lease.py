"""Renews a job's lease, stores its progress, and polls for a request to cancel."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Self

from tram_ext.domain.errors import TramError
from tram_ext.domain.jobs import Job, JobChange, JobStatus
from tram_ext.store.database import Store

_log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 20.0
_BEAT: Final = 0.4
_RENEW: Final = 4.0


class JobLease:
    """Renews the lease of a job from a thread, stores its progress, and polls for a request to cancel.

    Attributes
    ----------
    is_lost : bool
        Whether another has the job now, or somebody asked to end it.
    note : str
        What keeps the work up, for a person; "" where nothing does.
    """

    def __init__(self, store: Store, job: Job, owner: str, on_change: Callable[[JobChange], None]) -> None:
        self._store = store
        self._job = job
        self._owner = owner
        self._on_change = on_change
        self._said = (0.0, "")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True, name=f"tram-lease-{job.id}")
        self.is_lost = False
        self.note = ""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def job_id(self) -> int:
        """The id of the job."""
        return self._job.id

    def tell(self, share: float, stage: str) -> None:
        """Take note of the progress; the thread stores it."""
        self._said = (share, stage)

    def _keep(self) -> None:
        written, renewed = (0.0, "", self._job.message), time.monotonic()
        trouble = ""
        while not self._over.wait(_BEAT):
            said = (*self._said, self.note or self._job.message)
            try:
                with self._store.read() as work:
                    lost = work.jobs.is_cancelled(self._job.id)
                if not lost and (said != written or time.monotonic() - renewed > _RENEW):
                    with self._store.write() as work:
                        share, stage, message = said
                        lost = not work.jobs.renew(
                            self._job.id, self._owner, LEASE_SECONDS, progress=share, stage=stage, message=message
                        )
                    written, renewed = said, time.monotonic()
                    if not lost:
                        self._on_change(JobChange(self._job.id, JobStatus.RUNNING, said[0]))
                self.is_lost = self.is_lost or lost
                trouble = ""
            except TramError as error:
                if error.message != trouble:
                    _log.warning("The lease on job %d could not be renewed: %s", self._job.id, error.message)
                trouble = error.message
            except Exception:  # without its keeper the lease would lapse, and the work be done twice
                _log.exception("The lease on job %d could not be kept", self._job.id)
