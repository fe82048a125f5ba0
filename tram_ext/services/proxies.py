"""What is remembered of a proxy in front of a server that does not know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tram_ext.store.database import Store
from tram_ext.store.types import utc_now

_KEY: Final = "untrusted_proxy"


@dataclass(frozen=True, slots=True)
class SeenProxy:
    """A proxy that named the addresses behind it, and was not believed.

    Attributes
    ----------
    on : str
        The day it was seen, as ISO 8601 writes it.
    """

    address: str
    on: str

    @property
    def advice(self) -> str:
        """What it means, and what to do."""
        return (
            f"A login came through {self.address}, which says for whom (X-Forwarded-For), and is not believed: wrong "
            "passwords of everybody behind it count together. If that is your proxy and nobody reaches the server past "
            "it, set c.ServerApp.trust_xheaders = True in jupyter_server_config.py."
        )


class Proxies:
    """Keeps the last such proxy, for the diagnosis of another process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def remember(self, address: str) -> SeenProxy:
        """Keep that a proxy was not believed."""
        seen = SeenProxy(address, utc_now().date().isoformat())
        with self._store.write() as work:
            work.settings.set(_KEY, {"address": seen.address, "on": seen.on})
        return seen

    def forget(self) -> None:
        """Keep that proxies are believed now."""
        if self.seen() is not None:
            with self._store.write() as work:
                work.settings.set(_KEY, None)

    def seen(self) -> SeenProxy | None:
        """Return the last proxy that was not believed; None since proxies are, or where there is none."""
        with self._store.read() as work:
            found = work.settings.get(_KEY)
        return None if found is None else SeenProxy(found["address"], found["on"])
