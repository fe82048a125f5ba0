"""The interface of executors of bulk work, and how their tasks run in child processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypeVar

from tram_ext.services.processes.pool import ChildPool

T = TypeVar("T")


class BulkExecutor(Executor):
    """A :class:`concurrent.futures.Executor` whose tasks run each in a process that can be killed alone.

    Attributes
    ----------
    size : int
        Tasks that run at the same time.
    """

    size: int

    def lend(self, file: Path) -> None:
        """Let tasks find `file`, wherever they run; by default they share this machine's files."""


def run_in_child(
    children: ChildPool, fn: Callable[..., T], args: Sequence[Any], kwargs: Mapping[str, Any], seconds: float | None
) -> T:
    """Call ``fn(*args, **kwargs)`` in one of `children`, and return what it returns."""
    result: T = children.run(_without_progress, fn, args, kwargs, seconds=seconds)
    return result


def _without_progress(
    fn: Callable[..., T], args: Sequence[Any], kwargs: Mapping[str, Any], _progress: Callable[[float, str], None]
) -> T:
    return fn(*args, **kwargs)
