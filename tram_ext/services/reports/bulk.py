"""Bulk decisions: many sentences in one transaction and one action to undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.edits import BulkReview
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import Sentence
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.sections import section_at
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.reports.reports import existing_report
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.decisions import decide_sentence, decide_techniques
from tram_ext.services.review.preconditions import require_version
from tram_ext.store.database import Store

DECISIONS: Final[Mapping[str, Disposition | None]] = {
    "accept": Disposition.ACCEPT,
    "reject": Disposition.REJECT,
    "clear": None,
}
TECHNIQUE_DECISIONS: Final[Mapping[str, Disposition]] = {
    "accept-techniques": Disposition.ACCEPT,
    "reject-techniques": Disposition.REJECT,
}


class Bulk:
    """Bulk review of a report."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def review(
        self,
        report_id: int,
        action: str,
        actor: User,
        *,
        confidence: float | None = None,
        sentences: Collection[int] | None = None,
        techniques: Collection[str] | None = None,
        versions: Mapping[int, int] | None = None,
        expected: Collection[int] | None = None,
    ) -> BulkReview:
        """Decide as `action` says.

        Parameters
        ----------
        action : str
            ``accept-above``, ``accept-unmapped``; ``accept``, ``reject`` or ``clear`` for `sentences`;
            ``dismiss-section`` for the section of one of them; ``accept-techniques`` or ``reject-techniques``.

        Raises
        ------
        Invalid
            What the action needs is absent.
        """
        if action == "accept-unmapped":
            return self.accept_unmapped(report_id, actor, expected=expected)
        if action == "accept-above":
            if confidence is None:
                raise Invalid.field("confidence", "This field is required.")
            return self.accept_above(report_id, confidence, actor, expected=expected)
        if action in TECHNIQUE_DECISIONS:
            if not techniques:
                raise Invalid.field("techniques", "This field is required.")
            return self.decide_techniques(report_id, techniques, TECHNIQUE_DECISIONS[action], actor, expected=expected)
        if sentences is None:
            raise Invalid.field("sentences", "This field is required.")
        if action == "dismiss-section":
            if len(sentences) != 1:
                raise Invalid.field("sentences", "Name one sentence of the section.")
            return self.dismiss_section(report_id, next(iter(sentences)), actor, expected=expected)
        disposition = DECISIONS[action]
        return self.decide(report_id, sentences, disposition, actor, versions=versions, expected=expected)

    def accept_above(
        self, report_id: int, confidence: float, actor: User, *, expected: Collection[int] | None = None
    ) -> BulkReview:
        """Accept all sentences that await review and whose every mapping has at least this confidence.

        Parameters
        ----------
        confidence : float
            Percent. A sentence that bears a weaker mapping beside a strong one waits for a person: accepting it would
            accept both.
        expected : collection of int, optional
            Versions of the report that may be changed; None is any.

        Raises
        ------
        NotFound
            There is no such report.
        PreconditionFailed
            The report is at another version.
        """

        def chosen(sentence: Sentence) -> bool:
            return bool(sentence.mappings) and all(item.confidence >= confidence for item in sentence.mappings)

        return self._decide(report_id, "accept above", Disposition.ACCEPT, chosen, actor, expected=expected)

    def accept_unmapped(self, report_id: int, actor: User, *, expected: Collection[int] | None = None) -> BulkReview:
        """Accept all sentences that await review without a mapping, as showing no technique; see `accept_above`."""
        return self._decide(
            report_id, "accept unmapped", Disposition.ACCEPT, lambda item: not item.mappings, actor, expected=expected
        )

    def decide(
        self,
        report_id: int,
        sentence_ids: Collection[int],
        disposition: Disposition | None,
        actor: User,
        *,
        versions: Mapping[int, int] | None = None,
        expected: Collection[int] | None = None,
    ) -> BulkReview:
        """Decide about chosen sentences of a report, decided before or not; see `accept_above`.

        Parameters
        ----------
        versions : mapping of int to int, optional
            The version that each of them must be at; None is any.

        Raises
        ------
        Invalid
            One of them is not in the report.
        PreconditionFailed
            One of them, or the report, is at another version.
        """
        require(actor, Permission.REVIEW)
        with self._store.read() as work:
            there = {sentence_id for _, sentence_id in work.sentences.orders(report_id)}
        strangers = sorted(set(sentence_ids) - there)
        if there and strangers:
            raise Invalid.field("sentences", f"Sentence {strangers[0]} is not in report {report_id}.")
        wanted = set(sentence_ids)
        name = {Disposition.ACCEPT: "accept", Disposition.REJECT: "reject", None: "clear"}[disposition]
        return self._decide(
            report_id,
            f"{name} several",
            disposition,
            lambda item: item.id in wanted,
            actor,
            expected=expected,
            versions=versions,
            decided=True,
        )

    def decide_techniques(
        self,
        report_id: int,
        attack_ids: Collection[str],
        disposition: Disposition,
        actor: User,
        *,
        expected: Collection[int] | None = None,
    ) -> BulkReview:
        """Accept or reject techniques wherever in a report they await a decision; see `accept_above`.

        What was decided before, about the technique or about its sentence, stays.

        Parameters
        ----------
        attack_ids : collection of str
            ATT&CK's own ids; a technique's does not stand for its sub-techniques.
        """
        require(actor, Permission.REVIEW)
        wanted = {attack_id.strip().upper() for attack_id in attack_ids}
        name = f"{disposition.value} {'techniques' if len(wanted) > 1 else 'technique'} everywhere"
        with self._store.write() as work:
            require_version(existing_report(work, report_id).version, expected)
            action = Action(work, actor, name, report_id)
            for sentence in work.sentences.page(SentenceFilter(report_id=report_id, undecided=True)):
                waiting = [mapping for mapping in sentence.mappings if mapping.disposition is None]
                chosen = [mapping.id for mapping in waiting if mapping.attack_id in wanted]
                if chosen:
                    decide_techniques(action, sentence, chosen, disposition)
            told = action.finish()
            changed = existing_report(work, report_id)
        self._changes.tell(*told)
        return BulkReview(len(action.sentence_ids()), changed)

    def dismiss_section(
        self, report_id: int, sentence_id: int, actor: User, *, expected: Collection[int] | None = None
    ) -> BulkReview:
        """Decide that the section of a sentence shows no technique; see `accept_above`.

        Sentences of it that await review are accepted as showing none, and where a model proposes some, each of these
        is rejected. A sentence on which a person has accepted a technique stays as it is.

        Raises
        ------
        Invalid
            The sentence is not in the report, or has no place in its text, or the report has no headings.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            report = existing_report(work, report_id)
            require_version(report.version, expected)
            places = {key: start for key, start, _ in work.overviews.spans(report_id)}
            if sentence_id not in places:
                raise Invalid.field(
                    "sentences", f"Sentence {sentence_id} has no place in the text of report {report_id}."
                )
            begin, end = section_at(places[sentence_id], work.reports.blocks(report), len(report.text))
            action = Action(work, actor, "dismiss section", report_id)
            for sentence in work.sentences.page(SentenceFilter(report_id=report_id, undecided=True)):
                if begin <= places.get(sentence.id, -1) < end:
                    _dismiss(action, sentence)
            told = action.finish()
            changed = existing_report(work, report_id)
        self._changes.tell(*told)
        return BulkReview(len(action.sentence_ids()), changed)

    def _decide(
        self,
        report_id: int,
        name: str,
        disposition: Disposition | None,
        chosen: Callable[[Sentence], bool],
        actor: User,
        *,
        expected: Collection[int] | None,
        versions: Mapping[int, int] | None = None,
        decided: bool = False,
    ) -> BulkReview:
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            report = existing_report(work, report_id)
            require_version(report.version, expected)
            action = Action(work, actor, name, report_id)
            for sentence in work.sentences.of_report(report_id):
                if (decided or sentence.disposition is None) and chosen(sentence):
                    require_version(sentence.version, None if versions is None else [versions[sentence.id]])
                    decide_sentence(action, sentence, disposition)
            told = action.finish()
            changed = existing_report(work, report_id)
        self._changes.tell(*told)
        return BulkReview(len(action.sentence_ids()), changed)


def _dismiss(action: Action, sentence: Sentence) -> None:
    """Decide that a sentence shows no technique, unless a person has accepted one on it."""
    if any(mapping.disposition is Disposition.ACCEPT for mapping in sentence.mappings):
        return
    if sentence.mappings:
        decide_techniques(action, sentence, [mapping.id for mapping in sentence.mappings], Disposition.REJECT)
    else:
        decide_sentence(action, sentence, Disposition.ACCEPT)
