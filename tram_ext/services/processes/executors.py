"""Where bulk work runs: in killable processes of this machine, or on a Dask cluster, behind one interface."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from tram_ext.domain.errors import Invalid, Unavailable
from tram_ext.services.processes.bulk_executor import BulkExecutor, run_in_child
from tram_ext.services.processes.pool import ChildPool

T = TypeVar("T")

PROCESSES: Final = "processes"
_SCHEMES: Final = {"dask": "tcp", "dask+tls": "tls", "dask+tcp": "tcp"}


class ProcessExecutor(BulkExecutor):
    """Child processes of this one, with one thread each for linear algebra.

    Parameters
    ----------
    size : int
        How many.
    seconds : float, optional
        A task that takes longer is ended.
    preload : sequence of str
        Modules that a child imports before its first task.
    """

    def __init__(self, size: int, *, seconds: float | None = None, preload: Sequence[str] = ()) -> None:
        self.size = size
        self._seconds = seconds
        self._children = ChildPool(size, preload)
        self._threads = ThreadPoolExecutor(size, "tram-executor")

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a child call ``fn(*args, **kwargs)``; `fn` can be imported by name."""
        return self._threads.submit(run_in_child, self._children, fn, args, kwargs, self._seconds)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the children when all is done; with `cancel_futures` at once, whatever they do."""
        if cancel_futures:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._children.close()
        self._threads.shutdown(wait=wait)
        if wait:
            self._children.close()


def executor_for(
    place: str, jobs: int | None = None, *, seconds: float | None = None, preload: Sequence[str] = ()
) -> BulkExecutor:
    """Return the executor that the setting `place` names; shut it down when done.

    Parameters
    ----------
    place : str
        ``processes``, or the address of a Dask scheduler as :func:`scheduler_address` takes it.
    jobs : int, optional
        Processes; by default as many as there are cores. A cluster has the size it has.

    Raises
    ------
    Invalid
        `place` is neither.
    Unavailable
        There is no such cluster, or it cannot do this work.
    """
    if place in {"", PROCESSES}:
        return ProcessExecutor(jobs or cores(), seconds=seconds, preload=preload)
    address = scheduler_address(place)
    try:
        from tram_ext.services.processes.dask_executor import DaskExecutor
    except ImportError as error:
        raise Unavailable(
            f"For {place!r} Dask has to be installed: pip install 'tram-ext[dask]', here and on the workers."
        ) from error
    return DaskExecutor(address, seconds=seconds, preload=preload)


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def scheduler_address(place: str) -> str:
    """Return a scheduler's address as Dask spells it.

    Whoever answers there runs code in our name: Dask's protocol carries pickles both ways. That is why an address
    without TLS has to be of this machine, unless the administrator says in so many words that the network is closed.

    Parameters
    ----------
    place : str
        ``dask://HOST:PORT`` on this machine, ``dask+tls://HOST:PORT`` (keys from Dask's own configuration), or
        ``dask+tcp://HOST:PORT`` in a network where every machine is trusted.

    Raises
    ------
    Invalid
        It is none of these, or is not safe.
    """
    parts = urlsplit(place)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in _SCHEMES or not host or port is None or parts.path or parts.query:
        raise Invalid.field(
            "executor", f"{place!r} names no executor: take 'processes', dask://HOST:PORT or dask+tls://HOST:PORT."
        )
    if parts.scheme == "dask" and not _is_this_machine(host):
        raise Invalid.field(
            "executor",
            f"{place!r} is on another machine, and whoever can read or write between here and there could run "
            f"anything as you. Take dask+tls://{parts.netloc}, or dask+tcp://{parts.netloc} where every machine of the "
            "network is trusted.",
        )
    return f"{_SCHEMES[parts.scheme]}://{parts.netloc}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
