"""The services of a server, opened by the first request, and its thread pools."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tram_ext.domain.errors import TramError, Unavailable
from tram_ext.domain.jobs import JobChange
from tram_ext.domain.review import ReviewChange
from tram_ext.handlers.admission.connections import UploadPlaces
from tram_ext.handlers.admission.kernel_access import KernelAccess
from tram_ext.handlers.admission.logins import LoginQueue
from tram_ext.services.access.throttle import HASHED_AT_ONCE, FailureBudget
from tram_ext.services.settings import MOST_UNFINISHED_TRAININGS

if TYPE_CHECKING:  # the store behind it is imported when it is opened: a server that never needs it pays nothing
    from tram_ext.services.container import Services

T = TypeVar("T")

_CLOSING = "The server is shutting down."


class WorkbenchHost:
    """Holds the services of one server, its kernels' token, and the threads that keep its event loop free.

    Parameters
    ----------
    open_services : callable
        Makes the services; called once, in a thread, when they are first needed.
    log : logging.Logger
        Jupyter's log.
    uploads : UploadPlaces
        How many files may be on their way.
    """

    def __init__(self, open_services: Callable[[], Services], log: logging.Logger, uploads: UploadPlaces) -> None:
        self._open = open_services
        self._log = log
        self.uploads = uploads
        self.kernels = KernelAccess()
        self._lock = threading.Lock()
        self._services: Services | None = None
        self.on_change: Callable[[JobChange], None] = lambda _change: None
        self.on_review: Callable[[ReviewChange], None] = lambda _change: None
        self._closed = False
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self.logins = LoginQueue(partial(self.run, "login"), FailureBudget(), log)
        self._proxy_is_told = False

    async def services(self) -> Services:
        """Return the services; opens them if needed.

        Raises
        ------
        Unavailable
            The store cannot be opened; asked again, it tries again.
        """
        if self._services is not None:
            return self._services
        return await self.run("work", self.open)

    def open(self) -> Services:
        """Open the services, create the first admin if needed, and start the preparation."""
        with self._lock:
            if self._closed:
                raise Unavailable(_CLOSING)
            if self._services is None:
                services = self._open()
                try:
                    if services.users.make_first_admin():
                        self._log.warning(
                            "TRAM: the user 'admin' was made; its password is in %s until it is changed "
                            "('jupyter tram user passwd admin').",
                            services.settings.initial_password_file,
                        )
                    services.documents.sweep()
                    services.backups.sweep()
                except BaseException:
                    services.close()
                    raise
                self._services = services
                services.preparation.start()
                services.queue.on_change = self.on_change
                services.changes.listener = self.on_review
                services.queue.start()
                if services.settings.warm_up:
                    services.warm_up()
            return self._services

    def open_early(self) -> None:
        """Open the services before the first request; errors are logged."""
        try:
            self.open()
        except TramError as error:
            self._log.error("TRAM cannot start: %s", error.message)

    async def run(self, kind: str, function: Callable[..., T], *args: object) -> T:
        """Call a blocking function in a thread pool.

        Parameters
        ----------
        kind : str
            ``work``, ``login``, ``export``, ``mapping`` or ``training``: what waits long keeps no other kind waiting.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor(kind), function, *args)

    def go(self, kind: str, function: Callable[..., object], *args: object) -> None:
        """Run a background function in a thread pool; it records its own outcome."""

        def run() -> None:
            try:
                with contextlib.suppress(TramError):
                    function(*args)
            except Exception:  # a thread has nobody above it who could tell
                self._log.exception("TRAM: work in the background failed")

        self._executor(kind).submit(run)

    def proxy_is_unknown(self, address: str) -> None:
        """Record an untrusted proxy, once, in the log and for the diagnosis."""
        if not self._proxy_is_told and self._services is not None:
            from tram_ext.services.access.proxies import untrusted  # the store is imported with it

            self._proxy_is_told = True
            self._log.warning("TRAM: %s", untrusted(address))
            self.go("work", self._services.proxies.remember, address)

    def proxy_is_trusted(self) -> None:
        """Clear the record of an untrusted proxy."""
        if not self._proxy_is_told and self._services is not None:
            self._proxy_is_told = True
            self.go("work", self._services.proxies.forget)

    def _executor(self, kind: str) -> ThreadPoolExecutor:
        if self._closed:
            raise Unavailable(_CLOSING)
        if kind not in self._threads:
            size = {
                "work": 8,
                "login": HASHED_AT_ONCE,
                "export": 2,
                "mapping": 2,
                "training": MOST_UNFINISHED_TRAININGS,
            }[kind]
            self._threads[kind] = ThreadPoolExecutor(size, thread_name_prefix=f"tram-{kind}")
        return self._threads[kind]

    def close(self) -> None:
        """Close the services and the thread pools."""
        with self._lock:
            self._closed = True
            services, self._services = self._services, None
        if services is not None:
            services.close()
        for executor in self._threads.values():
            executor.shutdown(wait=False, cancel_futures=True)
