"""Calls about sentences and mappings: decisions, undo, and the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tram_ext.api.connection.arguments import MappingChanges, SentenceChanges, SentenceQuery, Step
from tram_ext.api.connection.caller import Caller, Page
from tram_ext.api.queries import sentence_query
from tram_ext.api.review_responses import BulkBody, LogBody, MappingBody, SentenceBody, SplitBody, UndoneBody


class ReviewCalls(Caller):
    """Calls about sentences and mappings: decisions, undo, and the log."""

    def sentences(
        self, query: SentenceQuery | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[SentenceBody]:
        """List sentences in the order of their reports."""
        return self._page(SentenceBody, "sentences", sentence_query(query or {}), limit=limit, offset=offset)

    def sentence(self, sentence_id: int) -> SentenceBody:
        """Show a sentence with its mappings."""
        return self._call(SentenceBody, "sentence", sentence_id)

    def create_sentence(
        self, report_id: int, text: str, *, order: int | None = None, disposition: str | None = None
    ) -> SentenceBody:
        """Add a sentence to a report, at its end unless an order is given."""
        body = {"report": report_id, "text": text, "disposition": disposition}
        if order is not None:
            body["order"] = order
        return self._call(SentenceBody, "create_sentence", body=body)

    def change_sentence(
        self, sentence_id: int, changes: SentenceChanges, *, expected: int | None = None
    ) -> SentenceBody:
        """Accept, reject, clear, reword or move a sentence."""
        return self._call(SentenceBody, "change_sentence", sentence_id, body=changes, expected=expected)

    def take_step(
        self, sentence_id: int, step: Step, *, expected: int | None = None, key: str | None = None
    ) -> SentenceBody:
        """Apply one step of a review to a sentence; with a `key`, a repeated request is applied once."""
        return self._call(SentenceBody, "take_step", sentence_id, body=step, expected=expected, key=key)

    def delete_sentence(self, sentence_id: int, *, expected: int | None = None) -> None:
        """Remove a sentence with its mappings."""
        self._do("delete_sentence", sentence_id, expected=expected)

    def split(self, sentence_id: int, at: int, *, expected: int | None = None) -> SplitBody:
        """Split a sentence; the second begins at character `at`."""
        return self._call(SplitBody, "split", sentence_id, body={"at": at}, expected=expected)

    def extract(self, report_id: int, start: int, end: int, attack_id: str, *, text: str | None = None) -> SentenceBody:
        """Extract a sentence from a report's text, with a technique; `text` is what the caller saw there."""
        body = {"start": start, "end": end, "attack_id": attack_id, "text": text}
        return self._call(SentenceBody, "extract", report_id, body=body)

    def merge(self, sentence_ids: Sequence[int], *, expected: int | None = None) -> SentenceBody:
        """Merge adjacent sentences; `expected` is the version of the first."""
        return self._call(SentenceBody, "merge", body={"sentences": list(sentence_ids)}, expected=expected)

    def mappings(
        self, sentence_id: int | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[MappingBody]:
        """List the mappings of a sentence, or all."""
        return self._page(MappingBody, "mappings", {"sentence_id": sentence_id}, limit=limit, offset=offset)

    def mapping(self, mapping_id: int) -> MappingBody:
        """Show a mapping."""
        return self._call(MappingBody, "mapping", mapping_id)

    def add_mapping(
        self, report_id: int, sentence_id: int, attack_id: str, *, confidence: float = 100.0, note: str = ""
    ) -> MappingBody:
        """Map a sentence to a technique; an existing mapping is returned unchanged."""
        body = {
            "report": report_id,
            "sentence": sentence_id,
            "attack_id": attack_id,
            "confidence": confidence,
            "note": note,
        }
        return self._call(MappingBody, "add_mapping", body=body)

    def change_mapping(self, mapping_id: int, changes: MappingChanges, *, expected: int | None = None) -> MappingBody:
        """Change technique, confidence, note or disposition."""
        return self._call(MappingBody, "change_mapping", mapping_id, body=changes, expected=expected)

    def delete_mapping(self, mapping_id: int, *, expected: int | None = None) -> None:
        """Remove a mapping."""
        self._do("delete_mapping", mapping_id, expected=expected)

    def review(
        self,
        report_id: int,
        action: str,
        *,
        sentences: Sequence[int] | None = None,
        versions: Sequence[int] | None = None,
        confidence: float | None = None,
        techniques: Sequence[str] | None = None,
        expected: int | None = None,
    ) -> BulkBody:
        """Decide about many sentences of a report, as one action that can be undone.

        Parameters
        ----------
        action : str
            ``accept-above`` (a `confidence`), ``accept-unmapped``; of `sentences` ``accept``, ``reject``, ``clear``; of
            the section of one of them ``dismiss-section``; of `techniques`, wherever they await a decision,
            ``accept-techniques``, ``reject-techniques``.
        versions : sequence of int, optional
            The versions of `sentences` that the caller has seen, in their order.
        expected : int, optional
            The version of the report.
        """
        body: dict[str, Any] = {"action": action, "confidence": confidence, "versions": list(versions or ())}
        if sentences is not None:
            body["sentences"] = list(sentences)
        if techniques is not None:
            body["techniques"] = list(techniques)
        return self._call(BulkBody, "review", report_id, body=body, expected=expected)

    def undo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        """Undo the caller's last actions in a report; None means those that affect several reports.

        Sent again with its `key` it is done once.
        """
        name = "undo_several" if report_id is None else "undo"
        return self._call(UndoneBody, name, report_id, body={"steps": steps}, key=key)

    def redo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        """Redo what the caller undid."""
        name = "redo_several" if report_id is None else "redo"
        return self._call(UndoneBody, name, report_id, body={"steps": steps}, key=key)

    def log(
        self,
        *,
        report_id: int | None = None,
        user: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page[LogBody]:
        """List the review log, the newest entry first; `since` and `until` are in ISO 8601."""
        query = {"report_id": report_id, "user": user, "since": since, "until": until}
        return self._page(LogBody, "log", query, limit=limit, offset=offset)
