"""Error messages for requests with an unknown host, a foreign origin, or a wrong base URL."""

from __future__ import annotations

import re
from typing import Final

_PORT: Final = re.compile(r":\d+$")
_LONGEST: Final = 200
"""Characters of a caller's text that are repeated to them."""


def unknown_name(host: str) -> str:
    """Return the message for an unknown host in the ``Host`` header."""
    name = _shortened(_PORT.sub("", host).removeprefix("[").removesuffix("]"))  # as Jupyter compares it
    return (
        f"This server does not know itself by the name {name!r}, and whoever controls a name can point it at other "
        "people's machines (DNS rebinding). If the name is the server's, such as that of a proxy in front, say so in "
        f"Jupyter's configuration: c.ServerApp.local_hostnames = ['localhost', {name!r}], or, where it is to answer to "
        "any name, c.ServerApp.allow_remote_access = True. Where the proxy serves it under a path, set "
        "c.ServerApp.base_url to that path, too."
    )


def foreign_origin(origin: str, host: str) -> str:
    """Return the message for a cross-origin request."""
    return (
        f"A page of {_shortened(origin)} asks a server that was called {_shortened(host)}, which takes the page for a "
        "stranger's. Behind a proxy, pass on the name that the browser called (nginx: proxy_set_header Host "
        "$http_host;). A page of another site needs a token, or c.ServerApp.allow_origin in Jupyter's configuration."
    )


def wrong_base(path: str, base_url: str) -> str:
    """Return the message for a path with a missing or wrong base URL."""
    given = _shortened(path[: path.index("/api/") + 1])
    return (
        f"TRAM's paths are at {base_url}api/ here, and not at {given}api/. Behind a proxy, the server's base URL is "
        f"the path that browsers see (--ServerApp.base_url={given}), and the proxy passes paths on as they are."
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
