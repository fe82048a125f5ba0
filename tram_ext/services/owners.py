"""Who holds a lease: a process, named so that others on the same machine can tell whether it still lives."""

from __future__ import annotations

import os
import secrets
import socket
from functools import cache


@cache
def this_process() -> str:
    """Return the name of this process: host, number, start, and something nobody else has."""
    return f"{socket.gethostname()}|{os.getpid()}|{_started(os.getpid()):.2f}|{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether `owner` was a process of this machine that has ended; of other machines nothing is known."""
    host, number, started, _ = owner.rsplit("|", 3)
    return host == socket.gethostname() and abs(_started(int(number)) - float(started)) > 1


def _started(number: int) -> float:
    import psutil

    try:
        return psutil.Process(number).create_time()
    except psutil.Error:
        return 0.0
