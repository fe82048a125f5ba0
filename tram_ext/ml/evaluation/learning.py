"""Measures learning curves: F1 by the number of training sentences."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any, Final

import numpy as np

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.evaluation.crossvalidation import fit_and_predict
from tram_ext.ml.evaluation.scores import score
from tram_ext.ml.evaluation.splits import holdout
from tram_ext.ml.examples import pairs, rows_for, support, take
from tram_ext.ml.model import Progress, SentenceModel, TrainingSet
from tram_ext.ml.registry import model_class

SHARES: Final = (0.1, 0.25, 0.5, 0.75, 1.0)
_FIGURES: Final = ("f1_weighted", "f1_micro", "f1_macro")
_MIN_TECHNIQUES: Final = 2


def learning_curve(
    name: str,
    training: TrainingSet,
    *,
    shares: Sequence[float] = SHARES,
    seeds: Sequence[int] = (0,),
    min_examples: int = 4,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Fit the model `name` to growing parts of the sentences and evaluate each on the same fifth (TRAM's protocol).

    Parameters
    ----------
    shares : sequence of float
        Shares of the sentences that are not held out, greater than 0, at most 1.
    executor : concurrent.futures.Executor, optional
        Where the models are fitted; the figures do not depend on it.

    Returns
    -------
    list of dict
        For each share ``share``, ``sentences`` (the mean over seeds), and ``f1_weighted``, ``f1_micro`` and
        ``f1_macro``, each with ``mean`` and ``spread``. Shares that are too small to fit a model are left out.

    Raises
    ------
    Invalid
        A share is out of bounds, or there are no seeds.
    Conflict
        There are too few sentences to hold any out.
    """
    if not shares or not all(0 < share <= 1 for share in shares):
        raise Invalid.field("shares", "name shares over 0 and up to 1.")
    if not seeds:
        raise Invalid.field("seeds", "name at least one.")
    rows, _ = rows_for(model_class(name), training, min_examples)
    parts = [part for seed in seeds for part in _parts(rows, sorted(set(shares)), seed)]
    found: dict[float, list[tuple[int, dict[str, float]]]] = {}
    whole = sum(len(taken.texts) for _, taken, _ in parts)  # progress is by sentences, since large parts take longer
    done = 0
    futures = None
    if executor is not None:
        futures = [executor.submit(_measured, name, taken, held_out) for _, taken, held_out in parts]
    try:
        for number, (share, taken, held_out) in enumerate(parts):
            scores = _measured(name, taken, held_out) if futures is None else futures[number].result()
            if scores is not None:
                found.setdefault(share, []).append((len(taken.texts) - len(held_out), scores))
            done += len(taken.texts)
            if progress is not None:
                progress(done / whole, f"point {number + 1} of {len(parts)}")
    finally:
        for future in futures or ():
            future.cancel()
    return [_point(share, found[share]) for share in sorted(found)]


def _parts(rows: TrainingSet, shares: Sequence[float], seed: int) -> list[tuple[float, TrainingSet, list[int]]]:
    """Return for each share its sentences, the held-out ones last, and the rows of the held-out ones."""
    train, test = holdout(rows, seed)
    order = np.random.default_rng(seed).permutation(len(train))
    found = []
    for share in shares:
        learned = [train[place] for place in order[: math.ceil(share * len(train))]]
        if len(support(take(rows, learned))) >= _MIN_TECHNIQUES:
            found.append((share, take(rows, [*learned, *test]), [len(learned) + place for place in range(len(test))]))
    return found


def _measured(name: str, rows: TrainingSet, held_out: Sequence[int]) -> dict[str, float] | None:
    """Return the figures on `held_out`; None where the other rows are too few to fit a model."""
    try:
        best = fit_and_predict(name, rows, held_out, _best)
    except Conflict:
        return None
    truth = take(rows, held_out)
    guesses = [(guess,) for guess, own in zip(best, truth.labels, strict=True) for _ in own]
    scores = score(pairs(truth).labels, guesses)
    return {figure: getattr(scores, figure) for figure in _FIGURES}


def _best(fitted: SentenceModel, texts: Sequence[str]) -> list[str]:
    return fitted.predict(texts)


def _point(share: float, found: Sequence[tuple[int, dict[str, float]]]) -> dict[str, Any]:
    point: dict[str, Any] = {"share": share, "sentences": round(statistics.fmean(count for count, _ in found))}
    for figure in _FIGURES:
        values = [scores[figure] for _, scores in found]
        spread = statistics.stdev(values) if len(values) > 1 else None
        point[figure] = {"mean": statistics.fmean(values), "spread": spread}
    return point
