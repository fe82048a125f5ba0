"""What is remembered of a proxy in front of a server that does not know of it."""

from __future__ import annotations

from typing import Final

from tram_ext.store.database import Store
from tram_ext.store.types import utc_now

_KEY: Final = "untrusted_proxy"


def untrusted(address: str) -> str:
    """Say what a proxy at `address` means that is not believed, and what to do."""
    return (
        f"A login came through {address}, which says for whom (X-Forwarded-For), and is not believed: wrong passwords "
        "of everybody behind it count together. If that is your proxy and nobody reaches the server past it, set "
        "c.ServerApp.trust_xheaders = True in jupyter_server_config.py."
    )


class Proxies:
    """Keeps the last such proxy, for the diagnosis of another process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def remember(self, address: str) -> None:
        """Keep that a proxy was not believed today."""
        with self._store.write() as work:
            work.settings.set(_KEY, {"address": address, "on": utc_now().date().isoformat()})

    def forget(self) -> None:
        """Keep that proxies are believed now."""
        if self.seen() is not None:
            with self._store.write() as work:
                work.settings.set(_KEY, None)

    def seen(self) -> str | None:
        """Return when and where a proxy was not believed the last time; None since proxies are, or where none came."""
        with self._store.read() as work:
            found = work.settings.get(_KEY)
        return None if found is None else f"{found['on']}: {untrusted(found['address'])}"
