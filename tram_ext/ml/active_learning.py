"""Which sentences teach a model most when a person decides about them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[Any]

_NEAREST_DECISIONS: Final = 3
_LOOKED_AT: Final = 1_000
"""Of the most useful sentences, how many are compared with one another; the rest keeps its order."""

_TINY: Final = 1e-6


def uses(confidences: FloatArray, threshold: float, *, multi_label: bool) -> npt.NDArray[np.float64]:
    """Return what a label is expected to be worth for each sentence, 0 to 1.

    Parameters
    ----------
    confidences : array, sentences by techniques
    threshold : float
        Confidence from which the model proposes.
    multi_label : bool
        Whether the model decides about each technique by itself. Then a sentence is worth as much as the decisions
        nearest to the threshold are open, by their entropy; else as much as its best technique is rivalled.
    """
    if not confidences.size:
        return np.zeros(len(confidences))
    best = _largest(confidences, _NEAREST_DECISIONS if multi_label else 2)
    if not multi_label:
        second = best[:, 1] if best.shape[1] > 1 else 0.0
        return np.asarray(1 - (best[:, 0] - second), np.float64)
    odds = _log_odds(best) - _log_odds(np.array([threshold]))
    share = 1 / (1 + np.exp(-odds))
    entropy = -(share * np.log2(share + _TINY) + (1 - share) * np.log2(1 - share + _TINY))
    return np.asarray(np.clip(entropy.sum(axis=1) / _NEAREST_DECISIONS, 0, 1), np.float64)


def order(worth: npt.NDArray[np.float64], vectors: sparse.csr_matrix) -> npt.NDArray[np.int64]:
    """Order sentences by their worth, each reduced by its likeness to those before it.

    Parameters
    ----------
    worth : array, n
        As :func:`uses` returns it.
    vectors : sparse matrix, n rows of length 1
        As :func:`tram_ext.ml.nearest_neighbors.vectors` returns them.
    """
    by_worth = np.argsort(-worth, kind="stable")
    first, rest = by_worth[:_LOOKED_AT], by_worth[_LOOKED_AT:]
    rows = vectors[first]
    likeness = np.asarray((rows @ rows.T).todense(), np.float32)
    left = worth[first].copy()
    fresh = np.ones(len(first), np.float32)
    chosen = np.empty(len(first), np.int64)
    for place in range(len(first)):
        number = int(np.argmax(left * fresh))
        chosen[place] = first[number]
        left[number] = -1
        np.minimum(fresh, 1 - likeness[number], out=fresh)
        np.clip(fresh, _TINY, 1, out=fresh)  # twins come last, but they come
    return np.concatenate([chosen, rest])


def _largest(values: FloatArray, count: int) -> npt.NDArray[np.float64]:
    kept = min(count, values.shape[1])
    best = np.partition(values, values.shape[1] - kept, axis=1)[:, values.shape[1] - kept :]
    return np.asarray(-np.sort(-best, axis=1), np.float64)


def _log_odds(confidences: FloatArray) -> npt.NDArray[np.float64]:
    bounded = np.clip(np.asarray(confidences, np.float64), _TINY, 1 - _TINY)
    return np.asarray(np.log(bounded / (1 - bounded)))
