"""The private file in Jupyter's runtime folder that gives kernels the server's address and token."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from typing_extensions import TypedDict

ENVIRONMENT: Final = "TRAM_SERVER_FILE"
"""Names the file to kernels and terminals; the environment itself holds no secret."""


class ServerAddress(TypedDict):
    """The URL of a server, and the token for TRAM's routes there.

    `url` ends with the server's base URL; ``http+unix://%2Fpath/base`` is a socket in the file system. `certificate` is
    the file of the certificate that the server shows, empty where it speaks plain HTTP.
    """

    url: str
    token: str
    certificate: str


def named_in_environment() -> Path | None:
    """Return the path of the file of the server that started this process; None if none did."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else None


def read(path: Path) -> ServerAddress | None:
    """Read the file; None if it is missing, owned by another user, or damaged."""
    try:
        found = json.loads(path.read_bytes())
        address: ServerAddress = {key: str(found[key]) for key in ("url", "token", "certificate")}  # type: ignore[assignment]  # the keys are those
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address
