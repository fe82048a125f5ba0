"""Limits numerical libraries to one thread: on a small machine more make a fit up to eight times slower."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread.

    A limit applies only to libraries that are loaded, so those that bundle BLAS or OpenMP are imported first.
    """
    for library in ("scipy.linalg", "sklearn"):
        import_module(library)
    with threadpool_limits(limits=1):
        yield
