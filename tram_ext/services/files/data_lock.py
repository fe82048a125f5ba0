"""The shared and exclusive lock of a data folder."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

from tram_ext.domain.errors import Conflict, Unavailable

LOCK: Final = "lock"
"""The name of its file, which stays empty."""

PATIENCE: Final = 10.0
"""Seconds that somebody waits who comes while the data are exchanged."""

_POLL: Final = 0.05


class DataLock:
    """A lock on a data folder; it ends with its process at the latest.

    Where the system or the file system has no such locks, it holds nobody off.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise Unavailable(f"{folder / LOCK} cannot be opened: {error.strerror}. Is the folder yours?") from error

    @classmethod
    def shared(cls, folder: Path, patience: float = PATIENCE) -> DataLock:
        """Work in `folder` beside others.

        Parameters
        ----------
        patience : float
            Seconds to wait while somebody exchanges what is in it.

        Raises
        ------
        Unavailable
            It took longer.
        """
        lock = cls(folder)
        deadline = time.monotonic() + patience
        while not lock._take(alone=False):
            if time.monotonic() > deadline:
                lock.close()
                raise Unavailable(
                    f"The data in {folder} are being restored from a backup. Try again when that is done."
                )
            time.sleep(_POLL)
        return lock

    @classmethod
    def alone(cls, folder: Path) -> DataLock:
        """Keep everybody else out of `folder`.

        Raises
        ------
        Conflict
            Somebody works in it.
        """
        lock = cls(folder)
        if not lock._take(alone=True):
            lock.close()
            raise in_use(folder)
        return lock

    def close(self) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _take(self, *, alone: bool) -> bool:
        if sys.platform == "win32":
            return True
        import fcntl

        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks
            return True
        return True


def in_use(folder: Path) -> Conflict:
    """Return the error that names the processes to stop first."""
    return Conflict(
        f"A server, a notebook or another command works with the data in {folder}. Stop it, and repeat: nobody may "
        "work with them meanwhile."
    )
