"""Address and credentials of a server, and how they are renewed."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import httpx

from tram_ext.api import server_file
from tram_ext.api.errors import error_of
from tram_ext.domain.errors import Invalid, NotAuthenticated, Unreachable

_UNIX: Final = "http+unix"
_LAB: Final = re.compile(r"/lab(/.*)?$")


@dataclass(frozen=True, slots=True)
class Address:
    """The URL of a server, and the credentials for it.

    Attributes
    ----------
    url : str
        Up to and without ``api/``, with a slash at its end.
    certificate : str
        The file of the one certificate that is trusted; empty: those that the system trusts.
    """

    url: str
    token: str = field(default="", repr=False)
    certificate: str = ""

    @classmethod
    def parsed(cls, url: str, token: str | None) -> Address:
        """Parse an address as copied from a browser, with JupyterLab's path and Jupyter's token in the query.

        Raises
        ------
        Invalid
            It is no address of a web server.
        """
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https", _UNIX) or not parts.netloc:
            raise Invalid(f"{url!r} is not an address such as http://localhost:8888/.")
        given = parse_qs(parts.query).get("token", [""])[0]
        path = _LAB.sub("", parts.path).rstrip("/")
        return cls(urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", "")), token or given)

    def credentials(self) -> list[tuple[bytes, bytes]]:
        """Return the ``Authorization`` header; none without a token."""
        return [(b"Authorization", f"Bearer {self.token}".encode())] if self.token else []

    def client(self) -> httpx.Client:
        """Return a client for requests relative to the address."""
        parts = urlsplit(self.url)
        if parts.scheme == _UNIX:
            socket = httpx.HTTPTransport(uds=unquote(parts.netloc))
            return httpx.Client(base_url=f"http://localhost{parts.path}", transport=socket, trust_env=False)
        # A proxy that the environment names cannot reach this machine's own servers.
        return httpx.Client(base_url=self.url, trust_env=not _is_loopback(parts.hostname or ""), verify=self._trust())

    def _trust(self) -> ssl.SSLContext | bool:
        if not self.certificate:
            return True
        context = ssl.create_default_context(cafile=self.certificate)
        context.check_hostname = False  # it is this very certificate that is trusted, whatever name it bears
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


class Access(Protocol):
    """A source of addresses that can renew one that was rejected."""

    def address(self) -> Address:
        """Return the initial address."""
        ...

    def renewed(self, refused: Address) -> Address | None:
        """Return a new address after one was rejected; None if there is none."""
        ...


class TokenAccess:
    """Access by a given token, TRAM's or Jupyter's."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def address(self) -> Address:
        """Return the given address."""
        return self._address

    def renewed(self, refused: Address) -> Address | None:  # noqa: ARG002 - the protocol's
        """Return None: a given token cannot be renewed."""
        return None


class FileAccess:
    """Access by the server's file for its kernels, which is read again when address or token were rejected.

    Raises
    ------
    Unreachable
        There is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def address(self) -> Address:
        """Read the address from the file."""
        found = self._read()
        if found is None:
            raise Unreachable(f"No server says in {self._path} where it is. Start it again, and try again.")
        return found

    def renewed(self, refused: Address) -> Address | None:
        """Read the file again; None if it is unchanged."""
        found = self._read()
        return None if found == refused else found

    def _read(self) -> Address | None:
        found = server_file.read(self._path)
        return None if found is None else Address(**found)


class LoginAccess:
    """Access by name and password, which are exchanged for tokens at once; the password is not stored.

    Raises
    ------
    NotAuthenticated
        Name and password are not right.
    """

    def __init__(self, address: Address, username: str, password: str) -> None:
        self._refresh = ""
        tokens = self._ask(address, "api/token/", {"username": username, "password": password})
        self._refresh = tokens["refresh"]
        self._address = replace(address, token=tokens["access"])

    def address(self) -> Address:
        """Return the address with an access token."""
        return self._address

    def renewed(self, refused: Address) -> Address | None:
        """Return the address with a fresh access token; None if the refresh token has expired."""
        try:
            tokens = self._ask(refused, "api/token/refresh/", {"refresh": self._refresh})
        except NotAuthenticated:
            return None
        except Unreachable:
            return None
        return replace(refused, token=tokens["access"])

    def _ask(self, address: Address, path: str, body: dict[str, str]) -> dict[str, str]:
        with address.client() as client:
            response = sent(lambda: client.post(path, json=body), address)
        if response.status_code != httpx.codes.OK:
            raise error_of(response.status_code, json_of(response), response.headers)
        tokens: dict[str, str] = response.json()
        return tokens


def sent(send: Callable[[], httpx.Response], address: Address) -> httpx.Response:
    """Send a request.

    Raises
    ------
    Unreachable
        Nobody answers; it says whether the request may have arrived.
    Invalid
        It is no request that could be sent.
    """
    try:
        return send()
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Unreachable(f"Nobody answers at {address.url}. Is the server running?") from error
    except httpx.LocalProtocolError as error:
        raise Invalid(f"This cannot be sent: {error}. Is the token whole, and nothing but the token?") from error
    except httpx.TransportError as error:
        raise Unreachable(
            f"The connection to {address.url} broke before the answer came. What was asked for may have been done.",
            was_sent=True,
        ) from error


def json_of(response: httpx.Response) -> object:
    """Return the body parsed as JSON; None if it is not JSON."""
    try:
        found: object = response.json()
    except ValueError:
        return None
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
