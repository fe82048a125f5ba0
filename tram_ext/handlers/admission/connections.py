"""Bounds on requests that are still arriving: how slowly, how many, and how many uploads among them."""

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
    """What a client may hold of the server before its request is there; open kernels' channels are not concerned."""

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
    """The uploads under way, by user."""

    def __init__(self, limits: TramConnectionLimits) -> None:
        self._limits = limits
        self._taken: Counter[int] = Counter()

    def take(self, user_id: int) -> UploadPlace:
        """Take a place.

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
    """A place that an upload takes until it is given back, once."""

    def __init__(self, taken: Counter[int], user_id: int) -> None:
        self._taken: Counter[int] | None = taken
        self._user_id = user_id

    def give_back(self) -> None:
        """Leave the place to others."""
        taken, self._taken = self._taken, None
        if taken is not None:
            taken[self._user_id] -= 1
            if not taken[self._user_id]:
                del taken[self._user_id]


class Arrivals(HTTPServerConnectionDelegate):
    """Stands between a web server and its application, and ends connections whose requests do not get there.

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
        """Put one in front of the application of a server that runs."""
        arrivals = cls(http_server.request_callback, limits)
        http_server.request_callback = arrivals
        arrivals._clock.start()
        return arrivals

    def stop(self) -> None:
        """Look no more."""
        self._clock.stop()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Wait for the next request of a connection."""
        self._make_room()
        arrival = _Arrival(self._application.start_request(server_conn, request_conn), request_conn, self)
        self._arriving[arrival] = None
        return arrival

    def on_close(self, server_conn: object) -> None:
        """Pass on that a connection has ended."""
        self._application.on_close(server_conn)

    def arrived(self, arrival: _Arrival) -> None:
        """Forget a request that is there, or that nobody sends any more."""
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
        """Forget the connections that have ended without a request, which the server tells nobody."""
        for arrival in [arrival for arrival in self._arriving if arrival.is_closed]:
            self.arrived(arrival)


class Stage(IntEnum):
    """How far a request has got."""

    WAITING = 0
    """There is a connection, and no whole head yet."""

    SENDING = 1
    """The server reads the body."""

    WORKING = 2
    """The application is not ready for more, which is not the client's fault."""


class _Arrival(HTTPMessageDelegate):
    """A request on its way.

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
        """Where it comes from."""
        return str(getattr(self._connection.context, "remote_ip", ""))

    @property
    def rate(self) -> float:
        """Bytes for each look."""
        return self.received / (self.looks + 1)

    @property
    def is_closed(self) -> bool:
        """Whether the connection has ended, or has become a channel."""
        stream = self._connection.stream
        return stream is None or stream.closed()

    def end(self, reply: tuple[int, str, str] | None) -> None:
        """End the connection; with an answer where there is a request."""
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
        """Begin to expect a body, when the application is ready for it."""
        self.looks = 0
        return self._while_ours(self._delegate.headers_received(start_line, headers))

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Count what arrives."""
        self.received += len(chunk)
        return self._while_ours(self._delegate.data_received(chunk))

    def finish(self) -> None:
        """Hand over the request: from now on it is the application that takes its time."""
        self._arrivals.arrived(self)
        self._delegate.finish()

    def on_connection_close(self) -> None:
        """Pass on that the client has gone."""
        self._arrivals.arrived(self)
        self._delegate.on_connection_close()

    def _while_ours(self, ready: Awaitable[None] | None) -> Awaitable[None] | None:
        """Expect more when the application is ready."""
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
