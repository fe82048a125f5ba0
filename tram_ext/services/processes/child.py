"""A child process: starts it, exchanges messages with it through a pipe, and ends it with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker, spawn
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from typing import Any, Final

_NAME: Final = "tram-child"
_PDEATHSIG: Final = 1  # prctl(2)
_END_SECONDS: Final = 5.0
_TELL_SECONDS: Final = 0.05
_STARTING: Final = threading.Lock()
_STOPS: Final = {getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)}
"""What a terminal, a service manager or a container sends to a whole group of processes to have it stop."""

ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Threads of linear algebra fight over cores: measured, one thread fits up to 8 times faster than the default."""


class Begun:
    """Message: the task has arrived."""


@dataclass(frozen=True)
class Said:
    """Message: the progress of the task."""

    share: float
    stage: str


@dataclass(frozen=True)
class Returned:
    """Message: the task returned a value."""

    value: Any


@dataclass(frozen=True)
class Failed:
    """Message: the task raised an error, which is None where it cannot be pickled."""

    error: BaseException | None
    traceback: str


class ChildProcess:
    """A process that runs tasks one after the other, seen from its parent.

    Parameters
    ----------
    context : multiprocessing.context.SpawnContext
        Which makes the process; a fork would copy threads and locks.
    preload : sequence of str
        Modules it imports before its first task.

    Attributes
    ----------
    has_begun : bool
        Whether the last task has arrived; if not, another child may do it.
    """

    def __init__(self, context: SpawnContext, preload: Sequence[str]) -> None:
        self.has_begun = False
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, os.getpid(), tuple(preload)), daemon=True, name=_NAME
        )
        try:
            with _stops_held(), _without_main():
                self._process.start()
        finally:
            theirs.close()  # held by the child alone, the pipe ends when the child does

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid or 0

    def begin(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Send it a task."""
        self.has_begun = False
        self._pipe.send((function, args))

    def listen(self, seconds: float) -> Said | Returned | Failed | None:
        """Return the next message; None where none comes within that time.

        Raises
        ------
        EOFError, OSError
            It has ended.
        """
        if not self._pipe.poll(seconds):
            return None
        message: Begun | Said | Returned | Failed = self._pipe.recv()
        if isinstance(message, Begun):
            self.has_begun = True
            return None
        return message

    def is_alive(self) -> bool:
        """Whether it is running."""
        return self._process.is_alive()

    def ending(self) -> str:
        """Return how it ended, as the rest of a sentence that begins "The process"; waits a moment for the end."""
        self._process.join(_END_SECONDS)
        code = self._process.exitcode
        if code is None:
            return "closed its connection"
        if code >= 0:
            return f"ended with exit status {code}"
        name = str(-code)
        with contextlib.suppress(ValueError):  # a signal that Python has no name for
            name = f"{-code} ({signal.Signals(-code).name})"
        return f"was ended by signal {name}"

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join(_END_SECONDS)


@contextmanager
def _stops_held() -> Iterator[None]:
    """Block stop signals while a child starts, which inherits that: it ignores them once its imports are done."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # where it starts this helper of its own, multiprocessing lifts the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, parent: int, preload: Sequence[str]) -> None:
    """Run tasks from the pipe until it is closed."""
    _end_with_parent(parent)
    for module in preload:
        importlib.import_module(module)
    while True:
        try:
            function, args = pipe.recv()
            pipe.send(Begun())
            answer: Returned | Failed = Returned(function(*args, _teller(pipe)))
        except EOFError:
            return
        except Exception as error:  # whatever it is, the parent is to know
            answer = Failed(error, traceback.format_exc())
        try:
            pipe.send(answer)
        except OSError:
            return
        except Exception:  # it cannot be pickled
            pipe.send(Failed(None, traceback.format_exc()))


def _teller(pipe: Connection) -> Callable[[float, str], None]:
    """Return a progress callback that sends every stage, and rate-limits messages within a stage."""
    last = ("", 0.0)

    def tell(share: float, stage: str) -> None:
        nonlocal last
        now = time.monotonic()
        if stage != last[0] or now - last[1] > _TELL_SECONDS:
            last = (stage, now)
            pipe.send(Said(share, stage))

    return tell


def _end_with_parent(parent: int) -> None:
    """End this process when its parent ends, even when that is killed."""
    # A stop is the parent's to handle: it says what becomes of the work, and ends its children itself.
    for stop in _STOPS:
        signal.signal(stop, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    os.environ.update(ONE_THREAD)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="tram-parent-watch").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


@contextmanager
def _without_main() -> Iterator[None]:
    """Let a child that starts meanwhile pass over the script that runs here.

    A spawned process runs its parent's script again, to find functions in it. Ours need none, and a script that begins
    with ``tram_ext.map_text(…)``, without a guard around it, would begin again in each child, and fail there.
    `multiprocessing` offers no way to say so: the function that collects what a child is told is exchanged for the
    moment. Children of other names, which other threads may start in that moment, are told all.
    """
    with _STARTING:
        prepare = spawn.get_preparation_data

        def prepared(name: str) -> dict[str, Any]:
            found = prepare(name)
            if name == _NAME:
                for script in ("init_main_from_path", "init_main_from_name"):
                    found.pop(script, None)
            return found

        spawn.get_preparation_data = prepared
        try:
            yield
        finally:
            spawn.get_preparation_data = prepare
