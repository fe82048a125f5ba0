"""Suggests techniques for undecided sentences from the decisions in their report; computed on demand, not stored.

Decisions could also move the stored confidences of the sentences that await review. They do not, on purpose: each
decision would then change many rows that nobody touched, give them new versions, and refuse with 412 what another
person, or the same one, is typing about one of them; and undo would have to take back what nobody did. A view computed
on reading is as quick, follows every decision and every undo, and leaves rows, versions and log to what people do.
What a person takes over from it becomes a mapping like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from tram_ext.domain.assertions import Disposition, MappingSource
from tram_ext.domain.errors import NotFound
from tram_ext.domain.learning import ReportSuggestions, SuggestedSentence, Suggestion
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.reports import Report, Sentence
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.advice.advice_work import Considered, Suggested, suggest_in_child
from tram_ext.services.advice.advising import Adviser
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.services.review.sentences import existing_sentence
from tram_ext.store.database import Store, UnitOfWork

_FEWEST = 5
"""Techniques that are named for a single sentence, proposed or not."""


class Suggestions:
    """Proposals of the model that mapped a report, adapted to what was decided in it.

    See :mod:`tram_ext.ml.report_adaptation`.
    """

    def __init__(self, store: Store, predictions: Predictions, adviser: Adviser) -> None:
        self._store = store
        self._predictions = predictions
        self._adviser = adviser

    def of_report(
        self, report_id: int, actor: User, *, model: str | None = None, news_only: bool = False
    ) -> ReportSuggestions:
        """Suggest techniques for the sentences of a report that await review.

        Techniques that a person, an import or the text itself put on a sentence are not judged.

        Parameters
        ----------
        news_only : bool
            Leave out sentences on which the suggestions are the mappings that they have already.

        Raises
        ------
        NotFound
            There is no such report or model.
        Conflict
            The model was never trained.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            report = work.reports.get(report_id)
            if report is None:
                raise NotFound("No Report matches the given query.")
            every = work.sentences.of_report(report_id)
        waiting = [sentence for sentence in every if sentence.disposition is None]
        decided = [sentence for sentence in every if sentence.disposition is not None]
        version = self._predictions.of_report(report.ml_model, model)
        found = self._ask(waiting, decided, 0, version)
        with self._store.read() as work:
            shown = _shown(work, report_id, waiting, found)
        if news_only:
            shown = [each for each in shown if any(suggestion.is_news for suggestion in each.suggestions)]
        else:
            shown = [each for each in shown if each.suggestions]
        accepted = sum(sentence.disposition is Disposition.ACCEPT for sentence in decided)
        return ReportSuggestions(
            report_id=report_id,
            model=version.model,
            version=version.number,
            threshold=100 * found.threshold,
            accepted=accepted,
            rejected=len(decided) - accepted,
            sentences=tuple(shown),
        )

    def of_sentence(self, sentence_id: int, actor: User, *, model: str | None = None) -> SuggestedSentence:
        """Return the most likely techniques of a sentence, proposed or not; see :meth:`of_report`."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            sentence = existing_sentence(work, sentence_id)
            report: Report | None = work.reports.get(sentence.report_id)
            decided = [
                other
                for disposition in Disposition
                for other in work.sentences.page(SentenceFilter(report_id=sentence.report_id, disposition=disposition))
                if other.id != sentence_id
            ]
        version = self._predictions.of_report(report.ml_model if report else "", model)
        found = self._ask([sentence], decided, _FEWEST, version)
        with self._store.read() as work:
            (shown,) = _shown(work, sentence.report_id, [sentence], found)
        return shown

    def _ask(
        self, waiting: Sequence[Sentence], decided: Sequence[Sentence], fewest: int, version: ModelVersion
    ) -> Suggested:
        texts = [(sentence.text, _judged(sentence)) for sentence in waiting]
        judged = [(sentence.text, _left_on(sentence)) for sentence in decided]
        file = self._predictions.file_of_version(version)
        return self._adviser.ask(suggest_in_child, texts, judged, fewest, file)


def _left_on(sentence: Sentence) -> tuple[str, ...]:
    """Return the techniques of a decided sentence; a rejected one has none."""
    if sentence.disposition is Disposition.REJECT:
        return ()
    return tuple(mapping.attack_id for mapping in sentence.mappings)


def _judged(sentence: Sentence) -> tuple[str, ...]:
    """Return the techniques that a model proposed for a sentence and nobody has touched."""
    return tuple(mapping.attack_id for mapping in sentence.mappings if not _is_settled(sentence, mapping.attack_id))


def _shown(work: UnitOfWork, report_id: int, waiting: Sequence[Sentence], found: Suggested) -> list[SuggestedSentence]:
    named = work.attack.named({considered.attack_id for each in found.sentences for considered in each})
    unwanted = work.log.taken_away(report_id)
    return [
        SuggestedSentence(
            id=sentence.id,
            order=sentence.order,
            version=sentence.version,
            suggestions=tuple(
                _suggestion(sentence, considered, named[considered.attack_id][1], found.threshold)
                for considered in each
                if considered.attack_id in named
                and (sentence.id, named[considered.attack_id][0]) not in unwanted
                and not _is_settled(sentence, considered.attack_id)
            ),
        )
        for sentence, each in zip(waiting, found.sentences, strict=True)
    ]


def _suggestion(sentence: Sentence, considered: Considered, name: str, threshold: float) -> Suggestion:
    there = [mapping.id for mapping in sentence.mappings if mapping.attack_id == considered.attack_id]
    return Suggestion(
        attack_id=considered.attack_id,
        name=name,
        confidence=100 * considered.confidence,
        before=100 * considered.before,
        is_proposed=considered.confidence >= threshold,
        mapping_id=there[0] if there else None,
    )


def _is_settled(sentence: Sentence, attack_id: str) -> bool:
    """Whether somebody other than a model put the technique on the sentence, wrote a note to it or decided about it."""
    return any(
        mapping.attack_id == attack_id
        and (
            mapping.source is not MappingSource.MODEL
            or mapping.assertion.has_remarks
            or mapping.disposition is not None
        )
        for mapping in sentence.all_mappings
    )
