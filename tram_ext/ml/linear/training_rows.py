"""Turns a training set into weighted rows: accepted sentences, ATT&CK's examples, names, definitions, negatives."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.model import TrainingSet
from tram_ext.ml.text.masking import masked, without_subject

ACCEPTED: Final = 1.0
EXAMPLE: Final = 0.5
NAME: Final = 0.5
DEFINITION: Final = 0.25
NEGATIVE: Final = 0.5
NEGATIVE_FACTOR: Final = 0.3
"""Factor on the weight of a text of ATT&CK where it is a negative: it may show techniques besides its label."""

FOLDS: Final = 2
_LARGEST_GROUP: Final = 1000


@dataclass(frozen=True)
class TrainingRows:
    """Masked texts in columns of one length, n.

    Attributes
    ----------
    texts : list of str
    labels : list of tuple of str
        Techniques; an empty tuple for a text that is an example of "no technique".
    weights : array of float32
        Sample weights where the row is a positive.
    negative_weights : array of float32
        Sample weights where the row is a negative.
    folds : array of int64
        In which fold a row is held out; -1 where it is always trained on: names, definitions, negatives.
    groups : array of int64
        Number of the report of an accepted sentence; -1 for all others.
    """

    texts: list[str]
    labels: list[tuple[str, ...]]
    weights: npt.NDArray[np.float32]
    negative_weights: npt.NDArray[np.float32]
    folds: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]

    @property
    def without_technique(self) -> npt.NDArray[np.bool_]:
        """Which rows are examples of "no technique"."""
        return np.array([not row for row in self.labels], bool)


def training_rows(training: TrainingSet) -> TrainingRows:
    """Mask the texts of a training set and add ATT&CK's names, definitions and negatives."""
    texts = [
        masked(without_subject(text) if builtin else text)
        for text, builtin in zip(training.texts, training.builtin, strict=True)
    ]
    labels = list(training.labels)
    weights = [EXAMPLE if builtin else ACCEPTED for builtin in training.builtin]
    numbers: dict[str, int] = {}
    groups = [
        -1 if builtin else numbers.setdefault(group, len(numbers))
        for group, builtin in zip(training.groups, training.builtin, strict=True)
    ]
    folds = _folds(training)
    for technique in training.attack.techniques:
        added = [(name, NAME) for name in (technique.name, *technique.aliases)]
        added += [(masked(technique.description), DEFINITION)] if technique.description else []
        texts += [text for text, _ in added]
        labels += [(technique.attack_id,)] * len(added)
        weights += [weight for _, weight in added]
    negatives = training.attack.negatives
    texts += map(masked, negatives)
    labels += [()] * len(negatives)
    weights += [NEGATIVE] * len(negatives)
    n_added = len(texts) - len(training.texts)
    accepted = np.array([not builtin for builtin in training.builtin] + [False] * n_added, bool)
    without_technique = np.array([not row for row in labels], bool)
    weight = np.array(weights, np.float32)
    return TrainingRows(
        texts,
        labels,
        weight,
        np.where(accepted | without_technique, weight, weight * np.float32(NEGATIVE_FACTOR)),
        np.array(folds + [-1] * n_added, np.int64),
        np.array(groups + [-1] * n_added, np.int64),
    )


def _folds(training: TrainingSet) -> list[int]:
    """Assign rows to folds, by group; groups of more than `_LARGEST_GROUP` sentences are split by sentence."""
    sizes = Counter(training.groups)
    keys = (
        group if sizes[group] <= _LARGEST_GROUP else " ".join(text.split()).lower()
        for group, text in zip(training.groups, training.texts, strict=True)
    )
    return [zlib.crc32(key.encode()) % FOLDS for key in keys]
