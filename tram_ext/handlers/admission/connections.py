"""Limits on requests that are still being received: their rate, their number, and concurrent uploads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable
from enum import IntEnum
from typing import Any, Final

from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.ioloop import PeriodicCallback
from traitlets import Float, Int
from traitlets.config import Configurable

from tram_ext.domain.errors import Throttled

_LOOKS: Final = 10
"""How often a connection is looked at in the shortest time that it may take."""

_SHORTEST_PAUSE: Final = 0.1
_TOO_SLOW: Final = (408, "Request Timeout", "The request arrives too slowly.")
_TOO_MANY: Final = (503, "Service Unavailable", "Too many requests arrive at once. Try again in a moment.")


class TramConnectionLimits(Configurable):
    """Limits on the connections of one client whose requests are incomplete; kernels' WebSockets do not count."""

    idle_seconds = Float(
        120.0, min=0.1, help="Seconds that a connection may be open without a request, also between two of them."
    ).tag(config=True)
    slow_seconds = Float(
        30.0, min=0.1, help="Seconds in which a body that is being sent has to make headway; 408 after that."
    ).tag(config=True)
    slowest_body = Int(500, min=0, help="Bytes a second that a body has to make in these seconds, at least.").tag(
        config=True
    )
    most_arriving = Int(
        256,
        min=1,
        help="Connections that wait for a request, or are sending one. Where there are more, the address that has most "
        "of them loses one: first those without a request, then the slowest.",
    ).tag(config=True)
    uploads_of_one = Int(8, min=1, help="Files that one user may be uploading at the same time; 429 after that.").tag(
        config=True
    )
    uploads = Int(32, min=1, help="Files that all together may be uploading at the same time; 429 after that.").tag(
        config=True
    )


class UploadPlaces:
    """Counts concurrent uploads by user."""

    def __init__(self, limits: TramConnectionLimits) -> None:
        self._limits = limits
        self._taken: Counter[int] = Counter()

    def take(self, user_id: int) -> UploadPlace:
        """Reserve a slot.

        Raises
        ------
        Throttled
            There is none for this user, or none at all.
        """
        if self._taken[user_id] >= self._limits.uploads_of_one:
            raise Throttled(
                "You are uploading too many files at once. Wait until some of them are done.", retry_after=1
            )
        if self._taken.total() >= self._limits.uploads:
            raise Throttled("Too many files are being uploaded at once. Try again in a moment.", retry_after=1)
        self._taken[user_id] += 1
        return UploadPlace(self._taken, user_id)


class UploadPlace:
    """A slot of a concurrent upload, which is released once."""

    def __init__(self, taken: Counter[int], user_id: int) -> None:
        self._taken: Counter[int] | None = taken
        self._user_id = user_id

    def give_back(self) -> None:
        """Release the slot."""
        taken, self._taken = self._taken, None
        if taken is not None:
            taken[self._user_id] -= 1
            if not taken[self._user_id]:
                del taken[self._user_id]


