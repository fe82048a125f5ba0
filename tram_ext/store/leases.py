"""Named leases: work that one process at a time may do; a lease lapses when its process has ended.

Leases end at a time of the day, which several machines share and which somebody may set back. A lease that ends later
than it could have been taken for is one from before: it is shortened, so that its owner renews it, or it lapses.
"""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from tram_ext.store.tables import leases

SLACK: Final = 2.0
"""How many times its length a lease may seem to last: the clocks of machines differ a little."""


class Leases:
    """The repository of named leases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew the lease `name`; return False where another process holds it."""
        now = time.time()
        row = self._connection.execute(select(leases).where(leases.c.name == name)).first()
        if row is None:
            self._connection.execute(insert(leases).values(name=name, owner=owner, expires_at=now + seconds))
            return True
        if row.owner != owner and row.expires_at > now:
            if row.expires_at > now + SLACK * seconds:
                self._connection.execute(
                    update(leases).where(leases.c.name == name).values(expires_at=now + SLACK * seconds)
                )
            return False
        self._connection.execute(
            update(leases).where(leases.c.name == name).values(owner=owner, expires_at=now + seconds)
        )
        return True

    def is_held(self, name: str) -> bool:
        """Whether any process holds the lease `name`."""
        held = select(leases.c.name).where(leases.c.name == name, leases.c.expires_at > time.time())
        return self._connection.execute(held).first() is not None

    def give_back(self, name: str, owner: str) -> None:
        """End the lease `name` if `owner` holds it."""
        self._connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
