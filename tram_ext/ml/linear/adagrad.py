"""Softmax regression by mini-batch gradient descent with row-wise Adagrad, on sparse or dense inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float32]

_BATCH: Final = 256
_LEARNING_RATE: Final = 0.5
_INITIAL_SQUARES: Final = 1e-6


def fit_softmax(
    x: Any,
    targets: sparse.csr_matrix,
    sample_weight: FloatArray,
    *,
    epochs: int,
    input_scale: float,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[FloatArray, FloatArray]:
    """Train a softmax whose intercept is the log prior of each class, which is not learnt.

    Parameters
    ----------
    x : array or sparse matrix, n by features
    targets : sparse matrix, n by classes
        Each row is a distribution over the classes.
    sample_weight : array, n
    input_scale : float
        Factor on `x` during training; the larger it is, the steeper the scores within the same number of steps.
    progress : callable
        Called with the share that is done, 0 to 1, after each epoch.

    Returns
    -------
    coef : array, features by classes
    intercept : array, one for each class
    """
    mass = np.asarray(targets.T @ sample_weight, np.float64)
    intercept = np.log(np.maximum(mass, 0.5) / max(mass.sum(), 1.0)).astype(np.float32)
    scaled = x * np.float32(input_scale)
    coef = np.zeros((x.shape[1], targets.shape[1]), np.float32)
    squares = np.full(x.shape[1], _INITIAL_SQUARES, np.float32)
    random = np.random.default_rng(0)
    for epoch in range(epochs):
        order = random.permutation(x.shape[0])
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            _step(coef, squares, intercept, (scaled[batch], targets[batch].toarray(), sample_weight[batch]))
        progress((epoch + 1) / epochs)
    return coef * np.float32(input_scale), intercept


def log_softmax(scores: FloatArray) -> FloatArray:
    """Turn `scores`, in place, into the logarithms of the softmax of each row."""
    scores -= scores.max(axis=1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return scores


def _step(
    coef: FloatArray,
    squares: FloatArray,
    intercept: FloatArray,
    batch: tuple[Any, FloatArray, FloatArray],
) -> None:
    """Update, in place, the rows of `coef` whose features occur in a batch (inputs, targets, sample weights)."""
    x, targets, sample_weight = batch
    features: Any = slice(None)
    if sparse.issparse(x):
        features, inverse = np.unique(x.indices, return_inverse=True)
        x = sparse.csr_matrix((x.data, inverse, x.indptr), shape=(x.shape[0], len(features)))
    updated = coef[features]
    error = x @ updated + intercept
    error -= error.max(axis=1, keepdims=True)
    np.exp(error, out=error)
    error /= error.sum(axis=1, keepdims=True)
    error -= targets
    error *= sample_weight[:, None]
    gradient = (x.T.tocsr() if sparse.issparse(x) else x.T) @ error
    squares[features] += np.einsum("ij,ij->i", gradient, gradient)
    gradient *= (_LEARNING_RATE / np.sqrt(squares[features]))[:, None]
    updated -= gradient
    coef[features] = updated
