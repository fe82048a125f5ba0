"""Use cases of trainings, learning curves, models and their versions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from tram_ext.api.learning_responses import comparison_body, label_check_body, learning_curve_body, training_set_body
from tram_ext.api.model_responses import card_body, model_entry_body, version_body
from tram_ext.api.requests import LabelCheckRequest, LearningCurveRequest, TrainRequest
from tram_ext.api.responses import trained_body, training_body
from tram_ext.api.review_requests import RestoreRequest
from tram_ext.calls.call import Call, Later, Result, Slice
from tram_ext.domain.errors import Invalid
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import TaskKind

if TYPE_CHECKING:  # the store behind them is imported when it is opened
    from tram_ext.services.training.label_checks import LabelChecks
    from tram_ext.services.training.learning_curves import LearningCurves

_LATEST: Final = 100
"""Trainings and learning curves that are listed where no limit is given."""


def train(call: Call[TrainRequest]) -> Result | Later:
    """Train a model: to the end where the client waits, else beginning a task."""
    trainings, actor = call.services.trainings, call.actor
    request = TrainingRequest(call.name, call.body.report, call.body.exclude)
    if call.waits:
        return Later("training", lambda: Result(trained_body(trainings.train(request, actor)[1])))
    key = trainings.begin(request, actor)
    return Result(
        training_body(*trainings.get(key, actor)),
        status=HTTPStatus.ACCEPTED,
        location=f"api/tram/trainings/{key}",
        background=partial(trainings.run, key, request, actor),
    )


def trainings(call: Call[None]) -> Result:
    """List the latest trainings, newest first."""
    found = call.services.trainings.list(call.actor, limit=call.page()[0] or _LATEST)
    return Result([training_body(*training) for training in found])


def training(call: Call[None]) -> Result:
    """Show a training, running or finished."""
    return Result(training_body(*call.services.trainings.get(call.item, call.actor)))


def _begin(
    call: Call[LabelCheckRequest] | Call[LearningCurveRequest],
    service: LabelChecks | LearningCurves,
    show: Callable[[Any], object],
    path: str,
) -> Result:
    """Begin a task that runs in the background, and show it."""
    request = TrainingRequest(call.body.model, call.body.report, call.body.exclude)
    key = service.begin(request, call.actor)
    return Result(
        show(service.get(key, call.actor)),
        location=f"api/tram/{path}/{key}",
        background=partial(service.run, key, request, call.actor),
    )


def _canceller(kind: TaskKind) -> Callable[[Call[None]], Result]:
    def cancel(call: Call[None]) -> Result:
        call.services.tasks.cancel(kind, call.item, call.actor)
        return Result()

    return cancel


cancel_training = _canceller(TaskKind.TRAINING)
cancel_label_check = _canceller(TaskKind.LABEL_CHECK)
cancel_learning_curve = _canceller(TaskKind.LEARNING_CURVE)


def training_set(call: Call[None]) -> Result:
    """Count what a training would learn from."""
    only, without = call.numbers("report") or (), call.numbers("exclude") or ()
    request = TrainingRequest(call.argument("model") or "default", only, without)
    return Result(training_set_body(call.services.training_sets.preview(request, call.actor)))


def check_labels(call: Call[LabelCheckRequest]) -> Result:
    """Begin a check of labels."""
    return _begin(call, call.services.label_checks, label_check_body, "label-checks")


def label_check(call: Call[None]) -> Result:
    """Show a check of labels with what it found, the greatest doubt first."""
    limit, offset = call.page()
    check = call.services.label_checks.get(call.item, call.actor, limit=limit, offset=offset)
    return Result(label_check_body(check), part=Slice(check.found, limit, offset))


def measure_learning(call: Call[LearningCurveRequest]) -> Result:
    """Begin to measure a learning curve."""
    return _begin(call, call.services.learning_curves, learning_curve_body, "learning-curves")


def learning_curves(call: Call[None]) -> Result:
    """List the latest learning curves, newest first, of one model or of all."""
    limit, model = call.page()[0] or _LATEST, call.argument("model") or None
    found = call.services.learning_curves.list(call.actor, model=model, limit=limit)
    return Result([learning_curve_body(curve) for curve in found])


def learning_curve(call: Call[None]) -> Result:
    """Show a learning curve, under way or measured."""
    return Result(learning_curve_body(call.services.learning_curves.get(call.item, call.actor)))


def models(call: Call[None]) -> Result:
    """List every model that can be trained."""
    entries = call.services.models.list(call.actor)
    return Result([model_entry_body(e.name, e.versions, e.active, is_default=e.is_default) for e in entries])


def model(call: Call[None]) -> Result:
    """Show the card of a version of a model, by default of the active one."""
    return Result(card_body(call.services.models.version(call.name, call.number("version"), call.actor)))


def versions(call: Call[None]) -> Result:
    """List the versions of a model, newest first."""
    return Result([version_body(version) for version in call.services.models.versions(call.name, call.actor)])


def restore_model(call: Call[RestoreRequest]) -> Result:
    """Activate a version of a model."""
    return Result(version_body(call.services.models.restore(call.name, call.body.version, call.actor)))


def compare_models(call: Call[None]) -> Result:
    """Compare two versions, each named as MODEL or MODEL:N."""
    a, b = call.argument("a"), call.argument("b")
    for name, said in (("a", a), ("b", b)):
        if not said:
            raise Invalid.field(name, "This field is required.")
    found = call.services.models.compare(a, b, call.actor)
    return Result(comparison_body(found.a, found.b, found.differences))
