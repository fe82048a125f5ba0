"""Selects and reshapes rows of training sets, removes rare techniques, computes hashes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.model import SentenceModel, TrainingSet

_MIN_TECHNIQUES: Final = 2


def take(training: TrainingSet, rows: Iterable[int]) -> TrainingSet:
    """Return the sentences at `rows`, in that order."""
    chosen = list(rows)
    return replace(
        training,
        texts=tuple(training.texts[row] for row in chosen),
        labels=tuple(training.labels[row] for row in chosen),
        groups=tuple(training.groups[row] for row in chosen),
        builtin=tuple(training.builtin[row] for row in chosen),
    )


def pairs(training: TrainingSet) -> TrainingSet:
    """Return a row for each pair of sentence and technique; sentences without techniques are left out."""
    rows = [row for row, labels in enumerate(training.labels) for _ in labels]
    single = tuple((label,) for labels in training.labels for label in labels)
    return replace(take(training, rows), labels=single)


def support(training: TrainingSet) -> Counter[str]:
    """Count the sentences of each technique."""
    return Counter(label for labels in training.labels for label in labels)


def without_rare(training: TrainingSet, min_examples: int) -> tuple[TrainingSet, dict[str, int]]:
    """Remove techniques with fewer than `min_examples` sentences.

    A sentence that has no other technique is removed, too: it is no example of "no technique".

    Returns
    -------
    training : TrainingSet
        The same object where nothing is removed.
    left_out : dict of str to int
        The number of sentences of each technique that was removed.
    """
    rare = {technique: count for technique, count in sorted(support(training).items()) if count < min_examples}
    if not rare:
        return training, {}
    labels = [tuple(label for label in own if label not in rare) for own in training.labels]
    rows = [row for row, own in enumerate(training.labels) if labels[row] or not own]
    return replace(take(training, rows), labels=tuple(labels[row] for row in rows)), rare


def data_sha256(training: TrainingSet) -> str:
    """Return a SHA-256 of texts and labels, in order."""
    digest = hashlib.sha256()
    for text, labels in zip(training.texts, training.labels, strict=True):
        for part in (text, *labels):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(data))
            digest.update(data)
        digest.update(b";")
    return digest.hexdigest()


def rows_for(
    model: type[SentenceModel], training: TrainingSet, min_examples: int
) -> tuple[TrainingSet, dict[str, int]]:
    """Return the rows that `model` is fitted to.

    Single-label models get a row for each pair of sentence and technique. Models that learn from ATT&CK's texts keep
    rare techniques, for which they have definitions; for others, techniques with too few sentences are removed.

    Returns
    -------
    rows : TrainingSet
    left_out : dict of str to int
        The number of sentences of each technique that was removed.

    Raises
    ------
    Conflict
        Where fewer than two techniques are left.
    Invalid
        Where the columns of `training` differ in length.
    """
    columns = (training.texts, training.labels, training.groups, training.builtin)
    if len({len(column) for column in columns}) != 1:
        raise Invalid(f"The columns of a training set have one length, not {[len(column) for column in columns]}.")
    if not any(training.labels):
        raise Conflict("There is nothing to train on: no accepted sentence has a technique. Accept some, or import.")
    rows = training if model.multi_label else pairs(training)
    left_out: dict[str, int] = {}
    if not model.learns_from_builtin:
        rows, left_out = without_rare(rows, min_examples)
    known = len(support(rows))
    if known < _MIN_TECHNIQUES:
        raise Conflict(
            f"There is too little to train on: {known} of {known + len(left_out)} techniques in the accepted sentences "
            f"has at least {min_examples} of them, and a model needs {_MIN_TECHNIQUES}. Accept more sentences."
        )
    return rows, left_out
