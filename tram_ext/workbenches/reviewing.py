"""Methods of the workbench for the review of sentences and their techniques."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from tram_ext.api.connection import Connection, SentenceChanges, SentenceQuery
from tram_ext.workbenches import frames, rows
from tram_ext.workbenches.documents import Item

if TYPE_CHECKING:
    import pandas as pd

_FEW: Final = 20
"""So many sentences are asked for one by one."""


class ReviewCalls:
    """Mixin of methods for the review.

    Where a row is handed over and somebody has changed what it shows, nothing is changed and `PreconditionFailed` says
    so: read again. A number alone means whatever there is.
    """

    connection: Connection

    def sentences(
        self,
        report: Item | None = None,
        *,
        disposition: str | None = None,
        technique: Item | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        text: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> pd.DataFrame:
        """List sentences in the order of their reports: columns as `frames.SENTENCES`.

        Parameters
        ----------
        report : optional
            A report; by default all.
        disposition : str, optional
            ``accept``, ``reject``, or ``none`` for those that await review.
        technique : str or row, optional
            Those that bear it, such as ``T1059.003``.
        min_confidence, max_confidence : float, optional
            Percent between which a mapping of the sentence lies.
        text : str, optional
            Part of the text, in any case of letters.
        """
        wanted: dict[str, Any] = {
            "report": None if report is None else rows.item(report, rows.REPORT).id,
            "technique": None if technique is None else rows.text_of(technique, "attack_id"),
            "disposition": disposition,
            "min_confidence": min_confidence,
            "max_confidence": max_confidence,
            "text": text,
        }
        query: SentenceQuery = {name: value for name, value in wanted.items() if value is not None}  # type: ignore[assignment]  # the names are the query's
        return _sentences(*self.connection.sentences(query, limit=limit, offset=offset).records)

    def sentence(self, sentence: Item) -> pd.DataFrame:
        """Show a sentence as it is now: a row as in :meth:`sentences`."""
        return _sentences(self.connection.sentence(rows.item(sentence, rows.SENTENCE).id))

    def mappings(
        self, report: Item | None = None, *, sentence: Item | None = None, rejected: bool = False
    ) -> pd.DataFrame:
        """List the techniques on the sentences of a report, on one sentence, or all: columns as `frames.MAPPINGS`.

        Parameters
        ----------
        rejected : bool
            Those that were rejected on their own, instead of all others.
        """
        if sentence is None and report is None and not rejected:
            return _mappings(*self.connection.mappings().records)
        key: Literal["mappings", "rejected_mappings"] = "rejected_mappings" if rejected else "mappings"
        if sentence is not None:
            found = [self.connection.sentence(rows.item(sentence, rows.SENTENCE).id)]
        else:
            query: SentenceQuery = {} if report is None else {"report": rows.item(report, rows.REPORT).id}
            found = self.connection.sentences(query).records
        return _mappings(*(item for one in found for item in one[key]))

    def accept(self, sentences: Item) -> pd.DataFrame:
        """Accept a sentence, or several in one step, with the techniques they bear; return them as they are now."""
        return self._decide(sentences, "accept")

    def reject(self, sentences: Item) -> pd.DataFrame:
        """Reject sentences; see :meth:`accept`."""
        return self._decide(sentences, "reject")

    def clear(self, sentences: Item) -> pd.DataFrame:
        """Clear the decision about sentences; see :meth:`accept`."""
        return self._decide(sentences, "clear")

    def accept_mapping(self, mapping: Item) -> pd.DataFrame:
        """Accept a technique on a sentence, and return its sentence, which is decided with the last of its techniques.

        The rules are those of :mod:`tram_ext.domain.decisions`.
        """
        return self._judge(mapping, "accept")

    def reject_mapping(self, mapping: Item) -> pd.DataFrame:
        """Reject a technique on a sentence: it is kept, is exported no more, and teaches that it is none.

        See :meth:`accept_mapping`.
        """
        return self._judge(mapping, "reject")

    def clear_mapping(self, mapping: Item) -> pd.DataFrame:
        """Clear the decision about a technique on a sentence; see :meth:`accept_mapping`."""
        return self._judge(mapping, None)

    def accept_technique(self, report: Item, technique: Item) -> pd.DataFrame:
        """Accept a technique wherever in a report it awaits a decision; see :meth:`accept_above`."""
        return self._bulk(report, "accept-techniques", techniques=[rows.text_of(technique, "attack_id")])

    def reject_technique(self, report: Item, technique: Item) -> pd.DataFrame:
        """Reject a technique wherever in a report it awaits a decision; see :meth:`accept_above`."""
        return self._bulk(report, "reject-techniques", techniques=[rows.text_of(technique, "attack_id")])

    def accept_above(self, report: Item, confidence: float) -> pd.DataFrame:
        """Accept all sentences of a report that await review and whose every technique is at least so sure.

        Parameters
        ----------
        confidence : float
            Percent.

        Returns
        -------
        DataFrame
            The report: columns as `frames.CHANGED`.
        """
        return self._bulk(report, "accept-above", confidence=confidence)

    def accept_unmapped(self, report: Item) -> pd.DataFrame:
        """Accept all sentences of a report that await review and bear no technique; see :meth:`accept_above`."""
        return self._bulk(report, "accept-unmapped")

    def dismiss_section(self, sentence: Item) -> pd.DataFrame:
        """Decide that the section around a sentence shows no technique; see :meth:`accept_above`.

        Its sentences that await review are accepted as showing none, and what a model proposes on them is rejected.
        """
        found = rows.item(sentence, rows.SENTENCE)
        done = self.connection.review(self._report_of(found), "dismiss-section", sentences=[found.id])
        return frames.frame(frames.CHANGED, [{**done["report"], "changed": done["changed"]}])

    def remap(self, report: Item, model: str = "default") -> pd.DataFrame:
        """Map a report again with another model; what people decided stays. See :meth:`accept_above`."""
        found = rows.item(report, rows.REPORT)
        done = self.connection.remap(found.id, model, expected=found.version)
        return frames.frame(frames.CHANGED, [{**done["report"], "changed": done["changed"]}])

    def reword(self, sentence: Item, text: str) -> pd.DataFrame:
        """Correct the text of a sentence, and return it."""
        return self._change(sentence, {"text": text})

    def add_mapping(
        self, sentence: Item, technique: Item, *, confidence: float = 100.0, note: str = ""
    ) -> pd.DataFrame:
        """Map a sentence to a technique; an existing mapping stays as it is.

        Parameters
        ----------
        technique : str or row
            ATT&CK's id, such as ``T1059.003``.
        confidence : float
            Percent.

        Returns
        -------
        DataFrame
            The mapping: columns as `frames.MAPPINGS`.

        Raises
        ------
        Invalid
            The loaded ATT&CK has no such technique.
        """
        found = rows.item(sentence, rows.SENTENCE)
        report = self._report_of(found)
        attack_id = rows.text_of(technique, "attack_id")
        return _mappings(self.connection.add_mapping(report, found.id, attack_id, confidence=confidence, note=note))

    def remove_mapping(self, mapping: Item) -> pd.DataFrame:
        """Delete a mapping, and return its sentence."""
        found = rows.item(mapping, rows.MAPPING)
        sentence = self.connection.mapping(found.id)["sentence"]
        self.connection.delete_mapping(found.id, expected=found.version)
        return _sentences(self.connection.sentence(sentence))

    def note(self, mapping: Item, text: str) -> pd.DataFrame:
        """Set the note of a mapping, and return it; an empty note removes it."""
        found = rows.item(mapping, rows.MAPPING)
        return _mappings(self.connection.change_mapping(found.id, {"note": text}, expected=found.version))

    def split(self, sentence: Item, at: int) -> pd.DataFrame:
        """Split a sentence, and return both parts.

        Parameters
        ----------
        at : int
            Where the second begins, in characters.
        """
        found = rows.item(sentence, rows.SENTENCE)
        return _sentences(*self.connection.split(found.id, at, expected=found.version)["sentences"])

    def extract_sentence(self, report: Item, start: int, end: int, technique: Item) -> pd.DataFrame:
        """Make a sentence of a part of a report's text, with a technique that is accepted on it, and return it.

        Parameters
        ----------
        start, end : int
            The part of the text, in characters.
        technique : str or row
            ATT&CK's id, such as ``T1059.003``.
        """
        key, attack_id = rows.item(report, rows.REPORT).id, rows.text_of(technique, "attack_id")
        return _sentences(self.connection.extract(key, start, end, attack_id))

    def merge(self, sentences: Item) -> pd.DataFrame:
        """Merge adjacent sentences, and return the result."""
        found = rows.items(sentences, rows.SENTENCE)
        expected = found[0].version if found else None
        return _sentences(self.connection.merge([one.id for one in found], expected=expected))

    def undo(self, report: Item | None = None, *, steps: int = 1) -> pd.DataFrame:
        """Undo your last action in a report; without a report, the last that affected several.

        Parameters
        ----------
        steps : int
            How many actions; it stops before the first that cannot be taken back.

        Returns
        -------
        DataFrame
            Columns as `frames.UNDONE`.

        Raises
        ------
        Conflict
            There is nothing of yours to undo, or somebody, whom the message names, built upon it.
        """
        key = None if report is None else rows.item(report, rows.REPORT).id
        return frames.frame(frames.UNDONE, [self.connection.undo(key, steps=steps)])

    def redo(self, report: Item | None = None, *, steps: int = 1) -> pd.DataFrame:
        """Redo what you undid; see :meth:`undo`."""
        key = None if report is None else rows.item(report, rows.REPORT).id
        return frames.frame(frames.UNDONE, [self.connection.redo(key, steps=steps)])

    def log(
        self,
        report: Item | None = None,
        *,
        user: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 1_000,
    ) -> pd.DataFrame:
        """List the review log, the newest entry first: columns as `frames.LOG`.

        Parameters
        ----------
        since, until : str, optional
            Moments such as ``2026-05-03T12:55:40Z``.
        """
        key = None if report is None else rows.item(report, rows.REPORT).id
        found = self.connection.log(report_id=key, user=user, since=since, until=until, limit=limit)
        return frames.frame(frames.LOG, found.records)

    def _decide(self, sentences: Item, action: str) -> pd.DataFrame:
        found = rows.items(sentences, rows.SENTENCE)
        if len(found) == 1:
            return self._change(sentences, {"disposition": None if action == "clear" else action})
        by_report: dict[int, list[rows.Item]] = {}
        for one in found:
            by_report.setdefault(self._report_of(one), []).append(one)
        for report, several in by_report.items():
            seen = [one.version for one in several if one.version is not None]
            self.connection.review(
                report,
                action,
                sentences=[one.id for one in several],
                versions=seen if len(seen) == len(several) else None,
            )
        return self._as_they_are(by_report)

    def _as_they_are(self, by_report: dict[int, list[rows.Item]]) -> pd.DataFrame:
        wanted = [one.id for several in by_report.values() for one in several]
        if len(wanted) <= _FEW:
            return _sentences(*(self.connection.sentence(key) for key in wanted))
        chosen = set(wanted)
        there = (one for key in by_report for one in self.connection.sentences({"report": key}).records)
        return _sentences(*(one for one in there if one["id"] in chosen))

    def _change(self, sentence: Item, changes: SentenceChanges) -> pd.DataFrame:
        found = rows.item(sentence, rows.SENTENCE)
        return _sentences(self.connection.change_sentence(found.id, changes, expected=found.version))

    def _judge(self, mapping: Item, disposition: str | None) -> pd.DataFrame:
        found = rows.item(mapping, rows.MAPPING)
        changed = self.connection.change_mapping(found.id, {"disposition": disposition}, expected=found.version)
        return _sentences(self.connection.sentence(changed["sentence"]))

    def _bulk(
        self, report: Item, action: str, *, confidence: float | None = None, techniques: Sequence[str] | None = None
    ) -> pd.DataFrame:
        found = rows.item(report, rows.REPORT)
        done = self.connection.review(
            found.id, action, confidence=confidence, techniques=techniques, expected=found.version
        )
        return frames.frame(frames.CHANGED, [{**done["report"], "changed": done["changed"]}])

    def _report_of(self, sentence: rows.Item) -> int:
        if sentence.report is not None:
            return sentence.report
        return self.connection.sentence(sentence.id)["report"]


def _sentences(*records: Any) -> pd.DataFrame:
    return frames.frame(frames.SENTENCES, map(frames.sentence_row, records))


def _mappings(*records: Any) -> pd.DataFrame:
    return frames.frame(frames.MAPPINGS, map(frames.mapping_row, records))
