"""Remembers reverse proxies whose headers the server does not trust, for the diagnosis."""

from __future__ import annotations

from typing import Final

from tram_ext.store.database import Store
from tram_ext.store.types import utc_now

_KEY: Final = "untrusted_proxy"


def untrusted(address: str) -> str:
    """Return the warning about an untrusted proxy at `address`, with what to do."""
    return (
        f"A login came through {address}, which says for whom (X-Forwarded-For), and is not believed: wrong passwords "
        "of everybody behind it count together. If that is your proxy and nobody reaches the server past it, set "
        "c.ServerApp.trust_xheaders = True in jupyter_server_config.py."
    )


class Proxies:
    """Stores the last untrusted proxy, for the diagnosis by another process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def remember(self, address: str) -> None:
        """Record that an untrusted proxy was seen."""
        with self._store.write() as work:
            work.settings.set(_KEY, {"address": address, "on": utc_now().date().isoformat()})

    def forget(self) -> None:
        """Record that proxies are trusted now."""
        if self.seen() is not None:
            with self._store.write() as work:
                work.settings.set(_KEY, None)

    def seen(self) -> str | None:
        """Return when and where an untrusted proxy was last seen; None where none was, or since proxies are trusted."""
        with self._store.read() as work:
            found = work.settings.get(_KEY)
        return None if found is None else f"{found['on']}: {untrusted(found['address'])}"
