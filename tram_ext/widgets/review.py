"""What a view of a report asks of the kernel, each request as one method: on either kind of workbench the same."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from tram_ext.api.connection import Connection, MappingChanges, SentenceQuery
from tram_ext.api.review_responses import BulkBody, MappingBody, SentenceBody, SplitBody
from tram_ext.api.status import StatusBody
from tram_ext.domain.errors import Invalid, NotFound, PreconditionFailed, Unreachable
from tram_ext.domain.users import Permission, Role
from tram_ext.widgets.attack import AttackSource
from tram_ext.widgets.dispatcher import ChangedMeanwhile, Method
from tram_ext.widgets.following import sentences_of

BOOT: Final = secrets.token_hex(8)
"""Tells this kernel from the one before it."""

SLOW: Final = frozenset({"explanation", "suggestions"})
"""Requests that ask a model."""

_FEW_ROWS: Final = 50
_REPORT_WIDE: Final = ("accept-above", "accept-unmapped")
_CHOSEN: Final = ("accept", "reject", "clear")


class ReportReview:
    """The review of a report.

    Parameters
    ----------
    attack : AttackSource
        ATT&CK and what is counted on it.
    """

    def __init__(self, connection: Connection, report_id: int, attack: AttackSource) -> None:
        self._connection = connection
        self._report_id = report_id
        self._attack = attack
        self._turns: dict[str, int] = {}

    def methods(self) -> dict[str, Method]:
        """Return the requests by name; those that write are given no key: whoever calls them sees to that."""
        return {
            **self._attack.methods(),
            "report": self.report,
            "rows": self.rows,
            "sentences": self.sentences,
            "operate": self.operate,
            "bulk": self.bulk,
            "split": self.split,
            "merge": self.merge,
            "explanation": self.explanation,
            "suggestions": self.suggestions,
        }

    @cached_property
    def status(self) -> StatusBody:
        """Who asks, and which workbench answers; neither changes while a kernel lives."""
        return self._connection.status()

    def session(self, position: int) -> dict[str, Any]:
        """Say who is connected to what."""
        user = self.status["user"]
        return {
            "workbench": self.status["workbench"],
            "boot": BOOT,
            "position": position,
            "user": user["name"],
            "may_review": Role(user["role"]).grants(Permission.REVIEW),
        }

    def report(self) -> dict[str, Any]:
        """Return the report, without its text, which may be megabytes and which no view shows."""
        return {**self._connection.report(self._report_id), "text": ""}

    def rows(self, filter: Mapping[str, Any] | None = None, order: str = "reading") -> Any:  # noqa: A002 - the wire's
        """Return all sentences that a filter describes, in outline."""
        return self._connection.rows(self._report_id, _query(filter or {}), order=str(order))

    def sentences(self, ids: Sequence[int]) -> list[SentenceBody]:
        """Return the sentences of these numbers that are there and are the report's."""
        if not ids:
            return []
        return self._connection.sentences({"report": self._report_id, "ids": list(map(_number, ids))}).records

    def operate(self, sentence: int, version: int, operation: Mapping[str, Any]) -> SentenceBody:
        """Take one step on a sentence that has a version.

        Raises
        ------
        ChangedMeanwhile
            It has another.
        """
        kind = operation.get("kind")
        step = {"decide": self._decide, "add": self._add, "remove": self._remove, "change": self._change}.get(str(kind))
        if step is None:
            raise Invalid(f"There is no step {str(kind)[:50]!r}.")
        try:
            return step(_number(sentence), _number(version), operation)
        except PreconditionFailed as error:
            raise self._changed(error, sentence) from error

    def bulk(self, action: Mapping[str, Any]) -> BulkBody:
        """Decide about many sentences."""
        name = str(action.get("action"))
        if name in _REPORT_WIDE:
            return self._without_text(
                self._connection.review(self._report_id, name, confidence=action.get("confidence"))
            )
        if name not in _CHOSEN:
            raise Invalid(f"There is no action {name[:50]!r}.")
        chosen = list(map(_number, action.get("sentences") or ()))
        return self._without_text(self._connection.review(self._report_id, name, sentences=chosen))

    def split(self, sentence: int, version: int, at: int) -> SplitBody:
        """Make two sentences of one."""
        try:
            return self._connection.split(_number(sentence), _number(at), expected=_number(version))
        except PreconditionFailed as error:
            raise self._changed(error, sentence) from error

    def merge(self, sentences: Sequence[int], version: int) -> SentenceBody:
        """Make one of sentences that follow one another."""
        chosen = list(map(_number, sentences))
        try:
            return self._connection.merge(chosen, expected=_number(version))
        except PreconditionFailed as error:
            raise self._changed(error, chosen[0]) from error

    def undo(self, key: str) -> dict[str, Any]:
        """Take back this user's last action in the report."""
        return self._turn("undo", key)

    def redo(self, key: str) -> dict[str, Any]:
        """Do again what this user took back."""
        return self._turn("redo", key)

    def explanation(self, sentence: int, attack_id: str) -> dict[str, Any]:
        """Say what speaks for a technique on a sentence."""
        found = self._connection.explanation(_number(sentence), str(attack_id))
        return {**found, "model": f"{found['model']}, version {found['version']}"}

    def suggestions(self, sentence: int) -> list[dict[str, Any]]:
        """Name the techniques that a model thinks of for a sentence."""
        return [dict(item) for item in self._connection.suggestions(_number(sentence))["suggestions"]]

    def _decide(self, sentence: int, version: int, operation: Mapping[str, Any]) -> SentenceBody:
        changes: Any = {"disposition": operation.get("disposition")}
        return self._connection.change_sentence(sentence, changes, expected=version)

    def _add(self, sentence: int, version: int, operation: Mapping[str, Any]) -> SentenceBody:
        self._seen(sentence, version)
        self._connection.add_mapping(
            self._report_id,
            sentence,
            str(operation.get("attack_id")),
            confidence=operation.get("confidence", 100.0),
            note=str(operation.get("note", "")),
        )
        return self._connection.sentence(sentence)

    def _remove(self, sentence: int, version: int, operation: Mapping[str, Any]) -> SentenceBody:
        mapping = self._mapping(self._seen(sentence, version), operation)
        self._connection.delete_mapping(mapping["id"], expected=mapping["version"])
        return self._connection.sentence(sentence)

    def _change(self, sentence: int, version: int, operation: Mapping[str, Any]) -> SentenceBody:
        mapping = self._mapping(self._seen(sentence, version), operation)
        changes: MappingChanges = {}
        if operation.get("confidence") is not None:
            changes["confidence"] = operation["confidence"]
        if operation.get("note") is not None:
            changes["note"] = str(operation["note"])
        self._connection.change_mapping(mapping["id"], changes, expected=mapping["version"])
        return self._connection.sentence(sentence)

    def _seen(self, sentence: int, version: int) -> SentenceBody:
        """Return a sentence, provided that it is as the person saw it."""
        current = self._connection.sentence(sentence)
        if current["version"] != version:
            raise ChangedMeanwhile("Somebody changed this sentence meanwhile.", dict(current))
        return current

    @staticmethod
    def _mapping(current: SentenceBody, operation: Mapping[str, Any]) -> MappingBody:
        for mapping in current["mappings"]:
            if mapping["attack_id"] == operation.get("attack_id"):
                return mapping
        raise ChangedMeanwhile("The technique is not on this sentence any more.", dict(current))

    def _changed(self, error: PreconditionFailed, sentence: int) -> ChangedMeanwhile:
        try:
            return ChangedMeanwhile(error.message, dict(self._connection.sentence(sentence)))
        except NotFound:
            return ChangedMeanwhile(error.message, None)

    def _without_text(self, done: BulkBody) -> BulkBody:
        return {**done, "report": {**done["report"], "text": ""}}

    def _position(self) -> int:
        rows = self._connection.log(report_id=self._report_id, limit=1).records
        return rows[0]["id"] if rows else 0

    def _turn(self, verb: str, key: str) -> dict[str, Any]:
        """Undo or redo; where an earlier try under `key` got no answer, first see whether it was done all the same."""
        before = self._turns.get(key)
        if before is not None and (done := self._turned(verb, before)) is not None:
            return done
        position = self._position()
        try:
            turned = (self._connection.undo if verb == "undo" else self._connection.redo)(self._report_id)
        except Unreachable as error:
            if error.was_sent:
                self._turns[key] = position
            raise
        self._turns.pop(key, None)
        return {**turned, "sentences": self._touched(position)}

    def _turned(self, verb: str, position: int) -> dict[str, Any] | None:
        """Return what this user undid after a place in the log, None where that is nothing."""
        own = [
            row
            for row in self._connection.log(report_id=self._report_id, limit=_FEW_ROWS).records
            if row["id"] > position and row["undoes"] and row["user"] == self.status["user"]["name"]
        ]
        own = [row for row in own if row["action"].startswith(f"{verb} ")]
        if not own:
            return None
        action, batch = own[0]["action"].removeprefix(f"{verb} "), own[0]["undoes"]
        return {"action": action, "changed": len(own), "batch": batch, "sentences": self._touched(position)}

    def _touched(self, position: int) -> list[int]:
        """Return the sentences that differ since a place in the log; none where they are many."""
        rows = self._connection.log(report_id=self._report_id, limit=_FEW_ROWS).records
        news = [row for row in rows if row["id"] > position]
        return [] if len(news) == _FEW_ROWS else sorted({key for row in news for key in sentences_of(row)})


def _query(wanted: Mapping[str, Any]) -> SentenceQuery:
    names = {"disposition": "disposition", "technique": "technique", "least": "min_confidence"}
    names |= {"most": "max_confidence", "text": "text"}
    found: Any = {name: wanted[given] for given, name in names.items() if wanted.get(given) not in (None, "")}
    query: SentenceQuery = found
    return query


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid("A whole number is needed here.")
    return value
