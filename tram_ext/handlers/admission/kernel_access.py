"""The token that a server issues to its kernels, in a file that only its user can read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tram_ext.api import server_file
from tram_ext.services.files import private_files
from tram_ext.services.processes import owners

_EVERYWHERE: Final = {"": "127.0.0.1", "*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what a server that listens everywhere is reached at from here
_FILES: Final = "tram-server-*.json"


class KernelAccess:
    """A token for TRAM's routes of one server, valid while the server runs.

    It is made without the store, so that a server that never needs that opens nothing. Whoever shows it is the user who
    started the server.
    """

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(32)
        self._path: Path | None = None
        self._outer: str | None = None

    def fits(self, token: str) -> bool:
        """Whether `token` is valid."""
        return secrets.compare_digest(token.encode(), self._token.encode())

    def announce(self, folder: Path, serverapp: Any) -> None:
        """Write the file, and set its path in the environment of child processes: kernels, terminals.

        The file is called after the address: a server that starts again at the same one is found by kernels that are
        left from before. Of several servers in one process, the one that started last is named.

        Raises
        ------
        Unavailable
            The file cannot be written.
        """
        url = address_of(serverapp)
        private_files.make_folder(folder)
        _sweep(folder)
        path = folder / f"tram-server-{hashlib.sha256(url.encode()).hexdigest()[:16]}.json"
        said: server_file.ServerAddress = {"url": url, "token": self._token, "certificate": serverapp.certfile or ""}
        private_files.write(path, json.dumps({**said, "process": owners.this_process()}).encode())
        self._path, self._outer = path, os.environ.get(server_file.ENVIRONMENT)
        os.environ[server_file.ENVIRONMENT] = str(path)

    def withdraw(self) -> None:
        """Remove the file, unless another server at the same address has replaced it."""
        if self._path is None:
            return
        path, self._path = self._path, None
        said = server_file.read(path)
        if said is not None and not self.fits(said["token"]):
            return
        path.unlink(missing_ok=True)
        if os.environ.get(server_file.ENVIRONMENT) == str(path):
            del os.environ[server_file.ENVIRONMENT]
            if self._outer is not None:
                os.environ[server_file.ENVIRONMENT] = self._outer


def address_of(serverapp: Any) -> str:
    """Return the URL of a server on its own machine."""
    base: str = serverapp.base_url
    if serverapp.sock:
        return f"http+unix://{quote(serverapp.sock, safe='')}{base}"
    ip: str = serverapp.ip
    host = _EVERYWHERE.get(ip, f"[{ip}]" if ":" in ip else ip)
    return f"{'https' if serverapp.certfile else 'http'}://{host}:{serverapp.port}{base}"


def _sweep(folder: Path) -> None:
    """Remove stale files of servers that were killed."""
    for path in folder.glob(_FILES):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            if owners.is_gone(json.loads(path.read_bytes())["process"]):
                path.unlink()
