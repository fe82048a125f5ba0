"""Response bodies of explanations, suggestions, label checks and model comparisons; all confidences are in percent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from tram_ext.api.model_responses import VersionBody, version_body
from tram_ext.domain.learning import (
    AcceptedExample,
    Explanation,
    LabelCheck,
    LabelDoubt,
    LearningCurve,
    ReportSuggestions,
    SuggestedSentence,
    TrainingPreview,
    UsefulSentence,
)
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.tasks import Task
from tram_ext.exports.tram_json import format_datetime


class ReasonBody(TypedDict):
    """A word that speaks for a technique, ``sentence[start:end]``; `weight` is what the log-odds lose without it."""

    start: int
    end: int
    weight: float


class ExampleBody(TypedDict):
    """An accepted sentence that resembles another; `similarity` is from 0 to 1."""

    sentence: int
    report: int
    report_name: str
    text: str
    techniques: list[str]
    similarity: float


class ExplanationBody(TypedDict):
    """Why a model proposes a technique for a sentence, or does not.

    `confidence` is None where the model does not know the technique, and `note` says why there are no `words`.
    `examples` are accepted sentences with the technique, `others` without it, the nearest first.
    """

    attack_id: str
    name: str
    model: str
    version: int
    confidence: float | None
    threshold: float
    words: list[ReasonBody]
    examples: list[ExampleBody]
    others: list[ExampleBody]
    note: str


class SuggestionBody(TypedDict):
    """A technique for a sentence; `before` is its confidence without the decisions in the report."""

    attack_id: str
    name: str
    confidence: float
    before: float
    proposed: bool
    mapping: int | None


class SuggestedSentenceBody(TypedDict):
    """A sentence that awaits review, and what is suggested for it, the surest first."""

    sentence: int
    order: int
    version: int
    suggestions: list[SuggestionBody]


class ReportSuggestionsBody(TypedDict):
    """Suggestions for the unreviewed sentences of a report, given the decisions in it."""

    report: int
    model: str
    version: int
    threshold: float
    accepted: int
    rejected: int
    sentences: list[SuggestedSentenceBody]


class UsefulSentenceBody(TypedDict):
    """A sentence that awaits review; `use` is what a label is expected to be worth, 0 to 1."""

    sentence: int
    report: int
    use: float


class LabelDoubtBody(TypedDict):
    """An accepted sentence that a cross-validated model would have labelled otherwise.

    An empty `technique` or `instead` means none. `twin` is a nearly identical sentence that is labelled otherwise.
    """

    sentence: int
    report: int
    report_name: str
    text: str
    technique: str
    instead: str
    doubt: float
    confidence: float
    instead_confidence: float
    twin: ExampleBody | None


class TaskBody(TypedDict):
    """A task: work that continues after its request was answered."""

    id: int
    model: str
    state: str
    progress: float
    stage: str
    message: str
    created_by: str | None
    created_on: str
    updated_on: str
    elapsed_sec: float | None


class LabelCheckBody(TaskBody):
    """A check of labels, under way or ended; `found` is how many doubts still stand."""

    checked: int
    found: int
    doubts: list[LabelDoubtBody]


class CurvePointBody(TypedDict):
    """Scores of a model trained on a `share` (0 to 1) of the sentences that are not held out."""

    share: float
    sentences: int
    f1_weighted: float
    f1_micro: float
    f1_macro: float


class LearningCurveBody(TaskBody):
    """A learning curve, under way or measured; of the `sentences` a fifth is held out, the same for all `points`."""

    sentences: int
    points: list[CurvePointBody]


class TechniqueSupportBody(TypedDict):
    """A technique in a training set; `left_out` says why it is not learned, and is empty where it is."""

    attack_id: str
    name: str
    sentences: int
    builtin: int
    left_out: str


class LeftOutReportBody(TypedDict):
    """A report that is not trained on, and why."""

    report: int
    name: str
    reason: str


class TrainingSetBody(TypedDict):
    """A summary of a training set; of the `sentences`, `builtin` are ATT&CK's own."""

    model: str
    sentences: int
    without_technique: int
    builtin: int
    reports: int
    techniques: list[TechniqueSupportBody]
    left_out: list[LeftOutReportBody]


class ComparedBody(TypedDict):
    """A figure of both versions, and the second less the first; None where one has none."""

    a: float | None
    b: float | None
    change: float | None


class ComparedTechniqueBody(ComparedBody):
    """The F1 of a technique in both versions."""

    attack_id: str


class ComparisonBody(TypedDict):
    """Two versions of models side by side; `same_data` where their figures are of the same sentences."""

    a: VersionBody
    b: VersionBody
    same_data: bool
    figures: dict[str, ComparedBody]
    counts: dict[str, ComparedBody]
    techniques: list[ComparedTechniqueBody]
    only_a: list[str]
    only_b: list[str]


