"""One thread for numerical libraries: on a small machine more of them slow a fit down up to eight times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread.

    A limit reaches only libraries that are loaded, so those that bring a BLAS or an OpenMP of their own come first.
    """
    for library in ("scipy.linalg", "sklearn"):
        import_module(library)
    with threadpool_limits(limits=1):
        yield
