"""The actions that their authors may undo or redo; the log holds their changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from tram_ext.domain.review import UndoEntry
from tram_ext.store.tables import review_actions, undo_stack, users


class UndoStack:
    """The undo and redo stacks of each user and report.

    A `report_id` of None is the stack of what concerns more than one report.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def push(self, user_id: int, report_id: int | None, batch: str, log_id: int) -> None:
        """Push a new action, and clear its author's redo stack."""
        self._connection.execute(delete(undo_stack).where(*_own(user_id, report_id), undo_stack.c.undone))
        self._connection.execute(
            insert(undo_stack).values(user_id=user_id, report_id=report_id, batch=batch, log_id=log_id)
        )

    def last(self, user_id: int, report_id: int | None, *, undone: bool) -> UndoEntry | None:
        """Return the action that an undo would revert; with `undone`, the one that a redo would repeat."""
        order = undo_stack.c.id.asc() if undone else undo_stack.c.id.desc()
        statement = select(undo_stack).where(*_own(user_id, report_id), undo_stack.c.undone.is_(undone))
        row = self._connection.execute(statement.order_by(order).limit(1)).first()
        return None if row is None else UndoEntry(row.id, row.batch, row.log_id)

    def turn(self, entry_id: int, *, undone: bool, log_id: int) -> None:
        """Record that an action was undone or redone."""
        self._connection.execute(
            update(undo_stack).where(undo_stack.c.id == entry_id).values(undone=undone, log_id=log_id)
        )

    def disturber(self, entry: UndoEntry, user_id: int) -> str | None:
        """Return the name of another user whose later action changed a row of `entry` and still stands."""
        own, later = review_actions.alias("own"), review_actions.alias("later")
        statement = (
            select(users.c.name)
            .select_from(own)
            .join(later, (later.c.target_kind == own.c.target_kind) & (later.c.target_id == own.c.target_id))
            .join(undo_stack, undo_stack.c.batch == later.c.batch)
            .join(users, users.c.id == undo_stack.c.user_id)
            .where(
                own.c.batch == entry.batch,
                undo_stack.c.log_id > entry.log_id,
                undo_stack.c.user_id != user_id,
                ~undo_stack.c.undone,
            )
            .order_by(undo_stack.c.log_id.desc())
            .limit(1)
        )
        return self._connection.execute(statement).scalar()


def _own(user_id: int, report_id: int | None) -> list[ColumnElement[bool]]:
    report: Any = undo_stack.c.report_id
    return [undo_stack.c.user_id == user_id, report.is_(None) if report_id is None else report == report_id]
