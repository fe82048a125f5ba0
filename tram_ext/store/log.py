"""The append-only log of what people did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from tram_ext.domain.users import User
from tram_ext.store.tables import review_actions
from tram_ext.store.types import utc_now


class ReviewLog:
    """Who did what when, with the state before and after; rows are only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(
        self,
        user: User | None,
        action: str,
        *,
        report_id: int | None,
        target: tuple[str, int | None],
        batch: str,
        before: Any = None,
        after: Any = None,
    ) -> None:
        """Add one action.

        Parameters
        ----------
        user : User or None
            Who did it; None for the workbench itself.
        target : (str, int or None)
            The kind and number of what was changed, such as ``("sentence", 7)``.
        batch : str
            Common to all rows of one action.
        before, after : JSON-compatible
            The state that was and that is.
        """
        self._connection.execute(
            insert(review_actions).values(
                at=utc_now(),
                user_id=user.id if user else None,
                user_name=user.name if user else "tram-ext",
                report_id=report_id,
                action=action,
                target_kind=target[0],
                target_id=target[1],
                before=before,
                after=after,
                batch=batch,
            )
        )
