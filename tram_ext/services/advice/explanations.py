"""Explains why a technique is proposed for a sentence, or not: by words, and by similar accepted sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tram_ext.domain.errors import NotFound
from tram_ext.domain.learning import AcceptedExample, Explanation, Reason
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.advice.advice_work import Example, Explained, Question, explain_in_child
from tram_ext.services.advice.advising import Adviser
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.services.review.sentence_mappings import usable_technique
from tram_ext.services.review.sentences import existing_sentence
from tram_ext.store.database import Store


class Explanations:
    """Explains with the model that mapped the report, or with the default one, as for imports."""

    def __init__(self, store: Store, predictions: Predictions, adviser: Adviser) -> None:
        self._store = store
        self._predictions = predictions
        self._adviser = adviser

    def of_mapping(self, mapping_id: int, actor: User, *, model: str | None = None) -> Explanation:
        """Explain a mapping.

        Raises
        ------
        NotFound
            There is no such mapping or model.
        Conflict
            The model was never trained.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            mapping = work.mappings.get(mapping_id)
        if mapping is None:
            raise NotFound("No Mapping matches the given query.")
        return self._of_sentence(mapping.sentence_id, mapping.attack_id, mapping.name, model)

    def of_sentence(self, sentence_id: int, attack_id: str, actor: User, *, model: str | None = None) -> Explanation:
        """Explain a technique of a sentence, whether it is mapped or not.

        Raises
        ------
        NotFound
            There is no such sentence or model.
        Invalid
            There is no such technique.
        Conflict
            The model was never trained.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            existing_sentence(work, sentence_id)
            technique = usable_technique(work, attack_id)
        return self._of_sentence(sentence_id, technique.attack_id, technique.name, model)

    def of_texts(
        self,
        pairs: Sequence[tuple[str, str]],
        model: str,
        names: Callable[[str], str],
        actor: User,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> list[Explanation]:
        """Explain techniques of sentences that are not stored.

        Parameters
        ----------
        pairs : sequence of (str, str)
            Sentence and technique.
        names : callable
            Gives a technique its name.
        """
        require(actor, Permission.READ)
        version = self._predictions.active_version(model)
        questions = [Question(text, attack_id) for text, attack_id in pairs]
        found = self._ask(questions, version, on_progress)
        reports = self._report_names()
        return [
            _explanation(each, question.attack_id, names(question.attack_id), version, reports)
            for each, question in zip(found, questions, strict=True)
        ]

    def _of_sentence(self, sentence_id: int, attack_id: str, name: str, model: str | None) -> Explanation:
        with self._store.read() as work:
            sentence = existing_sentence(work, sentence_id)
            report = work.reports.get(sentence.report_id)
        version = self._predictions.of_report(report.ml_model if report else "", model)
        (found,) = self._ask([Question(sentence.text, attack_id, sentence_id)], version, None)
        return _explanation(found, attack_id, name, version, self._report_names())

    def _ask(
        self,
        questions: Sequence[Question],
        version: ModelVersion,
        on_progress: Callable[[float, str], None] | None,
    ) -> tuple[Explained, ...]:
        file = self._predictions.file_of_version(version)
        return self._adviser.ask(explain_in_child, questions, file, on_progress=on_progress)

    def _report_names(self) -> dict[int, str]:
        with self._store.read() as work:
            return {report.id: report.name for report in work.training_data.reports()}


def _explanation(
    found: Explained, attack_id: str, name: str, version: ModelVersion, reports: dict[int, str]
) -> Explanation:
    def shown(pairs: Sequence[tuple[Example, float]]) -> tuple[AcceptedExample, ...]:
        return tuple(
            AcceptedExample(
                example.id,
                example.report_id,
                reports.get(example.report_id, ""),
                example.text,
                example.techniques,
                similarity,
            )
            for example, similarity in pairs
        )

    return Explanation(
        attack_id=attack_id,
        name=name,
        model=version.model,
        version=version.number,
        confidence=None if found.confidence is None else 100 * found.confidence,
        threshold=100 * found.threshold,
        reasons=tuple(Reason(*reason) for reason in found.reasons),
        examples=shown(found.examples),
        others=shown(found.others),
        note=found.note,
    )
