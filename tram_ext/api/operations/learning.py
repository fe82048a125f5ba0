"""Operations under ``/api/tram/``: explanations, suggestions, label checks, learning curves, model comparisons."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tram_ext.api.learning_responses import (
    ComparisonBody,
    ExplanationBody,
    LabelCheckBody,
    LearningCurveBody,
    ReportSuggestionsBody,
    SuggestedSentenceBody,
    TrainingSetBody,
    UsefulSentenceBody,
)
from tram_ext.api.operations.files import TRAINING
from tram_ext.api.operations.operation import Body, Operation, Parameter, nothing, shows
from tram_ext.api.operations.tram import SENTENCE_FILTERS
from tram_ext.api.requests import LabelCheckRequest, LearningCurveRequest
from tram_ext.domain.users import Role

LEARNING: Final = "Learning"

_MODEL: Final = Parameter("model", "The model to ask; by default the one that mapped the report.", {"type": "string"})
_VERSION: Final = {"type": "string", "examples": ["linear", "linear:2"]}
_NUMBERS: Final = {"type": "string", "examples": ["1,2"]}
_NOT_TRAINED: Final = {
    HTTPStatus.CONFLICT: "The model was not trained yet.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It failed or took too long.",
}

_ADVICE: Final = (
    Operation(
        name="mapping_explanation",
        verb="GET",
        path="/api/tram/mappings/{id}/explanation",
        tag=LEARNING,
        summary="Explain a mapping: the words that weighed most, and the most similar accepted sentences",
        query=(_MODEL,),
        answers=(shows(ExplanationBody, "Words with their offsets into the sentence, and examples."),),
        errors=_NOT_TRAINED,
    ),
    Operation(
        name="explanation",
        verb="GET",
        path="/api/tram/sentences/{id}/explanation",
        tag=LEARNING,
        summary="Explain a technique for a sentence, mapped or not",
        query=(Parameter("attack-id", "The technique.", {"type": "string", "examples": ["T1059.003"]}), _MODEL),
        answers=(shows(ExplanationBody, "Words with their offsets into the sentence, and examples."),),
        errors=_NOT_TRAINED,
    ),
    Operation(
        name="suggestions",
        verb="GET",
        path="/api/tram/sentences/{id}/suggestions",
        tag=LEARNING,
        summary="List the techniques that a model suggests for a sentence",
        about="With what was decided in the rest of the report taken into account; see the suggestions for a report.",
        query=(_MODEL,),
        answers=(shows(SuggestedSentenceBody, "Techniques, proposed or not, the surest first."),),
        errors=_NOT_TRAINED,
    ),
    Operation(
        name="report_suggestions",
        verb="GET",
        path="/api/tram/reports/{id}/suggestions",
        tag=LEARNING,
        summary="List suggestions for the unreviewed sentences of a report, given the decisions in it",
        about=(
            "Computed at each call, without a training; nothing is stored, so no version changes. What a person, an "
            "import or the text itself put on a sentence is not judged."
        ),
        query=(
            _MODEL,
            Parameter("news", "Only where it differs from the mappings that are there.", {"type": "boolean"}),
        ),
        answers=(shows(ReportSuggestionsBody, "The sentences that await review, each with its suggestions."),),
        errors=_NOT_TRAINED,
    ),
    Operation(
        name="uncertain_sentences",
        verb="GET",
        path="/api/tram/uncertain",
        tag=LEARNING,
        summary="List unreviewed sentences, those first whose label is most useful to the model",
        about="Of more than 20,000 sentences, those of the newest reports are compared.",
        query=(*(item for item in SENTENCE_FILTERS if item.name != "disposition"), _MODEL),
        paged=True,
        answers=(shows(list[UsefulSentenceBody], "Numbers of sentences, each with the use of its label."),),
        errors={HTTPStatus.NOT_FOUND: "There is no such model.", **_NOT_TRAINED},
    ),
)

_CHECKS: Final = (
    Operation(
        name="check_labels",
        verb="POST",
        path="/api/tram/label-checks",
        tag=LEARNING,
        summary="Start a check of labels: accepted sentences that a cross-validated model disagrees with",
        about="Answers at once; `Location` says where the check is.",
        role=Role.ANALYST,
        body=Body(LabelCheckRequest, required=False),
        answers=(shows(LabelCheckBody, "The check, queued or running.", status=HTTPStatus.ACCEPTED),),
        errors={
            HTTPStatus.NOT_FOUND: "There is no such model or report.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many trainings and checks wait already.",
        },
    ),
    Operation(
        name="label_check",
        verb="GET",
        path="/api/tram/label-checks/{id}",
        tag=LEARNING,
        summary="Show a check of labels with its findings",
        about="The greatest doubt comes first. Sentences that were relabelled since are left out.",
        paged=True,
        answers=(shows(LabelCheckBody, "The check."),),
    ),
    Operation(
        name="cancel_label_check",
        verb="DELETE",
        path="/api/tram/label-checks/{id}",
        tag=LEARNING,
        summary="Cancel a check of labels",
        role=Role.ANALYST,
        answers=(nothing("It ends; one that has ended stays as it is."),),
    ),
)

_TRAINING: Final = (
    Operation(
        name="training_set",
        verb="GET",
        path="/api/tram/training-set",
        tag=TRAINING,
        summary="Show the training set of a model: what it holds, what is left out, and why",
        query=(
            Parameter("model", "The model that would be trained; by default the default one.", {"type": "string"}),
            Parameter("report", "Only these reports, commas between their numbers.", _NUMBERS),
            Parameter("exclude", "Without these reports, commas between their numbers.", _NUMBERS),
        ),
        answers=(shows(TrainingSetBody, "Sentences by technique."),),
        errors={HTTPStatus.NOT_FOUND: "There is no such model."},
    ),
    Operation(
        name="compare_models",
        verb="GET",
        path="/api/tram/models/compare",
        tag=TRAINING,
        summary="Compare two versions of models",
        query=(
            Parameter("a", "A model, for its active version, or MODEL:N for version N.", _VERSION),
            Parameter("b", "Likewise.", _VERSION),
        ),
        answers=(shows(ComparisonBody, "Their figures, and the F1 of each technique, the greatest change first."),),
        errors={HTTPStatus.NOT_FOUND: "There is no such model or version."},
    ),
)

_CURVES: Final = (
    Operation(
        name="learning_curves",
        verb="GET",
        path="/api/tram/learning-curves",
        tag=TRAINING,
        summary="List the latest learning curves, newest first",
        query=(
            Parameter("model", "Of this model only.", {"type": "string"}),
            Parameter("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}),
        ),
        answers=(shows(list[LearningCurveBody], "Curves, measured, under way, or ended without points."),),
        errors={HTTPStatus.NOT_FOUND: "There is no such model."},
    ),
    Operation(
        name="measure_learning",
        verb="POST",
        path="/api/tram/learning-curves",
        tag=TRAINING,
        summary="Start the measurement of a learning curve",
        about=(
            "It is fitted on growing parts of the accepted sentences, each measured on the same fifth; no version is "
            "made or changed. Answers at once; `Location` says where the curve is."
        ),
        role=Role.ANALYST,
        body=Body(LearningCurveRequest, required=False),
        answers=(shows(LearningCurveBody, "The curve, queued or running.", status=HTTPStatus.ACCEPTED),),
        errors={
            HTTPStatus.NOT_FOUND: "There is no such model or report.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many trainings, checks and curves wait already.",
        },
    ),
    Operation(
        name="learning_curve",
        verb="GET",
        path="/api/tram/learning-curves/{id}",
        tag=TRAINING,
        summary="Show a learning curve",
        answers=(shows(LearningCurveBody, "The curve."),),
    ),
    Operation(
        name="cancel_learning_curve",
        verb="DELETE",
        path="/api/tram/learning-curves/{id}",
        tag=TRAINING,
        summary="Cancel the measurement of a learning curve",
        role=Role.ANALYST,
        answers=(nothing("It ends; one that has ended stays as it is."),),
    ),
)

OPERATIONS: Final = (*_ADVICE, *_CHECKS, *_TRAINING, *_CURVES)
