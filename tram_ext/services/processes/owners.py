"""Names of processes that hold leases, from which other processes of the machine can tell whether they still run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
from functools import cache
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_START_FIELD: Final = 19  # of /proc/PID/stat, counted after the name of the program
_ENDED: Final = {"Z", "X"}  # states of a process whose parent has not looked yet


@cache
def this_process() -> str:
    """Return the name of this process: machine, process id, start time and a random part; usable in a file name."""
    return f"{_machine()}.{os.getpid()}.{_started(os.getpid())}.{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether `owner` was a process of this machine that has ended; of other machines nothing is known."""
    parts = owner.split(".")
    if len(parts) != 4 or not parts[1].isdigit():  # noqa: PLR2004 - as this_process() writes them
        return False
    machine, number, started, _ = parts
    return machine == _machine() and _started(int(number)) != started


@cache
def _machine() -> str:
    """Return a name of the PID namespace of this process: of the machine, or of a container."""
    space = ""
    with contextlib.suppress(OSError):
        space = str((_PROC / "self/ns/pid").readlink())
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:16]


def _started(number: int) -> str:
    """Return when a process began, as one word; "0" where there is none.

    Linux counts from its own start, which no change of the clock moves.
    """
    with contextlib.suppress(OSError, IndexError):
        stat = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return "0" if fields[0] in _ENDED else fields[_START_FIELD]
    if _PROC.joinpath("self").exists():
        return "0"
    import psutil

    try:
        return f"{psutil.Process(number).create_time():.0f}"
    except psutil.Error:
        return "0"
