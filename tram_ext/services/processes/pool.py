"""A pool of child processes for heavy work, each with time limits, each killed alone, all ended with their parent."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from tram_ext.domain.errors import Cancelled, TramError, WorkFailed
from tram_ext.services.processes.child import ChildProcess, Failed, Returned, Said

T = TypeVar("T")

_log = logging.getLogger(__name__)

_POLL: Final = 0.05


class ShuttingDown(Cancelled):
    """The process that does the work is about to end; the work itself is as good as it was."""

    def __init__(self, message: str = "The workbench is shutting down.") -> None:
        super().__init__(message)


class ProcessDied(WorkFailed):
    """The child process that did the work ended in the middle of it, and nobody here had asked it to.

    Parameters
    ----------
    how : str
        What is known of its end, after "The process that did this work".
    """

    def __init__(self, how: str) -> None:
        super().__init__(f"The process that did this work {how}.")


class ChildPool:
    """A pool of spawned processes, each with a pipe of its own, so that the end of one leaves the others alone.

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
        self._free: queue.SimpleQueue[Future[ChildProcess]] = queue.SimpleQueue()
        self._children: set[ChildProcess] = set()
        # Linux ends a child with the *thread* that started it: this one lives as long as the pool.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="tram-children")
        self._is_started = False
        self._closed = threading.Event()

    def warm_up(self) -> None:
        """Start the children now, so that the first task does not wait for their imports.

        Raises
        ------
        ShuttingDown
            The pool is closed.
        """
        with self._lock:
            if not self._is_started:
                self._is_started = True
                for _ in range(self._workers):
                    self._start_one()
            if self._closed.is_set():
                raise ShuttingDown

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
        ProcessDied
            The child ended, and nobody here had asked it to.
        WorkFailed
            It took too long or raised something unexpected.
        ShuttingDown
            The pool was closed.
        Cancelled
            `cancelled` answered True.
        """
        self.warm_up()
        how = ""
        for _ in range(self._workers + 1):
            try:
                answer = self._try(function, args, seconds, on_progress, cancelled)
            except _NeverBegunError as error:  # what ended an idle child has nothing to do with this task
                how = error.how
                continue
            except ProcessDied as error:
                if self._closed.is_set():  # it died of that
                    raise ShuttingDown from error
                raise
            if isinstance(answer, Failed):
                raise _in_plain_words(answer)
            result: T = answer.value
            return result
        raise ProcessDied(how)

    def close(self) -> None:
        """End all children at once, whatever they do; tasks that wait are cancelled."""
        with self._lock:
            self._closed.set()
            children = set(self._children)
        for child in children:
            child.kill()
        self._starter.shutdown(cancel_futures=True)

    def _try(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        seconds: float | None,
        on_progress: Callable[[float, str], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Returned | Failed:
        """Run a task in a child; raise `_NeverBegunError` where the child ended before the task arrived."""
        child = self._take(cancelled)
        is_clean = False
        try:
            child.begin(function, args)
            answer = self._answer(child, seconds, on_progress, cancelled)
            is_clean = True
        except (EOFError, OSError) as error:
            if self._closed.is_set():
                raise ShuttingDown from error
            if not child.has_begun:
                raise _NeverBegunError(child.ending()) from error
            raise ProcessDied(child.ending()) from error
        else:
            return answer
        finally:
            self._give_back(child, is_clean=is_clean)

    def _take(self, cancelled: Callable[[], bool] | None) -> ChildProcess:
        """Wait for an idle child that is running."""
        while True:
            self._raise_if(cancelled)
            try:
                future = self._free.get(timeout=_POLL)
            except queue.Empty:
                continue
            try:
                child = future.result()
            except CancelledError as error:
                raise ShuttingDown from error
            except OSError as error:
                self._replace()
                raise WorkFailed(f"No process could be started for this: {error.strerror}.") from error
            if child.is_alive():
                return child
            self._give_back(child, is_clean=False)  # it was ended from outside while it had nothing to do

    def _answer(
        self,
        child: ChildProcess,
        seconds: float | None,
        on_progress: Callable[[float, str], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Returned | Failed:
        began: float | None = None
        while True:
            self._raise_if(cancelled)
            if began is None and child.has_begun:  # how long the child took to start is not the task's fault
                began = time.monotonic()
            if seconds is not None and began is not None and time.monotonic() - began > seconds:
                raise WorkFailed(f"This took longer than {seconds:.0f} seconds and was ended.")
            message = child.listen(_POLL)
            if isinstance(message, Said):
                if on_progress is not None:
                    on_progress(message.share, message.stage)
            elif message is not None:
                return message

    def _raise_if(self, cancelled: Callable[[], bool] | None) -> None:
        if self._closed.is_set():
            raise ShuttingDown
        if cancelled is not None and cancelled():
            raise Cancelled("Cancelled.")

    def _give_back(self, child: ChildProcess, *, is_clean: bool) -> None:
        """Return a child to the pool, or replace it where its state is unknown."""
        if is_clean:
            future: Future[ChildProcess] = Future()
            future.set_result(child)
            self._free.put(future)
            return
        child.kill()
        with self._lock:
            self._children.discard(child)
        self._replace()

    def _replace(self) -> None:
        with self._lock:
            self._start_one()

    def _start_one(self) -> None:
        """Start a child, unless the pool is closed; the caller holds the lock."""
        if self._closed.is_set():
            return
        try:
            self._free.put(self._starter.submit(self._new))
        except RuntimeError:  # Python itself is ending: it takes the starter's thread first, and that its children
            self._closed.set()

    def _new(self) -> ChildProcess:
        child = ChildProcess(multiprocessing.get_context("spawn"), self._preload)
        with self._lock:
            if not self._closed.is_set():
                self._children.add(child)
                return child
        child.kill()
        raise ShuttingDown


class _NeverBegunError(Exception):
    """A child ended before its task arrived."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


def _in_plain_words(failed: Failed) -> TramError:
    """Return the error to show to the user."""
    if isinstance(failed.error, TramError):
        return failed.error
    if isinstance(failed.error, MemoryError):
        return WorkFailed("There was not enough memory for this.")
    _log.error("Work in a child process failed:\n%s", failed.traceback)
    return WorkFailed("This failed unexpectedly; the log has the details.")
