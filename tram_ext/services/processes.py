"""Child processes for heavy work: killed alone, limited in time, and gone when their parent is."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import logging
import multiprocessing
import os
import signal
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, wait
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path
from typing import Any, Final, TypeVar

from tram_ext.domain.errors import Cancelled, TramError, WorkFailed

T = TypeVar("T")

_log = logging.getLogger(__name__)

_POLL: Final = 0.05
_PDEATHSIG: Final = 1  # prctl(2)
_RECORD: Final = struct.Struct("d120s")
ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Threads of linear algebra fight over cores: measured, one thread fits up to 8 times faster than the default."""


class ChildPool:
    """A pool of spawned processes that starts with its first task.

    Parameters
    ----------
    workers : int
        Tasks that run at the same time; more wait.
    preload : sequence of str
        Modules that a child imports before its first task.
    """

    def __init__(self, workers: int, preload: Sequence[str] = ()) -> None:
        self._workers = workers
        self._preload = tuple(preload)
        self._lock = threading.Lock()
        self._pool: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0
        self._closed = threading.Event()

    def warm_up(self) -> None:
        """Start the children now, so that the first task does not wait for their imports."""
        with self._lock:
            self._started().schedule(_nothing)

    def run(
        self,
        function: Callable[..., T],
        *args: Any,
        seconds: float | None = None,
        on_progress: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> T:
        """Call ``function(*args, progress)`` in a child, wait for it, and return what it returns.

        Parameters
        ----------
        function : callable
            Importable by name; its last argument is a callable ``(share, stage)``.
        seconds : float, optional
            The child is killed when it takes longer.
        on_progress : callable, optional
            Called here, in the calling thread, when the child says how far it is.
        cancelled : callable, optional
            Asked every twentieth of a second; the child is killed when it answers True.

        Raises
        ------
        TramError
            What the function raised.
        WorkFailed
            The child crashed, ran out of memory or time, or raised something unexpected.
        Cancelled
            `cancelled` answered True.
        """
        channel, future = self._schedule(function, args, seconds)
        try:
            said: tuple[float, str] | None = None
            while not wait([future], timeout=_POLL).done:
                if self._closed.is_set():  # a pool that stops may forget who still waits
                    raise Cancelled("The workbench is shutting down.")
                if cancelled is not None and cancelled():
                    raise Cancelled("Cancelled.")
                if on_progress is not None and (now := _read(channel)) != said:
                    said = now
                    on_progress(*now)
            result: T = _result(future, seconds)
        except BaseException:
            future.cancel()  # whatever goes wrong here, nobody waits for the child any more
            raise
        else:
            return result
        finally:
            channel.unlink(missing_ok=True)

    def close(self) -> None:
        """End all children at once, whatever they do; tasks that wait are cancelled."""
        with self._lock:
            self._closed.set()
            pool, self._pool = self._pool, None
            folder, self._folder = self._folder, None
        if pool is not None:
            pool.stop()
            pool.join()
        if folder is not None:
            folder.cleanup()

    def _schedule(self, function: Callable[..., T], args: tuple[Any, ...], seconds: float | None) -> tuple[Path, Any]:
        """Hand a task to the pool, with a file for its progress; the lock keeps a closing pool from getting one."""
        with self._lock:
            pool = self._started()
            assert self._folder is not None
            self._count += 1
            channel = Path(self._folder.name) / str(self._count)
            channel.write_bytes(_RECORD.pack(0.0, b""))
            return channel, pool.schedule(_call, args=(function, args, str(channel)), timeout=seconds)

    def _started(self) -> Any:
        from pebble import ProcessPool

        if self._closed.is_set():
            raise Cancelled("The workbench is shutting down.")
        if self._pool is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tram-", ignore_cleanup_errors=True)
            self._pool = ProcessPool(
                max_workers=self._workers,
                context=multiprocessing.get_context("spawn"),
                initializer=_begin_child,
                initargs=[os.getpid(), self._preload],
            )
            self._start(self._pool)
        return self._pool

    def _start(self, pool: Any) -> None:
        """Start the children from a thread that lives as long: Linux ends a child with the *thread* it is of."""
        begun = threading.Event()

        def keep() -> None:
            pool.schedule(_nothing)
            begun.set()
            self._closed.wait()

        threading.Thread(target=keep, daemon=True, name="tram-children").start()
        begun.wait()


def _result(future: Any, seconds: float | None) -> Any:
    from pebble import ProcessExpired

    try:
        return future.result()
    except TramError:
        raise
    except CancelledError as error:
        raise Cancelled("Cancelled.") from error
    except (TookTooLong, TimeoutError) as error:
        raise WorkFailed(f"This took longer than {seconds:.0f} seconds and was ended.") from error
    except ProcessExpired as error:
        raise WorkFailed(
            "The process that did this work ended unexpectedly; most often it ran out of memory."
        ) from error
    except MemoryError as error:
        raise WorkFailed("There was not enough memory for this.") from error
    except Exception as error:
        _log.exception("Work in a child process failed")
        raise WorkFailed("This failed unexpectedly; the log has the details.") from error


def _read(channel: Path) -> tuple[float, str]:
    with contextlib.suppress(OSError, struct.error):
        share, stage = _RECORD.unpack(channel.read_bytes())
        return share, stage.rstrip(b"\0").decode("utf-8", "ignore")
    return 0.0, ""


def _call(function: Callable[..., T], args: tuple[Any, ...], channel: str) -> T:
    """Run a task in the child; one write of a fixed record is progress that a kill cannot tear."""
    descriptor = os.open(channel, os.O_WRONLY)

    def progress(share: float, stage: str) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, _RECORD.pack(share, stage.encode()[:120]))

    try:
        return function(*args, progress)
    finally:
        os.close(descriptor)


def _nothing() -> None:
    """Do nothing; that a child is there to do it is the point."""


def _begin_child(parent: int, preload: Sequence[str]) -> None:
    """Make this process a child that ends with its parent, even when that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    os.environ.update(ONE_THREAD)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True, name="tram-parent-watch").start()
    for module in preload:
        importlib.import_module(module)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
