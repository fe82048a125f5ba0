"""Sends HTTP requests with credentials, retries once after renewing them, and raises domain errors."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

import httpx

from tram_ext.api.errors import error_of
from tram_ext.client.access import Access, Address, json_of, sent
from tram_ext.domain.errors import NotAuthenticated, NotFound, TramError, Unreachable

_CONNECT_SECONDS: Final = 5.0
_SECONDS: Final = 60.0
SLOW_SECONDS: Final = 1_200.0
"""For what works before it answers: mapping, exporting, sending a large file."""


class Transport:
    """An HTTP transport; safe to use from several threads.

    Parameters
    ----------
    access : Access
        Where the server is, and who asks.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._lock = threading.Lock()
        self._address = access.address()
        self._clients: dict[Address, httpx.Client] = {}

    @property
    def url(self) -> str:
        """The address of the server."""
        return self._address.url

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def request(
        self,
        verb: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        file: tuple[str, BinaryIO] | None = None,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = _SECONDS,
    ) -> httpx.Response:
        """Send a request, and return its successful response.

        Raises
        ------
        TramError
            What the server says is wrong.
        Unreachable
            Nobody answers.
        """
        timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)

        def ask(address: Address) -> httpx.Response:
            if file is not None:
                file[1].seek(0)
            return sent(
                lambda: self._client(address).request(
                    verb,
                    path,
                    params=params,
                    json=json,
                    content=content,
                    files=None if file is None else {"file": file},
                    data=fields,
                    headers=[*address.credentials(), *_encoded(headers or {})],
                    timeout=timeout,
                ),
                address,
            )

        response = self._persistently(ask)
        if response.is_success:
            return response
        raise _refusal(response, self.url)

    def _persistently(self, ask: Any) -> httpx.Response:
        """Send a request, and again if it had no effect because the server has moved or the token has expired."""
        address = self._address
        try:
            response: httpx.Response = ask(address)
        except Unreachable as error:
            renewed = None if error.was_sent else self._renew(address)
            if renewed is None:
                raise
            return ask(renewed)  # type: ignore[no-any-return]  # as above
        if response.status_code == httpx.codes.UNAUTHORIZED:
            renewed = self._renew(address)
            if renewed is not None:
                return ask(renewed)  # type: ignore[no-any-return]  # as above
        return response

    def _renew(self, refused: Address) -> Address | None:
        with self._lock:
            if self._address != refused:  # another thread was faster
                return self._address
            renewed = self._access.renewed(refused)
            if renewed is not None:
                self._address = renewed
            return renewed

    def _client(self, address: Address) -> httpx.Client:
        with self._lock:
            if address not in self._clients:
                self._clients[address] = address.client()
            return self._clients[address]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _refusal(response: httpx.Response, url: str) -> TramError:
    body = json_of(response)
    if isinstance(body, dict):
        return error_of(response.status_code, body, response.headers)
    if response.is_redirect:
        return NotAuthenticated(f"The server at {url} asks for a login. Connect with a token of TRAM's or Jupyter's.")
    if response.status_code == httpx.codes.NOT_FOUND:
        return NotFound(
            f"There is no TRAM at {url}. Is tram-ext installed there, and is the base URL part of the address?"
        )
    return error_of(response.status_code, body, response.headers)
