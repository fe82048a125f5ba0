"""The requests of a report's view to the kernel, one method each, for both kinds of workbench."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from tram_ext.api.connection import Connection, SentenceQuery
from tram_ext.api.review_responses import BulkBody, SentenceBody, SplitBody, UndoneBody
from tram_ext.api.status import StatusBody
from tram_ext.domain.errors import Invalid, NotFound, PreconditionFailed
from tram_ext.domain.users import Permission, Role
from tram_ext.widgets.attack import AttackSource
from tram_ext.widgets.dispatcher import ChangedMeanwhile, Method

BOOT: Final = secrets.token_hex(8)
"""Tells this kernel from the one before it."""

SLOW: Final = frozenset({"explanation", "suggestions"})
"""Requests that ask a model."""

KEYED: Final = frozenset({"operate", "undo", "redo"})
"""Writes whose key the workbench itself is told: what was done is known after the kernel has gone, too."""

_STEP: Final = ("kind", "disposition", "attack_id", "confidence", "note", "searched")
_REPORT_WIDE: Final = ("accept-above", "accept-unmapped")
_CHOSEN: Final = ("accept", "reject", "clear", "dismiss-section")
_THROUGHOUT: Final = ("accept-techniques", "reject-techniques")


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

    def methods(self) -> dict[str, Method]:
        """Return the requests by name; writes take no idempotency key, which is the caller's concern."""
        return {
            **self._attack.methods(),
            "report": self.report,
            "rows": self.rows,
            "sentences": self.sentences,
            "operate": self.operate,
            "bulk": self.bulk,
            "split": self.split,
            "merge": self.merge,
            "extract": self.extract,
            "explanation": self.explanation,
            "suggestions": self.suggestions,
        }

    @cached_property
    def status(self) -> StatusBody:
        """The user and the workbench; neither changes while a kernel lives."""
        return self._connection.status()

    def session(self, position: int) -> dict[str, Any]:
        """Return the user and the workbench of the session."""
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
        """Return outlines of all sentences that match a filter."""
        return self._connection.rows(self._report_id, _query(filter or {}), order=str(order))

    def sentences(self, ids: Sequence[int]) -> list[SentenceBody]:
        """Return the existing sentences of the report among these numbers."""
        if not ids:
            return []
        return self._connection.sentences({"report": self._report_id, "ids": list(map(_number, ids))}).records

    def operate(
        self, sentence: int, version: int, operation: Mapping[str, Any], key: str | None = None
    ) -> SentenceBody:
        """Apply one step to a version of a sentence; repeated with the same `key` it is done once.

        Raises
        ------
        ChangedMeanwhile
            It has another, or the technique is not on it any more.
        """
        step: Any = {name: operation[name] for name in _STEP if name in operation}
        try:
            return self._connection.take_step(_number(sentence), step, expected=_number(version), key=key)
        except PreconditionFailed as error:
            raise self._changed(error, sentence) from error
        except NotFound as error:
            changed = self._changed(error, sentence)
            if changed.current is None:
                raise  # the sentence itself
            raise changed from error

    def bulk(self, action: Mapping[str, Any]) -> BulkBody:
        """Decide many sentences."""
        name = str(action.get("action"))
        if name in _REPORT_WIDE:
            return self._without_text(
                self._connection.review(self._report_id, name, confidence=action.get("confidence"))
            )
        if name in _THROUGHOUT:
            techniques = list(map(str, action.get("techniques") or ()))
            return self._without_text(self._connection.review(self._report_id, name, techniques=techniques))
        if name not in _CHOSEN:
            raise Invalid(f"There is no action {name[:50]!r}.")
        chosen = list(map(_number, action.get("sentences") or ()))
        return self._without_text(self._connection.review(self._report_id, name, sentences=chosen))

    def split(self, sentence: int, version: int, at: int) -> SplitBody:
        """Split a sentence in two."""
        try:
            return self._connection.split(_number(sentence), _number(at), expected=_number(version))
        except PreconditionFailed as error:
            raise self._changed(error, sentence) from error

    def extract(self, start: int, end: int, attack_id: str, text: str) -> SentenceBody:
        """Make a sentence of a part of the text, with a technique."""
        return self._connection.extract(self._report_id, _number(start), _number(end), str(attack_id), text=str(text))

    def merge(self, sentences: Sequence[int], version: int) -> SentenceBody:
        """Merge consecutive sentences."""
        chosen = list(map(_number, sentences))
        try:
            return self._connection.merge(chosen, expected=_number(version))
        except PreconditionFailed as error:
            raise self._changed(error, chosen[0]) from error

    def undo(self, key: str, steps: int = 1) -> UndoneBody:
        """Undo this user's last actions in the report; repeated with the same `key` it is done once."""
        return self._connection.undo(self._report_id, steps=_number(steps), key=key)

    def redo(self, key: str, steps: int = 1) -> UndoneBody:
        """Redo what this user undid."""
        return self._connection.redo(self._report_id, steps=_number(steps), key=key)

    def explanation(self, sentence: int, attack_id: str) -> dict[str, Any]:
        """Return the explanation of a technique for a sentence."""
        found = self._connection.explanation(_number(sentence), str(attack_id))
        return {**found, "model": f"{found['model']}, version {found['version']}"}

    def suggestions(self, sentence: int) -> list[dict[str, Any]]:
        """Return the techniques that a model suggests for a sentence."""
        return [dict(item) for item in self._connection.suggestions(_number(sentence))["suggestions"]]

    def _changed(self, error: PreconditionFailed | NotFound, sentence: int) -> ChangedMeanwhile:
        try:
            return ChangedMeanwhile(error.message, dict(self._connection.sentence(sentence)))
        except NotFound:
            return ChangedMeanwhile(error.message, None)

    def _without_text(self, done: BulkBody) -> BulkBody:
        return {**done, "report": {**done["report"], "text": ""}}


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
