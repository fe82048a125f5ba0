"""The append-only log of people's actions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from tram_ext.domain.review import Change, LogEntry, LogFilter, Shown
from tram_ext.domain.users import User
from tram_ext.store.tables import review_actions, undo_stack
from tram_ext.store.types import utc_now


class ReviewLog:
    """The log: who did what when, with the state before and after; rows are only ever added."""

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
        """Append an action that changed one row.

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
                **_who(user, action, batch),
                report_id=report_id,
                target_kind=target[0],
                target_id=target[1],
                before=before,
                after=after,
            )
        )

    def append_changes(
        self,
        user: User | None,
        action: str,
        changes: Sequence[Change],
        *,
        batch: str,
        undoes: str | None = None,
        shown: Mapping[int, Shown] | None = None,
    ) -> int:
        """Append an action that changed several rows, one log row for each; return the number of the last.

        Parameters
        ----------
        shown : mapping of int to Shown, optional
            By number of a decided sentence, what the reviewer had been shown.
        """
        rows = [
            {
                **_who(user, action, batch),
                "report_id": change.report_id,
                "target_kind": change.kind,
                "target_id": change.id,
                "before": change.before,
                "after": change.after,
                "undoes": undoes,
                "shown": _shown(change, shown or {}),
            }
            for change in changes
        ]
        self._connection.execute(insert(review_actions), rows)
        return self.last_id()

    def last_id(self) -> int:
        """Return the number of the newest row, 0 where there is none."""
        return self._connection.execute(select(func.max(review_actions.c.id))).scalar() or 0

    def changes(self, batch: str) -> list[Change]:
        """Return the changes of one action, in their order."""
        statement = select(review_actions).where(review_actions.c.batch == batch).order_by(review_actions.c.id)
        return [
            Change(row.target_kind, row.target_id, row.report_id, row.before, row.after)
            for row in self._connection.execute(statement)
        ]

    def batches_from(self, beginning: str) -> set[str]:
        """Return the batches whose hexadecimal number begins with `beginning`."""
        batch = review_actions.c.batch
        # A range, unlike LIKE, is looked up in the index whatever the database's collation.
        statement = select(batch).where(batch >= beginning, batch < beginning + "g").distinct()
        return set(self._connection.execute(statement).scalars())

    def name_of(self, batch: str) -> str:
        """Return the name of an action."""
        statement = select(review_actions.c.action).where(review_actions.c.batch == batch).limit(1)
        return self._connection.execute(statement).scalar() or ""

    def undone_by(self, batch: str) -> str:
        """Return the batch that an undo or redo applies to."""
        statement = select(review_actions.c.undoes).where(review_actions.c.batch == batch).limit(1)
        return self._connection.execute(statement).scalar() or ""

    def taken_away(self, report_id: int) -> set[tuple[int, int]]:
        """Return sentence and technique row of each mapping that a person removed and did not add again."""
        statement = (
            select(review_actions.c.before)
            .join(undo_stack, undo_stack.c.batch == review_actions.c.batch)
            .where(
                review_actions.c.report_id == report_id,
                review_actions.c.action.in_(("delete mapping", "change mapping")),
                ~undo_stack.c.undone,
            )
        )
        states = self._connection.execute(statement).scalars()
        return {(old["sentence_id"], old["attack_object_id"]) for old in states if "attack_object_id" in old}

    def last_toucher(self, kind: str, key: int) -> str | None:
        """Return the user who last changed a row."""
        statement = select(review_actions.c.user_name).where(
            review_actions.c.target_kind == kind, review_actions.c.target_id == key
        )
        return self._connection.execute(statement.order_by(review_actions.c.id.desc()).limit(1)).scalar()

    def list(self, wanted: LogFilter, *, limit: int | None = None, offset: int = 0) -> list[LogEntry]:
        """Return rows, newest first."""
        statement = select(review_actions).where(*_conditions(wanted)).order_by(review_actions.c.id.desc())
        if limit is not None:
            statement = statement.limit(limit)
        if offset:
            statement = statement.offset(offset)
        return [_entry(row) for row in self._connection.execute(statement)]

    def count(self, wanted: LogFilter) -> int:
        """Return how many rows :meth:`list` would return."""
        statement = select(func.count()).select_from(review_actions).where(*_conditions(wanted))
        return self._connection.execute(statement).scalar_one()


def _who(user: User | None, action: str, batch: str) -> dict[str, Any]:
    return {
        "at": utc_now(),
        "user_id": user.id if user else None,
        "user_name": user.name if user else "tram-ext",
        "action": action,
        "batch": batch,
    }


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.report_id is not None:
        conditions.append(review_actions.c.report_id == wanted.report_id)
    if wanted.user is not None:
        # Rows are never rewritten: before names were composed, either form was stored.
        forms = {wanted.user, *(unicodedata.normalize(form, wanted.user) for form in ("NFC", "NFD"))}
        conditions.append(review_actions.c.user_name.in_(forms))
    if wanted.since is not None:
        conditions.append(review_actions.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(review_actions.c.at < wanted.until)
    if not wanted.with_users:
        conditions.append(review_actions.c.target_kind != "user")
    return conditions


def _entry(row: Row[Any]) -> LogEntry:
    return LogEntry(
        id=row.id,
        at=row.at,
        user_name=row.user_name,
        report_id=row.report_id,
        action=row.action,
        target_kind=row.target_kind,
        target_id=row.target_id,
        before=row.before,
        after=row.after,
        batch=row.batch,
        undoes=row.undoes,
        shown=None if row.shown is None else Shown(tuple(row.shown["proposed"]), tuple(row.shown["searched"])),
    )


def _shown(change: Change, shown: Mapping[int, Shown]) -> dict[str, Sequence[str]] | None:
    """Return what stands beside a change: with the sentence where that changed, else with its mappings."""
    found = next((shown[key] for key in change.sentence_ids() if key in shown), None)
    return None if found is None else {"proposed": found.proposed, "searched": found.searched}
