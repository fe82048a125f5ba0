"""The sign of life of a training or a check of labels: its lease, its progress, the ear for a request to cancel."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from tram_ext.domain.errors import Unavailable
from tram_ext.store.database import Store

_log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 30.0
"""A task whose process has not been heard of for so long is over."""

_BEAT_SECONDS: Final = 1.0


class Heartbeat:
    """Keeps a task's lease alive, passes its progress on, and listens for a request to cancel."""

    def __init__(self, store: Store, task_id: int, on_progress: Callable[[float, str], None] | None = None) -> None:
        self._store = store
        self._task_id = task_id
        self._on_progress = on_progress
        self._said = (0.0, "")
        self._cancelled = False
        self._last = -_BEAT_SECONDS

    def tell(self, share: float, stage: str) -> None:
        """Say how far the work is."""
        self._said = (share, stage)
        if self._on_progress is not None:
            self._on_progress(share, stage)

    def is_cancelled(self) -> bool:
        """Whether somebody asked to cancel; asking is the heartbeat."""
        if time.monotonic() - self._last >= _BEAT_SECONDS:
            self._last = time.monotonic()
            share, stage = self._said
            try:
                with self._store.write() as work:
                    self._cancelled = work.trainings.report(
                        self._task_id, lease=LEASE_SECONDS, progress=share, stage=stage
                    )
            except Unavailable as error:  # a disk that is full for a moment does not end the work of an hour
                _log.warning("How far task %d is could not be recorded: %s", self._task_id, error.message)
        return self._cancelled
