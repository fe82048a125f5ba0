"""The calls of a connection that look at many sentences at once, or ask a model, on services in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tram_ext.api import queries
from tram_ext.api.connection import SentenceQuery
from tram_ext.api.learning_responses import (
    ComparisonBody,
    ExplanationBody,
    LabelCheckBody,
    LearningCurveBody,
    SuggestedSentenceBody,
    TrainingSetBody,
    comparison_body,
    explanation_body,
    label_check_body,
    learning_curve_body,
    suggested_sentence_body,
    training_set_body,
)
from tram_ext.api.overview_responses import (
    EvidenceBody,
    RowsBody,
    TechniqueCountBody,
    evidence_body,
    rows_body,
    technique_count_body,
)
from tram_ext.api.requests import LabelCheckRequest, LearningCurveRequest, parse
from tram_ext.domain.errors import NotFound, TramError
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import User
from tram_ext.services.container import Services


class LocalOverviews:
    """A part of :class:`tram_ext.workbenches.local.LocalConnection`."""

    _services: Services
    _actor: User
    _trainers: ThreadPoolExecutor

    def rows(self, report_id: int, query: SentenceQuery | None = None, *, order: str = "reading") -> RowsBody:
        get = reader_of({**queries.sentence_query(query or {}), "order": order})
        wanted, order = queries.sentence_filter(get), queries.sentence_order(get)
        outline = self._services.overviews.outline
        return rows_body(outline(key_of(report_id, "Report"), wanted, self._actor, order=order))

    def technique_counts(self, report_ids: Sequence[int] | None = None) -> list[TechniqueCountBody]:
        found = self._services.overviews.technique_counts(_numbers("report-id", report_ids), self._actor)
        return [technique_count_body(count) for count in found]

    def evidence(
        self, attack_id: str, report_ids: Sequence[int] | None = None, *, limit: int = 20
    ) -> list[EvidenceBody]:
        checked, _ = queries.page(reader_of({"limit": limit}))
        assert checked is not None
        reports = _numbers("report-id", report_ids)
        found = self._services.overviews.evidence(attack_id, reports, self._actor, limit=checked)
        return [evidence_body(item) for item in found]

    def explanation(self, sentence_id: int, attack_id: str) -> ExplanationBody:
        of_sentence = self._services.explanations.of_sentence
        return explanation_body(of_sentence(key_of(sentence_id, "Sentence"), attack_id, self._actor))

    def suggestions(self, sentence_id: int) -> SuggestedSentenceBody:
        of_sentence = self._services.suggestions.of_sentence
        return suggested_sentence_body(of_sentence(key_of(sentence_id, "Sentence"), self._actor))

    def training_set(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> TrainingSetBody:
        request = TrainingRequest(name, _numbers("report", reports) or (), _numbers("exclude", exclude) or ())
        return training_set_body(self._services.training_sets.preview(request, self._actor))

    def compare_models(self, a: str, b: str) -> ComparisonBody:
        found = self._services.models.compare(a, b, self._actor)
        return comparison_body(found.a, found.b, found.differences)

    def check_labels(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LabelCheckBody:
        body = parse(LabelCheckRequest, {"model": name, "report": list(reports), "exclude": list(exclude)})
        request = TrainingRequest(body.model, body.report, body.exclude)
        checks, actor = self._services.label_checks, self._actor
        key = checks.begin(request, actor)
        self._go(lambda: checks.run(key, request, actor))
        return label_check_body(checks.get(key, actor))

    def label_check(self, check_id: int) -> LabelCheckBody:
        return label_check_body(self._services.label_checks.get(key_of(check_id, "LabelCheck"), self._actor))

    def cancel_label_check(self, check_id: int) -> None:
        self._services.label_checks.cancel(key_of(check_id, "LabelCheck"), self._actor)

    def measure_learning(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LearningCurveBody:
        body = parse(LearningCurveRequest, {"model": name, "report": list(reports), "exclude": list(exclude)})
        request = TrainingRequest(body.model, body.report, body.exclude)
        curves, actor = self._services.learning_curves, self._actor
        key = curves.begin(request, actor)
        self._go(lambda: curves.run(key, request, actor))
        return learning_curve_body(curves.get(key, actor))

    def learning_curves(self, name: str | None = None, *, limit: int = 100) -> list[LearningCurveBody]:
        checked, _ = queries.page(reader_of({"limit": limit}))
        assert checked is not None
        found = self._services.learning_curves.list(self._actor, model=name, limit=checked)
        return [learning_curve_body(curve) for curve in found]

    def learning_curve(self, curve_id: int) -> LearningCurveBody:
        return learning_curve_body(self._services.learning_curves.get(key_of(curve_id, "LearningCurve"), self._actor))

    def cancel_learning_curve(self, curve_id: int) -> None:
        self._services.learning_curves.cancel(key_of(curve_id, "LearningCurve"), self._actor)

    def _go(self, work: Callable[[], object]) -> None:
        """Do something beside; how it ended is recorded."""

        def run() -> None:
            with contextlib.suppress(TramError):
                work()

        self._trainers.submit(run)


def key_of(number: int, noun: str) -> int:
    """Return the number of an item.

    Raises
    ------
    NotFound
        Nothing could have it.
    """
    found = queries.plain_number(str(number))
    if found is None:
        raise NotFound(f"No {noun} matches the given query.")
    return found


def reader_of(values: Mapping[str, Any]) -> queries.Get:
    """Return what reads values as a request's query bears them."""
    query = queries.written(values)
    return lambda name: query.get(name, "")


def _numbers(name: str, values: Sequence[int] | None) -> tuple[int, ...] | None:
    return queries.numbers(name, queries.listed(values) or "")
