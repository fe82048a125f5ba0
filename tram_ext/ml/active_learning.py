"""Active learning: orders unlabelled sentences by informativeness, without near-duplicates at the top."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[Any]

_DECISIONS: Final = 3
_COMPARED: Final = 1_000
"""How many of the most informative sentences are compared with one another; the others keep their order."""

_TINY: Final = 1e-6


def informativeness(confidences: FloatArray, threshold: float, *, multi_label: bool) -> npt.NDArray[np.float64]:
    """Return how informative a label is expected to be for each sentence, 0 to 1.

    Parameters
    ----------
    confidences : array, sentences by techniques
    threshold : float
        Confidence from which the model proposes.
    multi_label : bool
        Whether the model decides on each technique independently. The measure then is the mean entropy of the
        techniques of highest confidence, relative to the threshold; else it is 1 less the margin between the two
        best.
    """
    if not confidences.size:
        return np.zeros(len(confidences))
    best = _largest(confidences, _DECISIONS if multi_label else 2)
    if not multi_label:
        second = best[:, 1] if best.shape[1] > 1 else 0.0
        return np.asarray(1 - (best[:, 0] - second), np.float64)
    odds = _log_odds(best) - _log_odds(np.array([threshold]))
    share = 1 / (1 + np.exp(-odds))
    entropy = -(share * np.log2(share + _TINY) + (1 - share) * np.log2(1 - share + _TINY))
    return np.asarray(np.clip(entropy.sum(axis=1) / _DECISIONS, 0, 1), np.float64)


def diversified_order(scores: npt.NDArray[np.float64], vectors: sparse.csr_matrix) -> npt.NDArray[np.int64]:
    """Order sentences by informativeness times their dissimilarity to the sentences before them.

    Parameters
    ----------
    scores : array, n
        As :func:`informativeness` returns it.
    vectors : sparse matrix, n rows of length 1
        As :func:`tram_ext.ml.nearest_neighbors.tfidf_vectors` returns them.
    """
    by_score = np.argsort(-scores, kind="stable")
    first, rest = by_score[:_COMPARED], by_score[_COMPARED:]
    rows = vectors[first]
    similarity = np.asarray((rows @ rows.T).todense(), np.float32)
    remaining = scores[first].copy()
    novelty = np.ones(len(first), np.float32)
    chosen = np.empty(len(first), np.int64)
    for place in range(len(first)):
        number = int(np.argmax(remaining * novelty))
        chosen[place] = first[number]
        remaining[number] = -1
        np.minimum(novelty, 1 - similarity[number], out=novelty)
        np.clip(novelty, _TINY, 1, out=novelty)  # duplicates come last, and still in the order of their scores
    return np.concatenate([chosen, rest])


def _largest(values: FloatArray, count: int) -> npt.NDArray[np.float64]:
    kept = min(count, values.shape[1])
    best = np.partition(values, values.shape[1] - kept, axis=1)[:, values.shape[1] - kept :]
    return np.asarray(-np.sort(-best, axis=1), np.float64)


def _log_odds(confidences: FloatArray) -> npt.NDArray[np.float64]:
    bounded = np.clip(np.asarray(confidences, np.float64), _TINY, 1 - _TINY)
    return np.asarray(np.log(bounded / (1 - bounded)))
