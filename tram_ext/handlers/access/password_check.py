"""Base class of handlers that check a password: the origin of the attempt, and its place in the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from tram_ext.handlers.admission.logins import Attempt
from tram_ext.handlers.base import TramHandler
from tram_ext.services.access.throttle import Origin

T = TypeVar("T")

_FORWARDED: Final = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")
_LONGEST_CLAIM: Final = 100


class PasswordCheck(TramHandler):
    """Checks passwords in the login queue; a client that disconnects leaves it."""

    _attempt: Attempt | None = None

    async def check(self, origin: Origin, function: Callable[..., T], *args: object) -> T:
        """Run a password check when it is its turn.

        Raises
        ------
        Throttled
            There is no place to wait, or too many wrong passwords came from there.
        """
        self._attempt = Attempt(origin)
        if self.client_gone():
            self._attempt.hang_up()
        return await self.host.logins.check(self._attempt, function, *args)

    def on_connection_close(self) -> None:
        """Leave the queue when the client disconnects."""
        super().on_connection_close()
        if self._attempt is not None:
            self._attempt.hang_up()

    def origin(self) -> Origin:
        """Return the origin of the request; an untrusted proxy is recorded."""
        address = self.request.remote_ip or ""
        forwarded = [name for name in _FORWARDED if name in self.request.headers]
        if not forwarded:
            return Origin.of_address(address)
        if self.serverapp.trust_xheaders:
            self.host.proxy_is_trusted()
            return Origin.of_address(address)
        self.host.proxy_is_unknown(address)
        # The last address of the list is the one that the nearest proxy has seen itself.
        claimed = self.request.headers[forwarded[0]].rpartition(",")[2].strip()
        return Origin.of_address(address, claimed[:_LONGEST_CLAIM] or "-")
