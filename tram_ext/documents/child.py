"""Limits on the process that reads documents, set for each document."""

from __future__ import annotations

import faulthandler
import logging
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tram_ext.documents.limits import Limits
from tram_ext.documents.parse import parse
from tram_ext.domain.documents import ParsedDocument
from tram_ext.domain.errors import TooLarge

_log = logging.getLogger(__name__)
_STATM = Path("/proc/self/statm")

_SLACK = 0.01
"""Share of the time to stall that may pass before a sign of life counts."""


def parse_limited(
    data: bytes | Path, name: str, limits: Limits, progress: Callable[[float, str], None] | None = None
) -> ParsedDocument:
    """Read a document under limits on memory and CPU time, in a process that may be killed.

    Parameters
    ----------
    data : bytes or Path
        The file, or where it is.
    name : str
        The name its owner gave it.
    limits : Limits
        What it may cost.
    progress : callable, optional
        Is told the share that is done and the stage.

    Returns
    -------
    ParsedDocument
        What `tram_ext.documents.parse` returns.

    Raises
    ------
    TooLarge
        Reading it takes more memory or time than `limits` allow. A library may end the whole process instead, when it
        runs out of memory or does not return in time: whoever started it has to notice.
    Invalid, UnsupportedMediaType
        As `tram_ext.documents.parse`.
    """
    with limit_this_process(limits):
        try:
            with _stall_watch(limits) as alive:
                return parse(data, name, limits=limits, progress=_both(alive, progress))
        except MemoryError as error:
            raise TooLarge(
                f"The document needs more than {limits.memory_bytes // 2**20:,} MB of memory to be read. "
                "Split it, or raise the limit."
            ) from error
        except RecursionError as error:
            raise TooLarge("The document nests its parts too deeply to be read.") from error


@contextmanager
def _stall_watch(limits: Limits) -> Iterator[Callable[[], None]]:
    """Yield a progress callback, and end this process when it is not called in time: a library hangs.

    The signal for too much processor time waits until Python runs again, which a hanging library prevents.
    """
    with Path(os.devnull).open("w", encoding="ascii") as nowhere:
        armed = -math.inf

        def alive() -> None:
            nonlocal armed
            now = time.monotonic()
            # Arming starts a thread: done at each step of a short document, it took a quarter of the time.
            if now - armed > limits.stall_seconds * _SLACK:
                armed = now
                faulthandler.dump_traceback_later(limits.stall_seconds, exit=True, file=nowhere)

        alive()
        try:
            yield alive
        finally:
            faulthandler.cancel_dump_traceback_later()


def _both(alive: Callable[[], None], progress: Callable[[float, str], None] | None) -> Callable[[float, str], None]:
    """Return a progress callback that also resets the stall watch."""

    def tell(done: float, stage: str) -> None:
        alive()
        if progress is not None:
            progress(done, stage)

    return tell


@contextmanager
def limit_this_process(limits: Limits) -> Iterator[None]:
    """Limit memory and CPU time of this process within the block, counted from its start.

    Only soft limits are set, so the next document starts afresh in the same process. Where the system has no such
    limits, a warning is logged and nothing is held.

    Parameters
    ----------
    limits : Limits
        Of which `memory_bytes` and `seconds` are enforced.

    Raises
    ------
    TooLarge
        The time is up. It comes between two steps of Python: a library that never returns has to be killed.
    """
    if sys.platform == "win32":
        _log.warning("This system cannot limit the memory and time of a process: documents are read without limits.")
        yield
        return
    import resource

    memory = resource.getrlimit(resource.RLIMIT_AS)
    time = resource.getrlimit(resource.RLIMIT_CPU)
    handler = signal.getsignal(signal.SIGXCPU)

    def out_of_time(_signal: int, _frame: FrameType | None) -> None:
        resource.setrlimit(resource.RLIMIT_CPU, time)  # else the signal comes again every second
        raise TooLarge(f"The document takes more than {limits.seconds:g} seconds to be read. Split it.")

    try:
        _arm_memory(limits, memory[1])
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + limits.seconds) + 1
        signal.signal(signal.SIGXCPU, out_of_time)
        resource.setrlimit(resource.RLIMIT_CPU, (_at_most(seconds, time[1]), time[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, memory)
        resource.setrlimit(resource.RLIMIT_CPU, time)
        signal.signal(signal.SIGXCPU, handler)


def _arm_memory(limits: Limits, hard: int) -> None:
    """Limit the address space to what is in use already plus the document's share."""
    if sys.platform == "win32":
        return
    import resource

    try:
        used = int(_STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        _log.warning("This system does not tell the size of a process: documents are read without a memory limit.")
        return
    resource.setrlimit(resource.RLIMIT_AS, (_at_most(used + limits.memory_bytes, hard), hard))


def _at_most(value: int, hard: int) -> int:
    """Return the soft limit capped by the hard one; a negative hard limit means none."""
    return value if hard < 0 else min(value, hard)
