"""From a training set to weighted rows: what each text teaches, and how much it counts."""

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
OTHER: Final = 0.3
"""What a text of ATT&CK counts as a counterexample: it may show other techniques besides the one it stands for."""

FOLDS: Final = 2
_LARGEST_GROUP: Final = 1000


@dataclass(frozen=True)
class Rows:
    """Prepared texts in columns of one length, n.

    Attributes
    ----------
    texts : list of str
    labels : list of tuple of str
        Techniques; none for a text that teaches "no technique".
    weights : array of float32
    counter_weights : array of float32
        The same where a row is a counterexample.
    folds : array of int64
        In which part a row is held out; -1 where it is always trained on: names, definitions, negatives.
    groups : array of int64
        Number of the report an accepted sentence stands in; -1 for all others.
    """

    texts: list[str]
    labels: list[tuple[str, ...]]
    weights: npt.NDArray[np.float32]
    counter_weights: npt.NDArray[np.float32]
    folds: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """Which rows teach "no technique"."""
        return np.array([not labels for labels in self.labels], bool)


def rows_of(training: TrainingSet) -> Rows:
    """Prepare the texts of a training set, and add what ATT&CK says of techniques and of defence."""
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
    described = 0
    for technique in training.attack.techniques:
        own = [(name, NAME) for name in (technique.name, *technique.aliases)]
        own += [(masked(technique.description), DEFINITION)] if technique.description else []
        for text, counts in own:
            texts.append(text)
            labels.append((technique.attack_id,))
            weights.append(counts)
            described += 1
    for negative in training.attack.negatives:
        texts.append(masked(negative))
        labels.append(())
        weights.append(NEGATIVE)
        described += 1
    counts_in_full = [not builtin for builtin in training.builtin] + [False] * described
    weight = np.array(weights, np.float32)
    silent = np.array([not own for own in labels], bool)
    return Rows(
        texts,
        labels,
        weight,
        np.where(np.array(counts_in_full, bool) | silent, weight, weight * np.float32(OTHER)),
        np.array(folds + [-1] * described, np.int64),
        np.array(groups + [-1] * described, np.int64),
    )


def _folds(training: TrainingSet) -> list[int]:
    """Keep groups together; a group that is a whole collection is split by sentence instead."""
    sizes = Counter(training.groups)
    keys = (
        group if sizes[group] <= _LARGEST_GROUP else " ".join(text.split()).lower()
        for group, text in zip(training.groups, training.texts, strict=True)
    )
    return [zlib.crc32(key.encode()) % FOLDS for key in keys]
