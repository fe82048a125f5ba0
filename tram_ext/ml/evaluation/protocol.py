"""Fits a model to one part and evaluates it on another: all figures of a model card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.confidences import confidences
from tram_ext.ml.evaluation.calibration import reliability
from tram_ext.ml.evaluation.leakage import leakage
from tram_ext.ml.evaluation.scores import Scores, confusions, score
from tram_ext.ml.examples import pairs, take
from tram_ext.ml.model import Progress, SentenceModel, TrainingSet

_TOP: Final = (1, 3, 5, 10)


@dataclass(frozen=True)
class Measured:
    """The figures of an evaluation on held-out rows.

    Attributes
    ----------
    scores : Scores
        By TRAM's protocol: a row for each pair of sentence and technique, with one prediction each.
    details : dict
        ``top_k``, ``confusions``, ``calibration``, ``leakage``, and for multi-label models ``sentences``;
        JSON-compatible.
    """

    scores: Scores
    train_rows: int
    test_rows: int
    details: dict[str, Any]


def fit_and_measure(
    model: type[SentenceModel], training: TrainingSet, train: Sequence[int], test: Sequence[int], progress: Progress
) -> Measured:
    """Fit `model` to the rows `train` of `training`, and evaluate it on the rows `test`."""
    fitted = model.fit(take(training, train), progress)
    held_out = take(training, test)
    details = measure(fitted, held_out)
    details["leakage"] = leakage([training.texts[row] for row in train], held_out.texts)
    return Measured(details.pop("scores"), len(train), len(test), details)


def measure(fitted: SentenceModel, held_out: TrainingSet) -> dict[str, Any]:
    """Return all figures of a fitted model on `held_out`, including ``scores``."""
    rows = pairs(held_out)
    truth = [labels[0] for labels in rows.labels]
    best = fitted.predict(rows.texts)
    details: dict[str, Any] = {
        "scores": score(rows.labels, [(technique,) for technique in best]),
        "confusions": confusions(truth, best),
        **_ranked(confidences(fitted, rows.texts), fitted.techniques, truth, best),
    }
    sources = {"accepted": False, "builtin": True}
    if len(set(rows.builtin)) == len(sources):
        details["micro_by_source"] = {
            name: float(np.mean([t == b for t, b, own in zip(truth, best, rows.builtin, strict=True) if own is which]))
            for name, which in sources.items()
        }
    if fitted.multi_label:
        details["sentences"] = _multi_label(fitted, held_out)
    return details


def _multi_label(fitted: SentenceModel, held_out: TrainingSet) -> dict[str, Any]:
    """Evaluate what an analyst would see: the proposals above the model's threshold."""
    proposed = [tuple(p.attack_id for p in row) for row in fitted.propose(held_out.texts)]
    scores = score(held_out.labels, proposed)
    without = [bool(found) for found, own in zip(proposed, held_out.labels, strict=True) if not own]
    return {
        "f1_weighted": scores.f1_weighted,
        "f1_micro": scores.f1_micro,
        "f1_macro": scores.f1_macro,
        "without_technique": len(without),
        "without_technique_proposed": sum(without),
    }


def _ranked(
    likely: npt.NDArray[Any], techniques: Sequence[str], truth: Sequence[str], best: Sequence[str]
) -> dict[str, Any]:
    """Return top-k accuracy and the calibration of the best technique."""
    column = {technique: place for place, technique in enumerate(techniques)}
    own = np.array([column.get(technique, -1) for technique in truth])
    rows = np.arange(len(own))
    value = likely[rows, own][:, None]
    before = (likely > value) | ((likely == value) & (np.arange(len(techniques)) < own[:, None]))
    place = np.where(own < 0, len(techniques), before.sum(axis=1))
    chosen = np.array([column[technique] for technique in best])
    correct = [true == guess for true, guess in zip(truth, best, strict=True)]
    return {
        "top_k": {str(k): float(np.mean(place < k)) for k in _TOP if k < len(techniques)},
        "calibration": reliability(likely[rows, chosen].tolist(), correct),
    }
