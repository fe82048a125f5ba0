"""Renews a task's lease, reports its progress, and polls for a request to cancel it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from tram_ext.domain.errors import Unavailable
from tram_ext.store.database import Store

_log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 30.0
"""A task whose process has not renewed its lease for so long has failed."""

_BEAT_SECONDS: Final = 1.0


class Heartbeat:
    """Renews the lease of a task and reports its progress, whenever it is asked whether the task is cancelled."""

    def __init__(self, store: Store, task_id: int, on_progress: Callable[[float, str], None] | None = None) -> None:
        self._store = store
        self._task_id = task_id
        self._on_progress = on_progress
        self._progress = (0.0, "")
        self._cancelled = False
        self._last = -_BEAT_SECONDS

    def report(self, share: float, stage: str) -> None:
        """Take note of the progress, from 0 to 1; the next beat stores it."""
        self._progress = (share, stage)
        if self._on_progress is not None:
            self._on_progress(share, stage)

    def is_cancelled(self) -> bool:
        """Return whether somebody asked to cancel; once a second at most, this renews the lease in the store."""
        if time.monotonic() - self._last >= _BEAT_SECONDS:
            self._last = time.monotonic()
            share, stage = self._progress
            try:
                with self._store.write() as work:
                    self._cancelled = work.tasks.renew(self._task_id, lease=LEASE_SECONDS, progress=share, stage=stage)
            except Unavailable as error:  # a disk that is full for a moment does not end the work of an hour
                _log.warning("The progress of task %d could not be recorded: %s", self._task_id, error.message)
        return self._cancelled
