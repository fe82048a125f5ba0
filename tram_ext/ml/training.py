"""Trains and evaluates a model; returns the model file and its card. Runs in a child process; writes nothing."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from tram_ext.domain.errors import Conflict
from tram_ext.domain.models import ModelCard
from tram_ext.ml.evaluation.protocol import Measured, fit_and_measure
from tram_ext.ml.evaluation.splits import holdout
from tram_ext.ml.examples import data_sha256, rows_for, support
from tram_ext.ml.files import dump
from tram_ext.ml.model import Progress, SentenceModel, TrainingSet
from tram_ext.ml.registry import model_class
from tram_ext.ml.threads import one_thread

_LIBRARIES: Final = ("numpy", "scikit-learn", "scipy", "skops")
_SEED: Final = 0


@dataclass(frozen=True)
class TrainedModel:
    """The result of a training: the model card and the content of the model file."""

    card: ModelCard
    file: bytes


def train(name: str, training: TrainingSet, *, min_examples: int, progress: Progress) -> TrainedModel:
    """Evaluate the model `name` on TRAM's protocol, then fit it to all rows and serialise it.

    :func:`tram_ext.ml.examples.rows_for` chooses the rows, with `min_examples`.

    Raises
    ------
    NotFound
        Where no model has that name.
    Conflict
        Where the accepted sentences are too few.
    Invalid
        Where the columns of `training` differ in length.
    """
    started = time.perf_counter()
    model = model_class(name)
    rows, left_out = rows_for(model, training, min_examples)
    with one_thread():
        evaluating = time.perf_counter()
        measured, warnings = _evaluate(model, rows, _part(progress, 0.0, 0.45))
        fitting = time.perf_counter()
        fitted = model.fit(rows, _part(progress, 0.45, 0.95))
        fitted_at = time.perf_counter()
    warnings += getattr(fitted, "remarks", ())
    progress(0.95, "writing")
    file = dump(fitted, name)
    if left_out:
        warnings.append(
            f"{len(left_out)} techniques have fewer than {min_examples} accepted sentences and were left out."
        )
    ended = time.perf_counter()
    card = _card(
        name,
        training,
        rows,
        measured,
        left_out=left_out,
        warnings=warnings,
        seconds={
            "evaluate": fitting - evaluating,
            "fit": fitted_at - fitting,
            "write": ended - fitted_at,
            "total": ended - started,
        },
    )
    progress(1.0, "done")
    return TrainedModel(card, file)


def _evaluate(model: type[SentenceModel], rows: TrainingSet, progress: Progress) -> tuple[Measured | None, list[str]]:
    try:
        train_rows, test_rows = holdout(rows, _SEED)
    except Conflict as error:
        return None, [f"Not evaluated. {error.message}"]
    return fit_and_measure(model, rows, train_rows, test_rows, progress), []


def _card(
    name: str,
    training: TrainingSet,
    rows: TrainingSet,
    measured: Measured | None,
    *,
    left_out: dict[str, int],
    warnings: list[str],
    seconds: dict[str, float],
) -> ModelCard:
    counts = {
        "sentences": len(training.texts),
        "rows": len(rows.texts),
        "techniques": len(support(rows)),
        "left_out_techniques": len(left_out),
        "train_rows": measured.train_rows if measured else 0,
        "test_rows": measured.test_rows if measured else 0,
    }
    details: dict[str, Any] = {"protocol": {"test_share": 0.2, "stratified": True, "seed": _SEED}, "left_out": left_out}
    if measured is None:
        return ModelCard(
            name, data_sha256(training), counts, _libraries(), seconds, warnings=tuple(warnings), details=details
        )
    scores = measured.scores
    return ModelCard(
        name,
        data_sha256(training),
        counts,
        _libraries(),
        seconds,
        f1_weighted=scores.f1_weighted,
        f1_micro=scores.f1_micro,
        f1_macro=scores.f1_macro,
        techniques=scores.techniques,
        warnings=tuple(warnings),
        details=details | measured.details,
    )


def _libraries() -> dict[str, str]:
    return {"python": platform.python_version(), **{library: version(library) for library in _LIBRARIES}}


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Return a callback that maps the progress of one part, 0 to 1, to that of the whole, `start` to `end`."""
    return lambda share, stage: progress(start + (end - start) * min(max(share, 0.0), 1.0), stage)
