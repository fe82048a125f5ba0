"""Reads the log: who did what, when, in which report."""

from __future__ import annotations

from dataclasses import replace

from tram_ext.domain.review import LogEntry, LogFilter
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.store.database import Store


class Log:
    """The log of actions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(
        self, wanted: LogFilter, actor: User, *, limit: int | None = None, offset: int = 0
    ) -> tuple[list[LogEntry], int]:
        """Return what was done, the newest first, and how many rows there are; changes of users only to admins."""
        require(actor, Permission.READ)
        shown = replace(wanted, with_users=actor.may(Permission.ADMINISTER))
        with self._store.read() as work:
            return work.log.list(shown, limit=limit, offset=offset), work.log.count(shown)
