"""What decisions about some sentences of a report say about its others: a vote, and a balance; nothing is trained."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float32]

_NEAREST: Final = 5
_LEAST_LIKENESS: Final = 0.2
_VOTE: Final = 9.0
"""Log-odds that a twin's decision moves a technique which the model thought impossible; likeness counts squared."""

_LOWEST_ODDS: Final = -4.6
"""From where a vote for a technique lifts it, however impossible the model thought it: one in a hundred."""

_PRIOR: Final = 1.0
"""Sentences with a technique that are added to those expected and those found before the two are compared."""

_BALANCE: Final = 0.5
"""How much of what that comparison says holds for the other sentences: they are of the same report, not the same."""

_FEWEST_WORDS: Final = 5
"""Sentences with fewer different words neither vote nor hear: masked lines of indicators are all alike."""

_BATCH: Final = 2_000
_TINY: Final = 1e-3


def adapt(
    confidences: FloatArray, vectors: sparse.csr_matrix, waiting: int, truth: npt.NDArray[np.bool_]
) -> FloatArray:
    """Move a model's confidences by what was decided about sentences of the same report.

    A decision counts by how much it surprised the model: the techniques that a person left on a sentence less the
    model's confidences. Each sentence hears the five decisions nearest to it, by their likeness squared. And each
    technique gains or loses everywhere by how often it was found, compared with how often it was expected.

    Parameters
    ----------
    confidences : array, sentences by techniques
        Of one report, the sentences that were accepted or rejected last; see
        :func:`tram_ext.ml.confidences.proposing`.
    vectors : sparse matrix, a row of length 1 for each sentence
    waiting : int
        How many sentences stand before those that were decided.
    truth : array of bool, decided sentences by techniques
        What is on those sentences; nothing on a rejected one.

    Returns
    -------
    array, waiting sentences by techniques
    """
    if waiting == len(confidences):
        return confidences
    expected = confidences[waiting:]
    surprise = truth - expected
    balance = _BALANCE * np.log((truth.sum(axis=0) + _PRIOR) / (expected.sum(axis=0) + _PRIOR))
    bounded = np.clip(confidences[:waiting], _TINY, 1 - _TINY)
    odds = np.log(bounded / (1 - bounded)) + balance.astype(np.float32)
    vectors = _without_short_ones(vectors)
    heard = vectors[waiting:].T.tocsr()
    for begin in range(0, waiting, _BATCH):
        weights = _nearest(vectors[begin : min(begin + _BATCH, waiting)] @ heard)
        votes = np.float32(_VOTE) * np.asarray(weights @ surprise, np.float32)
        here = odds[begin : begin + _BATCH]
        np.copyto(here, np.maximum(here, np.float32(_LOWEST_ODDS)), where=votes > 1)
        here += votes
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def _without_short_ones(vectors: sparse.csr_matrix) -> sparse.csr_matrix:
    words = np.diff(vectors.indptr)
    kept = np.repeat(words >= _FEWEST_WORDS, words)
    return sparse.csr_matrix((vectors.data * kept, vectors.indices, vectors.indptr), shape=vectors.shape)


def _nearest(likeness: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the nearest of each row, squared."""
    likeness.data[likeness.data < _LEAST_LIKENESS] = 0
    likeness.eliminate_zeros()
    row_of = np.repeat(np.arange(likeness.shape[0]), np.diff(likeness.indptr))
    order = np.lexsort((likeness.indices, -likeness.data, row_of))
    place = np.arange(len(order)) - likeness.indptr[row_of[order]]
    beyond = order[place >= _NEAREST]
    likeness.data **= 2
    likeness.data[beyond] = 0
    likeness.eliminate_zeros()
    return likeness
