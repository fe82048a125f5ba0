"""Rows of any table as plain states, which actions write and undo restores."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, select, update

from tram_ext.domain.edits import ReportEdit
from tram_ext.domain.review import ATTACK, MAPPING, RELEASE, REPORT, SENTENCE, Change, State
from tram_ext.store.tables import attack_objects, attack_releases, mappings, reports, review_actions, sentences
from tram_ext.store.types import utc_now

_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class _Kind:
    """A table, its columns that people change, and whether its rows have versions."""

    table: Table
    fields: frozenset[str]
    counts: bool = True


def _fields(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.c if column.name not in {"id", "version"})


_KINDS: Final[Mapping[str, _Kind]] = {
    # A report is given its version by `touch_reports`, with whatever changes in it.
    REPORT: _Kind(reports, frozenset(item.name for item in fields(ReportEdit)), counts=False),
    SENTENCE: _Kind(sentences, _fields(sentences)),
    MAPPING: _Kind(mappings, _fields(mappings)),
    ATTACK: _Kind(attack_objects, _fields(attack_objects)),
    RELEASE: _Kind(attack_releases, frozenset({"domain", "version", "source"}), counts=False),
}


class Records:
    """The repository of rows as plain states."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, kind: str, key: int) -> State | None:
        """Return the full state of a row."""
        return self.states(kind, [key]).get(key)

    def states(self, kind: str, keys: Collection[int]) -> dict[int, State]:
        """Return the full states of rows by number; missing rows are left out."""
        ordered, found = sorted(keys), {}
        table = _KINDS[kind].table
        for begin in range(0, len(ordered), _AT_ONCE):
            found.update(self._states(_whole(kind).where(table.c.id.in_(ordered[begin : begin + _AT_ONCE]))))
        return found

    def of_report(self, kind: str, report_id: int) -> dict[int, State]:
        """Return the full states of a report's sentences or mappings by number."""
        return self._states(_whole(kind).where(_KINDS[kind].table.c.report_id == report_id))

    def all(self, kind: str) -> dict[int, State]:
        """Return the full states of all rows of a kind by number."""
        return self._states(_whole(kind))

    def of_techniques(self, attack_object_ids: Collection[int]) -> dict[int, State]:
        """Return the full states of all mappings of some techniques by number."""
        ordered, found = sorted(attack_object_ids), {}
        for begin in range(0, len(ordered), _AT_ONCE):
            some = ordered[begin : begin + _AT_ONCE]
            found.update(self._states(_whole(MAPPING).where(mappings.c.attack_object_id.in_(some))))
        return found

    def of_batch(self, kind: str, batch: str) -> dict[int, State]:
        """Return the current states of the rows that one action changed."""
        touched = select(review_actions.c.target_id).where(
            review_actions.c.batch == batch, review_actions.c.target_kind == kind
        )
        return self._states(_whole(kind).where(_KINDS[kind].table.c.id.in_(touched)))

    def insert(self, kind: str, states: Sequence[State]) -> list[int]:
        """Add rows and return their numbers, in the same order."""
        if not states:
            return []
        table = _KINDS[kind].table
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        stamp = {"loaded_on": utc_now()} if kind == RELEASE else {}
        rows = [{**_written(kind, state), **stamp} for state in states]
        return list(self._connection.execute(statement, rows).scalars())

    def apply(self, changes: Sequence[Change], version: int) -> None:
        """Write changes, in an order that breaks no constraint.

        Parameters
        ----------
        version : int
            What rows that come back get: higher than any they had, so that nobody takes them for what they were.
        """
        gone = [change for change in changes if change.after is None]
        back = [change for change in changes if change.before is None]
        kept = [change for change in changes if change.before is not None and change.after is not None]
        self._delete(MAPPING, _of(MAPPING, gone))
        for kind in (ATTACK, RELEASE, SENTENCE):
            self._put_back(kind, _of(kind, back), version)
        for kind in (REPORT, ATTACK, RELEASE, SENTENCE, MAPPING):
            self._update(kind, _of(kind, kept))
        self._put_back(MAPPING, _of(MAPPING, back), version)
        for kind in (SENTENCE, RELEASE, ATTACK):
            self._delete(kind, _of(kind, gone))

    def touch_sentences(self, keys: Collection[int]) -> None:
        """Increment the versions of sentences whose mappings changed."""
        if keys:
            statement = update(sentences).where(sentences.c.id == bindparam("key"))
            values = {"version": sentences.c.version + 1}
            self._connection.execute(statement.values(values), [{"key": key} for key in sorted(keys)])

    def touch_reports(self, keys: Mapping[int, int]) -> None:
        """Increment the versions of changed reports, and record the time.

        Parameters
        ----------
        keys : mapping of int to int
            By number of the report, how many sentences came; less than 0 where some went.
        """
        if keys:
            values = {
                "version": reports.c.version + 1,
                "updated_on": utc_now(),
                "sentence_count": reports.c.sentence_count + bindparam("came"),
            }
            rows = [{"key": key, "came": came} for key, came in sorted(keys.items())]
            self._connection.execute(update(reports).where(reports.c.id == bindparam("key")).values(values), rows)

    def _states(self, statement: Select[Any]) -> dict[int, State]:
        rows = self._connection.execute(statement).mappings()
        return {row["id"]: {name: value for name, value in row.items() if name != "id"} for row in rows}

    def _put_back(self, kind: str, changes: Sequence[Change], version: int) -> None:
        if not changes:
            return
        table = _KINDS[kind].table
        versions = {"version": version} if _KINDS[kind].counts else {"loaded_on": utc_now()}
        rows = [{"id": change.id, **_written(kind, change.after or {}), **versions} for change in changes]
        self._connection.execute(insert(table), rows)

    def _update(self, kind: str, changes: Sequence[Change]) -> None:
        table = _KINDS[kind].table
        by_fields: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for change in changes:
            row = _written(kind, change.after or {})
            by_fields.setdefault(tuple(sorted(row)), []).append({"key": change.id, **{f"to_{k}": row[k] for k in row}})
        for names, rows in by_fields.items():
            values: dict[Any, Any] = {table.c[name]: bindparam(f"to_{name}") for name in names}
            if _KINDS[kind].counts:
                values[table.c.version] = table.c.version + 1
            if values:
                self._connection.execute(update(table).where(table.c.id == bindparam("key")).values(values), rows)

    def _delete(self, kind: str, changes: Sequence[Change]) -> None:
        if changes:
            table = _KINDS[kind].table
            rows = [{"key": change.id} for change in changes]
            self._connection.execute(delete(table).where(table.c.id == bindparam("key")), rows)


def _whole(kind: str) -> Select[Any]:
    """Return the query for full states of a kind; a mapping's holds its technique's id, for readers of the log."""
    table, fields = _KINDS[kind].table, sorted(_KINDS[kind].fields)
    columns = [table.c.id, *(table.c[name] for name in fields)]
    if kind != MAPPING:
        return select(*columns)
    return select(*columns, attack_objects.c.attack_id).join(
        attack_objects, attack_objects.c.id == mappings.c.attack_object_id
    )


def _written(kind: str, state: State) -> State:
    return {name: value for name, value in state.items() if name in _KINDS[kind].fields}


def _of(kind: str, changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.kind == kind]
