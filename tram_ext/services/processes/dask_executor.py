"""A Dask cluster as an executor: each of its workers keeps child processes for our tasks, with limits, to be killed."""

from __future__ import annotations

import multiprocessing
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from distributed import Client, Worker, WorkerPlugin, get_worker

from tram_ext.domain.errors import Unavailable
from tram_ext.services.processes.bulk_executor import BulkExecutor, run_in_child
from tram_ext.services.processes.model_file import ModelFile
from tram_ext.services.processes.pool import ChildPool

T = TypeVar("T")

PATIENCE: Final = 10.0
"""Seconds that a scheduler has to answer."""


class DaskExecutor(BulkExecutor):
    """The workers of a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, as Dask writes it; it is trusted.
    seconds : float, optional
        A task that takes longer is ended.
    preload : sequence of str
        Modules that a child imports before its first task.
    patience : float
        Seconds that the scheduler has to answer.

    Raises
    ------
    Unavailable
        Nobody answers, there are no workers, or they lack this package.
    """

    def __init__(
        self, address: str, *, seconds: float | None = None, preload: Sequence[str] = (), patience: float = PATIENCE
    ) -> None:
        try:
            self._client = Client(address, timeout=patience, set_as_default=False)
        except (OSError, ValueError) as error:  # a time-out is an OSError, too
            raise Unavailable(f"The Dask scheduler at {address} does not answer: {error}") from error
        self._name = f"tram-{secrets.token_hex(8)}"
        self._lent: set[str] = set()
        try:
            self.size = sum(self._client.nthreads().values())
            if not self.size:
                raise Unavailable(f"The Dask cluster at {address} has no workers. Start some with 'dask worker'.")
            self._prepare_workers(Children(self._name, seconds, tuple(preload)), address)
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a worker's child call ``fn(*args, **kwargs)``; `fn` can be imported by name there."""
        future: Future[T] = self._executor.submit(_run_on_worker, self._name, fn, args, kwargs)
        return future

    def lend(self, file: Path) -> None:
        """Send `file` to all workers, those that come later included, once."""
        if file.name not in self._lent:
            self._client.upload_file(str(file), load=False)
            self._lent.add(file.name)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Disconnect from the cluster, which goes on; with `cancel_futures`, end this executor's tasks at once."""
        if not cancel_futures:
            self._executor.shutdown(wait=wait)
        with suppress(OSError, ValueError):  # a scheduler that is gone keeps no children either
            self._client.unregister_worker_plugin(self._name)
        self._executor.shutdown(wait=False)
        self._client.close()

    def _prepare_workers(self, plugin: Children, address: str) -> None:
        try:
            self._client.register_plugin(plugin)
        except Exception as error:  # what a worker raises, or what keeps it from reading the plugin
            raise Unavailable(
                f"The Dask workers at {address} cannot do this work ({type(error).__name__}: {error}). "
                "Install the same version of tram-ext on all of them."
            ) from error


class Children(WorkerPlugin):
    """Dask worker plugin that keeps child processes on a worker while the executor is open.

    Parameters
    ----------
    name : str
        Of this executor alone: clusters are shared.
    seconds : float or None
        A task that takes longer is ended.
    preload : tuple of str
        Modules that a child imports before its first task.
    """

    def __init__(self, name: str, seconds: float | None, preload: tuple[str, ...]) -> None:
        self.name = name
        self._seconds = seconds
        self._preload = preload
        self._pool: ChildPool | None = None

    def setup(self, worker: Worker) -> None:
        """Create the pool of children; they start with the first task."""
        # Dask's nanny starts workers as daemons, which may have no children as these would be left behind. Ours are
        # not: they end with whoever started them, even when that is killed.
        multiprocessing.current_process().daemon = False
        self._pool = ChildPool(worker.state.nthreads, self._preload)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's interface
        """End the children, whatever they do."""
        if self._pool is not None:
            self._pool.close()

    def run(self, fn: Callable[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> T:
        """Call ``fn(*args, **kwargs)`` in a child."""
        assert self._pool is not None
        return run_in_child(self._pool, fn, args, kwargs, self._seconds)


def _run_on_worker(name: str, fn: Callable[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> T:
    worker = get_worker()
    children = worker.plugins[name]
    assert isinstance(children, Children)
    here = Path(worker.local_directory)
    return children.run(fn, [_found(argument, here) for argument in args], kwargs)


def _found(argument: Any, folder: Path) -> Any:
    """Return an argument, with the path of a model file replaced by that of the copy from :meth:`DaskExecutor.lend`."""
    return replace(argument, path=folder / argument.path.name) if isinstance(argument, ModelFile) else argument
