"""One review action: its changes are written, logged and put on the undo stack together, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tram_ext.domain.review import MAPPING, MOST_IDS, REPORT, SENTENCE, Change, ReviewChange, Shown, State
from tram_ext.domain.users import User
from tram_ext.store.database import UnitOfWork


class Action:
    """Collects the changes of one action of a user, within one unit of work.

    Parameters
    ----------
    name : str
        A word or two for the log: ``accept``, ``split sentence``.
    report_id : int or None
        On whose undo stack it goes; None for what concerns more than one report.
    batch : str, optional
        A number that no action had before; by default a new one.

    Attributes
    ----------
    shown : dict of int to Shown
        By number of a sentence that it decides about, what its author had in view; logged with it.
    """

    def __init__(
        self, work: UnitOfWork, actor: User, name: str, report_id: int | None, *, batch: str | None = None
    ) -> None:
        self._work = work
        self._actor = actor
        self._name = name
        self._report_id = report_id
        self._made: list[Change] = []
        self._changes: list[Change] = []
        self.shown: dict[int, Shown] = {}
        self.batch = batch or secrets.token_hex(16)

    @property
    def count(self) -> int:
        """The number of rows that it changes."""
        return len(self._made) + len(self._changes)

    def sentence_ids(self) -> set[int]:
        """Return the numbers of the sentences that it changes, or whose mappings it changes."""
        return {key for change in (*self._made, *self._changes) for key in change.sentence_ids()}

    def insert(self, kind: str, states: Sequence[State]) -> list[int]:
        """Add rows, at once, and return their numbers.

        Parameters
        ----------
        states : sequence of State
            Whole; a mapping's may name its technique as ``attack_id``, for readers of the log.
        """
        keys = self._work.records.insert(kind, states)
        for key, state in zip(keys, states, strict=True):
            self._made.append(Change(kind, key, state.get("report_id"), None, dict(state)))
        return keys

    def update(self, kind: str, key: int, state: State, values: Mapping[str, Any]) -> None:
        """Change fields of a row whose whole state is `state`; fields that stay the same are left out."""
        differing = {name: value for name, value in values.items() if state[name] != value}
        if not differing:
            return
        before, after = {name: state[name] for name in differing}, differing
        if kind == MAPPING:
            before.setdefault("sentence_id", state["sentence_id"])
            after.setdefault("sentence_id", state["sentence_id"])
        report_id = key if kind == REPORT else state.get("report_id")
        self._changes.append(Change(kind, key, report_id, before, after))

    def delete(self, kind: str, key: int, state: State) -> None:
        """Remove a row whose whole state is `state`."""
        self._changes.append(Change(kind, key, state.get("report_id"), dict(state), None))

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply changes that were read from the log."""
        self._changes.extend(changes)

    def finish(self) -> list[ReviewChange]:
        """Write and log all changes, push the action on its author's undo stack, and return what to announce."""
        if not self.count:
            return []
        log_id = self._write(None)
        self._work.undo.push(self._actor.id, self._report_id, self.batch, log_id)
        return self.announcements()

    def finish_undo(self, entry_id: int, batch: str, *, undone: bool) -> list[ReviewChange]:
        """Write and log all changes as the undo, or the redo, of the action `batch`, and return what to announce."""
        log_id = self._write(batch)
        self._work.undo.turn(entry_id, undone=undone, log_id=log_id)
        return self.announcements()

    def announcements(self) -> list[ReviewChange]:
        """Return the changes to announce to open views."""
        found: dict[int | None, set[int]] = {}
        for change in (*self._made, *self._changes):
            found.setdefault(change.report_id, set()).update(change.sentence_ids())
        return [
            ReviewChange(self._name, report_id, tuple(sorted(ids)) if len(ids) <= MOST_IDS else ())
            for report_id, ids in found.items()
        ]

    def _write(self, undoes: str | None) -> int:
        changes = [*self._made, *self._changes]
        records = self._work.records
        # Each version of a row has a row of the log to it: what comes after the newest of them, no row had yet.
        records.apply(self._changes, self._work.log.last_id() + 1)
        indirectly = {key for change in changes if change.kind == MAPPING for key in change.sentence_ids()}
        directly = {change.id for change in changes if change.kind == SENTENCE}
        records.touch_sentences(indirectly - directly)
        records.touch_reports(_came(changes))
        return self._work.log.append_changes(
            self._actor, self._name, changes, batch=self.batch, undoes=undoes, shown=self.shown
        )


def _came(changes: Sequence[Change]) -> dict[int, int]:
    """Return the change in the number of sentences of each report that changed."""
    found: dict[int, int] = {}
    for change in changes:
        if change.report_id is not None:
            more = (change.before is None) - (change.after is None) if change.kind == SENTENCE else 0
            found[change.report_id] = found.get(change.report_id, 0) + more
    return found
