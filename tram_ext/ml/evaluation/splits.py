"""Splits training sets: TRAM's stratified 80/20, stratified folds, folds by document."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from tram_ext.domain.errors import Conflict
from tram_ext.ml.model import TrainingSet

TEST_SHARE: Final = 0.2


def holdout(training: TrainingSet, seed: int = 0) -> tuple[list[int], list[int]]:
    """Hold out a fifth, stratified by technique, as TRAM does.

    The stratum of a sentence is its first technique, or "none". Techniques with a single sentence stay in the training
    part.

    Returns
    -------
    train, test : list of int
        Rows of `training`.

    Raises
    ------
    Conflict
        Where the fifth is smaller than the number of techniques, or no sentence in it has a technique.
    """
    from sklearn.model_selection import train_test_split

    strata = [labels[0] if labels else "" for labels in training.labels]
    count = Counter(strata)
    rows = [row for row, stratum in enumerate(strata) if count[stratum] > 1]
    alone = [row for row, stratum in enumerate(strata) if count[stratum] == 1]
    n_strata = len({strata[row] for row in rows})
    held_out = math.ceil(TEST_SHARE * len(rows))
    if not rows or held_out < n_strata:
        raise Conflict(
            f"A fifth of {len(rows)} sentences cannot hold one of each of {n_strata} techniques: too little data to "
            "hold any out."
        )
    train, test = train_test_split(
        rows, test_size=TEST_SHARE, shuffle=True, random_state=seed, stratify=[strata[row] for row in rows]
    )
    if not any(training.labels[row] for row in test):
        raise Conflict(
            f"None of the {len(test)} sentences that were to be held out has a technique: nothing to measure."
        )
    return [*train, *alone], list(test)


def folds(training: TrainingSet, k: int, seed: int = 0) -> list[list[int]]:
    """Divide the sentences into `k` stratified folds; return the test rows of each."""
    strata = [labels[0] if labels else "" for labels in training.labels]
    _require(len(strata), k, "sentences")
    shuffled = np.random.default_rng(seed).permutation(len(strata))
    order = sorted(shuffled.tolist(), key=lambda row: strata[row])
    return [sorted(order[start::k]) for start in range(k)]


def folds_by_group(training: TrainingSet, k: int, seed: int = 0) -> list[list[int]]:
    """Divide whole documents into `k` folds with about equally many sentences; return the test rows of each."""
    sizes = Counter(training.groups)
    _require(len(sizes), k, "documents")
    groups = sorted(sizes)
    shuffled = [groups[i] for i in np.random.default_rng(seed).permutation(len(groups))]
    fold_of: dict[str, int] = {}
    filled = [0] * k
    for group in sorted(shuffled, key=lambda name: -sizes[name]):
        fold = filled.index(min(filled))
        fold_of[group] = fold
        filled[fold] += sizes[group]
    return [_rows_of(training.groups, fold_of, fold) for fold in range(k)]


def _rows_of(groups: Sequence[str], fold_of: dict[str, int], fold: int) -> list[int]:
    return [row for row, group in enumerate(groups) if fold_of[group] == fold]


def _require(have: int, k: int, what: str) -> None:
    if k < 2 or have < k:  # noqa: PLR2004 - a single fold leaves nothing to train on
        raise Conflict(f"{k} folds of {have} {what} cannot be made: choose between 2 and the number of {what}.")
