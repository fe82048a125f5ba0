"""Adapts confidences to a report from the decisions on its reviewed sentences, without training."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float32]

_NEIGHBORS: Final = 5
_MIN_SIMILARITY: Final = 0.2
_VOTE_WEIGHT: Final = 9.0
"""By how much the log-odds change for a residual of 1 on an identical sentence; similarity is squared."""

_MIN_LOG_ODDS: Final = -4.6
"""Log-odds, a probability of one in a hundred, that a technique at least has before votes for it are added."""

_SMOOTHING: Final = 1.0
"""Added to the expected and to the observed number of sentences with a technique before their ratio is taken."""

_PRIOR_WEIGHT: Final = 0.5
"""Factor of the logarithm of that ratio, which is added to the log-odds of undecided sentences."""

_MIN_WORDS: Final = 5
"""Sentences with fewer distinct words are no neighbours of any: masked lines of indicators are all alike."""

_BATCH: Final = 2_000
_TINY: Final = 1e-3


def adapt(
    confidences: FloatArray, vectors: sparse.csr_matrix, pending: int, truth: npt.NDArray[np.bool_]
) -> FloatArray:
    """Update a model's confidences with the decisions on other sentences of the same report.

    The residuals of a reviewed sentence are the techniques that a person left on it less the model's confidences. The
    log-odds of each sentence under review change by the residuals of its five nearest reviewed sentences, weighted by
    squared similarity (a vote), and by the ratio of the observed to the expected frequency of each technique among the
    reviewed sentences (a shift of the prior).

    Parameters
    ----------
    confidences : array, sentences by techniques
        Of one report, first of the sentences under review, then of the reviewed ones; see
        :func:`tram_ext.ml.confidences.proposal_confidences`.
    vectors : sparse matrix, a row of length 1 for each sentence
    pending : int
        How many sentences are under review.
    truth : array of bool, reviewed sentences by techniques
        The techniques on the reviewed sentences; none on a rejected one.

    Returns
    -------
    array, sentences under review by techniques
    """
    if pending == len(confidences):
        return confidences
    expected = confidences[pending:]
    residuals = truth - expected
    ratio = (truth.sum(axis=0) + _SMOOTHING) / (expected.sum(axis=0) + _SMOOTHING)
    prior_shift = _PRIOR_WEIGHT * np.log(ratio)
    bounded = np.clip(confidences[:pending], _TINY, 1 - _TINY)
    log_odds = np.log(bounded / (1 - bounded)) + prior_shift.astype(np.float32)
    vectors = _without_short_sentences(vectors)
    reviewed = vectors[pending:].T.tocsr()
    for begin in range(0, pending, _BATCH):
        weights = _neighbor_weights(vectors[begin : min(begin + _BATCH, pending)] @ reviewed)
        votes = np.float32(_VOTE_WEIGHT) * np.asarray(weights @ residuals, np.float32)
        batch = log_odds[begin : begin + _BATCH]
        np.copyto(batch, np.maximum(batch, np.float32(_MIN_LOG_ODDS)), where=votes > 1)
        batch += votes
    return np.asarray(1 / (1 + np.exp(-log_odds)), np.float32)


def _without_short_sentences(vectors: sparse.csr_matrix) -> sparse.csr_matrix:
    """Set the rows of sentences with too few words to zero."""
    words = np.diff(vectors.indptr)
    kept = np.repeat(words >= _MIN_WORDS, words)
    return sparse.csr_matrix((vectors.data * kept, vectors.indices, vectors.indptr), shape=vectors.shape)


def _neighbor_weights(similarity: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the squares of the largest similarities of each row, and zero for all others."""
    similarity.data[similarity.data < _MIN_SIMILARITY] = 0
    similarity.eliminate_zeros()
    row_of = np.repeat(np.arange(similarity.shape[0]), np.diff(similarity.indptr))
    order = np.lexsort((similarity.indices, -similarity.data, row_of))
    place = np.arange(len(order)) - similarity.indptr[row_of[order]]
    beyond = order[place >= _NEIGHBORS]
    similarity.data **= 2
    similarity.data[beyond] = 0
    similarity.eliminate_zeros()
    return similarity