class Arrivals(HTTPServerConnectionDelegate):
    """Wraps the application of a web server, and closes connections whose requests do not complete.

    Time is counted in looks of the event loop: what a server that is busy itself does not read is nobody's delay.

    Parameters
    ----------
    application : tornado.httputil.HTTPServerConnectionDelegate
        Who answers the requests; all of them, Jupyter's own, too.
    """

    def __init__(self, application: HTTPServerConnectionDelegate, limits: TramConnectionLimits) -> None:
        self._application = application
        self._limits = limits
        self._pause = max(_SHORTEST_PAUSE, min(limits.idle_seconds, limits.slow_seconds) / _LOOKS)
        self._clock = PeriodicCallback(self._look, 1000 * self._pause)
        self._arriving: dict[_Arrival, None] = {}

    @classmethod
    def guard(cls, http_server: Any, limits: TramConnectionLimits) -> Arrivals:
        """Wrap the application of a running server."""
        arrivals = cls(http_server.request_callback, limits)
        http_server.request_callback = arrivals
        arrivals._clock.start()
        return arrivals

    def stop(self) -> None:
        """Stop checking."""
        self._clock.stop()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Track the next request of a connection."""
        self._make_room()
        arrival = _Arrival(self._application.start_request(server_conn, request_conn), request_conn, self)
        self._arriving[arrival] = None
        return arrival

    def on_close(self, server_conn: object) -> None:
        """Notify the application that a connection has closed."""
        self._application.on_close(server_conn)

    def arrived(self, arrival: _Arrival) -> None:
        """Stop tracking a request that is complete or aborted."""
        self._arriving.pop(arrival, None)

    def _make_room(self) -> None:
        if len(self._arriving) < self._limits.most_arriving:
            return
        self._forget_closed()
        while len(self._arriving) >= self._limits.most_arriving:
            counts = Counter(arrival.address for arrival in self._arriving)
            # Of equals the first is the oldest.
            worst = min(self._arriving, key=lambda arrival: (-counts[arrival.address], arrival.stage, arrival.rate))
            self.arrived(worst)
            worst.end(_TOO_MANY)

    def _look(self) -> None:
        self._forget_closed()
        for arrival in list(self._arriving):
            if arrival.stage is Stage.WORKING:
                continue
            arrival.looks += 1
            seconds = arrival.looks * self._pause
            if arrival.stage is Stage.WAITING and seconds >= self._limits.idle_seconds:
                self.arrived(arrival)
                arrival.end(None)
            elif arrival.stage is Stage.SENDING and seconds >= self._limits.slow_seconds:
                if arrival.received < self._limits.slowest_body * seconds:
                    self.arrived(arrival)
                    arrival.end(_TOO_SLOW)
                arrival.looks = arrival.received = 0

    def _forget_closed(self) -> None:
        """Stop tracking connections that have closed without a request, of which the server does not notify."""
        for arrival in [arrival for arrival in self._arriving if arrival.is_closed]:
            self.arrived(arrival)


class Stage(IntEnum):
    """The state of a connection."""

    WAITING = 0
    """There is a connection, and no whole head yet."""

    SENDING = 1
    """The server reads the body."""

    WORKING = 2
    """The application is not ready for more, which is not the client's fault."""


class _Arrival(HTTPMessageDelegate):
    """A request that is being received.

    Attributes
    ----------
    looks, received : int
        Looks, and bytes of the body, since it last made headway.
    """

    def __init__(self, delegate: HTTPMessageDelegate, connection: Any, arrivals: Arrivals) -> None:
        self._delegate = delegate
        self._connection = connection
        self._arrivals = arrivals
        self.stage = Stage.WAITING
        self.looks = 0
        self.received = 0

    @property
    def address(self) -> str:
        """The address of the client."""
        return str(getattr(self._connection.context, "remote_ip", ""))

    @property
    def rate(self) -> float:
        """Bytes received per check."""
        return self.received / (self.looks + 1)

    @property
    def is_closed(self) -> bool:
        """Whether the connection is closed, or was upgraded to a WebSocket."""
        stream = self._connection.stream
        return stream is None or stream.closed()

    def end(self, reply: tuple[int, str, str] | None) -> None:
        """Close the connection; with a response if there is a request."""
        stream = self._connection.stream
        if stream is None or stream.closed():
            return
        if reply is not None and self.stage is not Stage.WAITING:
            status, phrase, detail = reply
            body = json.dumps({"detail": detail})
            head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            stream.write(f"{head}Connection: close\r\n\r\n{body}".encode())
        stream.close()

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """Start to measure the body, once the application accepts it."""
        self.looks = 0
        return self._while_ours(self._delegate.headers_received(start_line, headers))

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Count what arrives."""
        self.received += len(chunk)
        return self._while_ours(self._delegate.data_received(chunk))

    def finish(self) -> None:
        """Stop tracking: the request is complete, and the application works on it."""
        self._arrivals.arrived(self)
        self._delegate.finish()

    def on_connection_close(self) -> None:
        """Notify the application that the client has disconnected."""
        self._arrivals.arrived(self)
        self._delegate.on_connection_close()

    def _while_ours(self, ready: Awaitable[None] | None) -> Awaitable[None] | None:
        """Resume measuring when the application accepts more data."""
        if ready is None:
            self.stage = Stage.SENDING
            return None
        self.stage = Stage.WORKING
        return self._wait(ready)

    async def _wait(self, ready: Awaitable[None]) -> None:
        try:
            await ready
        finally:
            self.stage = Stage.SENDING