def explanation_body(explanation: Explanation) -> ExplanationBody:
    """Return the response body of an explanation."""
    return {
        "attack_id": explanation.attack_id,
        "name": explanation.name,
        "model": explanation.model,
        "version": explanation.version,
        "confidence": None if explanation.confidence is None else round(explanation.confidence, 1),
        "threshold": round(explanation.threshold, 1),
        "words": [
            {"start": reason.start, "end": reason.end, "weight": round(reason.weight, 3)}
            for reason in explanation.reasons
        ],
        "examples": [_example_body(example) for example in explanation.examples],
        "others": [_example_body(example) for example in explanation.others],
        "note": explanation.note,
    }


def comparison_body(a: ModelVersion, b: ModelVersion, differences: Mapping[str, Any]) -> ComparisonBody:
    """Return the response body of a comparison of two versions."""
    return {
        "a": version_body(a),
        "b": version_body(b),
        "same_data": differences["same_data"],
        "figures": differences["figures"],
        "counts": differences["counts"],
        "techniques": differences["techniques"],
        "only_a": differences["only_a"],
        "only_b": differences["only_b"],
    }


def training_set_body(preview: TrainingPreview) -> TrainingSetBody:
    """Return the response body of a training set."""
    return {
        "model": preview.model,
        "sentences": preview.sentences,
        "without_technique": preview.without_technique,
        "builtin": preview.builtin,
        "reports": preview.reports,
        "techniques": [
            {
                "attack_id": technique.attack_id,
                "name": technique.name,
                "sentences": technique.sentences,
                "builtin": technique.builtin,
                "left_out": technique.left_out,
            }
            for technique in preview.techniques
        ],
        "left_out": [
            {"report": report.id, "name": report.name, "reason": report.reason} for report in preview.left_out
        ],
    }


def report_suggestions_body(found: ReportSuggestions) -> ReportSuggestionsBody:
    """Return the response body of the suggestions for a report."""
    return {
        "report": found.report_id,
        "model": found.model,
        "version": found.version,
        "threshold": round(found.threshold, 1),
        "accepted": found.accepted,
        "rejected": found.rejected,
        "sentences": [suggested_sentence_body(sentence) for sentence in found.sentences],
    }


def useful_sentence_body(useful: UsefulSentence) -> UsefulSentenceBody:
    """Return the response body of a sentence and the expected value of its label."""
    return {
        "sentence": useful.sentence.id,
        "report": useful.sentence.report_id,
        "use": round(useful.use, 4),
    }


def label_check_body(check: LabelCheck) -> LabelCheckBody:
    """Return the response body of a label check."""
    return {
        **_task_body(check.task),
        "checked": check.checked,
        "found": check.found,
        "doubts": [_label_doubt_body(doubt) for doubt in check.doubts],
    }


def learning_curve_body(curve: LearningCurve) -> LearningCurveBody:
    """Return the response body of a learning curve."""
    return {
        **_task_body(curve.task),
        "sentences": curve.sentences,
        "points": [
            {
                "share": point.share,
                "sentences": point.sentences,
                "f1_weighted": round(point.f1_weighted, 4),
                "f1_micro": round(point.f1_micro, 4),
                "f1_macro": round(point.f1_macro, 4),
            }
            for point in curve.points
        ],
    }


def _task_body(task: Task) -> TaskBody:
    return {
        "id": task.id,
        "model": task.model,
        "state": task.state.value,
        "progress": round(task.progress, 3),
        "stage": task.stage,
        "message": task.message,
        "created_by": task.created_by,
        "created_on": format_datetime(task.created_on),
        "updated_on": format_datetime(task.updated_on),
        "elapsed_sec": task.elapsed_sec,
    }


def _label_doubt_body(doubt: LabelDoubt) -> LabelDoubtBody:
    return {
        "sentence": doubt.sentence.id,
        "report": doubt.sentence.report_id,
        "report_name": doubt.report_name,
        "text": doubt.sentence.text,
        "technique": doubt.technique,
        "instead": doubt.instead,
        "doubt": doubt.doubt,
        "confidence": doubt.confidence,
        "instead_confidence": doubt.instead_confidence,
        "twin": None if doubt.twin is None else _example_body(doubt.twin),
    }


def _example_body(example: AcceptedExample) -> ExampleBody:
    """Return the body of an accepted sentence."""
    return {
        "sentence": example.sentence_id,
        "report": example.report_id,
        "report_name": example.report_name,
        "text": example.text,
        "techniques": list(example.techniques),
        "similarity": round(example.similarity, 3),
    }


def suggested_sentence_body(sentence: SuggestedSentence) -> SuggestedSentenceBody:
    """Return the response body of the suggestions for a sentence."""
    return {
        "sentence": sentence.id,
        "order": sentence.order,
        "version": sentence.version,
        "suggestions": [
            {
                "attack_id": suggestion.attack_id,
                "name": suggestion.name,
                "confidence": round(suggestion.confidence, 1),
                "before": round(suggestion.before, 1),
                "proposed": suggestion.is_proposed,
                "mapping": suggestion.mapping_id,
            }
            for suggestion in sentence.suggestions
        ],
    }
