"""Single values by key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from tram_ext.store import tables


class Settings:
    """The repository of single values by key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of `key`, or `default`."""
        row = self._connection.execute(select(tables.settings.c.value).where(tables.settings.c.key == key)).first()
        return default if row is None else row.value

    def set(self, key: str, value: Any) -> None:
        """Store a JSON-compatible `value` under `key`."""
        self._connection.execute(delete(tables.settings).where(tables.settings.c.key == key))
        self._connection.execute(insert(tables.settings).values(key=key, value=value))
