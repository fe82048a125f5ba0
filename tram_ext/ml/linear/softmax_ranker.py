"""Ranking all techniques by one softmax: cheap for many techniques, also for those with few examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float32]

_EPOCHS: Final = 4
_BATCH: Final = 256
_RATE: Final = 0.5
_INPUT_SCALE: Final = 2.0  # the setting that matters most: steeper scores within the same number of steps
_PRUNED: Final = 0.2  # of a weight at the scaled input; a hundredth of the weights is larger


@dataclass(frozen=True)
class Ranker:
    """Weights of a softmax over techniques.

    Attributes
    ----------
    weights : sparse matrix, features by techniques
    bias : array of float32, one for each technique
        The logarithm of the technique's share of the training set; it is not learned.
    """

    weights: sparse.csr_matrix
    bias: FloatArray

    @classmethod
    def fit(
        cls,
        rows: sparse.csr_matrix,
        targets: sparse.csr_matrix,
        weights: FloatArray,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Ranker:
        """Train with row-wise Adagrad.

        Parameters
        ----------
        rows : sparse matrix, n by features
        targets : sparse matrix, n by techniques
            Each row sums to 1.
        weights : array, n
        """
        mass = np.asarray(targets.T @ weights, np.float64)
        bias = np.log(np.maximum(mass, 0.5) / max(mass.sum(), 1.0)).astype(np.float32)
        scaled = rows * np.float32(_INPUT_SCALE)
        learned = np.zeros((rows.shape[1], targets.shape[1]), np.float32)
        squares = np.full(rows.shape[1], 1e-6, np.float32)
        random = np.random.default_rng(0)
        for epoch in range(_EPOCHS):
            order = random.permutation(rows.shape[0])
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                _step(learned, squares, bias, (scaled[batch], targets[batch].toarray(), weights[batch]))
            progress((epoch + 1) / _EPOCHS)
        learned[np.abs(learned) < _PRUNED] = 0
        return cls(sparse.csr_matrix(learned) * np.float32(_INPUT_SCALE), bias)

    def evidence(self, rows: sparse.csr_matrix) -> FloatArray:
        """Return what each row's features say for each technique, before any of them is preferred."""
        return np.asarray((rows @ self.weights).todense(), np.float32)

    def log_probabilities(self, evidence: FloatArray) -> FloatArray:
        """Return the logarithm of each technique's probability, given that there is one."""
        scores = evidence + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return scores

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {"weights": self.weights, "bias": self.bias}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Ranker:
        """Make the ranker that `state` was taken from."""
        return cls(state["weights"], state["bias"])


def _step(
    learned: FloatArray,
    squares: FloatArray,
    bias: FloatArray,
    batch: tuple[sparse.csr_matrix, FloatArray, FloatArray],
) -> None:
    """Update, in place, the weights of the features that a batch (rows, targets, row weights) has."""
    rows, targets, weights = batch
    columns, inverse = np.unique(rows.indices, return_inverse=True)
    small = sparse.csr_matrix((rows.data, inverse, rows.indptr), shape=(rows.shape[0], len(columns)))
    touched = learned[columns]
    error = small @ touched + bias
    error -= error.max(axis=1, keepdims=True)
    np.exp(error, out=error)
    error /= error.sum(axis=1, keepdims=True)
    error -= targets
    error *= weights[:, None]
    gradient = small.T.tocsr() @ error
    squares[columns] += np.einsum("ij,ij->i", gradient, gradient)
    gradient *= (_RATE / np.sqrt(squares[columns]))[:, None]
    touched -= gradient
    learned[columns] = touched
