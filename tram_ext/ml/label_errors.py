"""Finds labels that may be wrong, by confident learning: out-of-fold predictions that disagree with them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tram_ext.domain.errors import Conflict
from tram_ext.ml.confidences import confidences
from tram_ext.ml.evaluation.crossvalidation import out_of_fold
from tram_ext.ml.evaluation.splits import folds
from tram_ext.ml.examples import rows_for, take
from tram_ext.ml.model import Progress, SentenceModel, TrainingSet
from tram_ext.ml.registry import model_class

FloatArray = npt.NDArray[np.float32]

FOLDS: Final = 5
_MIN_SENTENCES: Final = 20


@dataclass(frozen=True, slots=True)
class LabelError:
    """A label that out-of-fold predictions disagree with.

    Attributes
    ----------
    row : int
        Of the training set that was checked.
    label : str
        The given technique; empty for "no technique".
    instead : str
        The predicted technique; empty for "no technique".
    doubt : float
        0 to 1: by how much the prediction exceeds the label, each less the mean confidence of its class.
    confidence, instead_confidence : float
        Of the label and of the prediction, 0 to 1, from a model that was not trained on the sentence.
    """

    row: int
    label: str
    instead: str
    doubt: float
    confidence: float
    instead_confidence: float


def find_label_errors(
    name: str,
    training: TrainingSet,
    *,
    min_examples: int,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[LabelError]:
    """Cross-validate the model `name` and return the labels that it disagrees with, the strongest disagreement first.

    As in confident learning (Northcutt, Jiang and Chuang, 2021), each confidence is compared with the mean confidence
    of the sentences with that label, so that a technique with low confidences throughout is not reported wholesale.

    Parameters
    ----------
    training : TrainingSet
        Accepted sentences. ATT&CK's examples are neither checked nor trained on: the labels of analysts are checked
        against each other.
    executor : concurrent.futures.Executor, optional
        Where the folds are fitted; the result does not depend on it.

    Raises
    ------
    Conflict
        There are too few accepted sentences.
    """
    accepted = [row for row, builtin in enumerate(training.builtin) if not builtin]
    if len(accepted) < _MIN_SENTENCES:
        raise Conflict(
            f"There are {len(accepted)} accepted sentences of your own, and labels can be checked from "
            f"{_MIN_SENTENCES} on. Accept more sentences."
        )
    learner = model_class(name)
    numbered = _Numbered.of(learner, take(training, accepted), min_examples)
    parts = folds(numbered.rows, FOLDS, seed)
    techniques = sorted({label for labels in numbered.rows.labels for label in labels})
    answers = out_of_fold(name, numbered.rows, parts, _predict, executor=executor, progress=progress)
    likely = np.zeros((len(numbered.rows.texts), len(techniques)), np.float32)
    column = {technique: place for place, technique in enumerate(techniques)}
    for part, (known, found) in zip(parts, answers, strict=True):
        shared = [place for place, technique in enumerate(known) if technique in column]
        likely[np.ix_(part, [column[known[place]] for place in shared])] = found[:, shared]
    disagreements = _disagreements(likely, numbered.rows.labels, techniques)
    best: dict[tuple[int, str], LabelError] = {}
    for row, label, instead, doubt, confidence, other in disagreements:
        origin = accepted[numbered.origin[row]]
        candidate = LabelError(origin, label, instead, doubt, confidence, other)
        if candidate.instead not in training.labels[origin]:
            best[origin, label] = candidate
    return sorted(best.values(), key=lambda found: (-found.doubt, found.row, found.label))


@dataclass(frozen=True)
class _Numbered:
    """The rows that a model is trained on, and the sentence that each comes from."""

    rows: TrainingSet
    origin: tuple[int, ...]

    @classmethod
    def of(cls, learner: type[SentenceModel], training: TrainingSet, min_examples: int) -> _Numbered:
        """Shape the sentences for the model; their numbers pass through it as their groups."""
        numbered = TrainingSet(
            training.texts,
            training.labels,
            tuple(map(str, range(len(training.texts)))),
            training.builtin,
            training.attack,
        )
        rows, _ = rows_for(learner, numbered, min_examples)
        origin = tuple(map(int, rows.groups))
        groups = tuple(training.groups[number] for number in origin)
        return cls(TrainingSet(rows.texts, rows.labels, groups, rows.builtin, rows.attack), origin)


def _predict(fitted: SentenceModel, texts: Sequence[str]) -> tuple[tuple[str, ...], FloatArray]:
    return fitted.techniques, np.asarray(confidences(fitted, texts), np.float32)


def _disagreements(
    likely: FloatArray, labels: Sequence[tuple[str, ...]], techniques: Sequence[str]
) -> list[tuple[int, str, str, float, float, float]]:
    """Return (row, label, instead, doubt, confidence, confidence of the other) where another class is preferred."""
    names = [*techniques, ""]
    column = {name: place for place, name in enumerate(names)}
    scores = np.column_stack([likely, 1 - likely.max(axis=1)])
    own = [[column[label] for label in row] or [column[""]] for row in labels]
    adjusted = scores - _class_means(scores, own)
    found = []
    for row, columns in enumerate(own):
        rivals = adjusted[row].copy()
        rivals[columns] = -np.inf
        family = {names[c].split(".")[0] for c in columns}
        parents = [c for c, name in enumerate(names) if name and name in family]
        rivals[parents] = -np.inf  # a sub-technique implies its parent, so predicting the parent is no disagreement
        other = int(np.argmax(rivals))
        for c in columns:
            ahead = float(rivals[other] - adjusted[row, c])
            if ahead > 0:
                confidence, instead = float(scores[row, c]), float(scores[row, other])
                found.append((row, names[c], names[other], min(1.0, ahead), confidence, instead))
    return found


def _class_means(scores: FloatArray, own: Sequence[Sequence[int]]) -> FloatArray:
    """Return the mean confidence of each class over its own sentences; over all labels, for a class without any."""
    sums = np.zeros(scores.shape[1])
    counts = np.zeros(scores.shape[1])
    for row, columns in enumerate(own):
        sums[columns] += scores[row, columns]
        counts[columns] += 1
    overall = sums.sum() / max(counts.sum(), 1)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), overall), np.float32)
