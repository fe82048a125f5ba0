"""From scores to probabilities, and from out-of-fold scores to a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CEILING: Final = 0.985
"""No confidence is higher: people label near-identical sentences differently about once in thirty."""

_RIDGE: Final = 1e-3
_STEPS: Final = 30


def probability(logits: FloatArray) -> FloatArray:
    """Return the logistic function of `logits`, scaled to its ceiling."""
    return np.asarray(CEILING / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def logistic(inputs: DoubleArray, outcome: BoolArray, weights: DoubleArray | None = None) -> DoubleArray:
    """Fit a logistic regression of a few inputs by Newton's method.

    Parameters
    ----------
    inputs : array, n by p
    outcome : array of bool, n
    weights : array, n, optional

    Returns
    -------
    array, p + 1
        One coefficient for each input, then the intercept.
    """
    design = np.column_stack([inputs, np.ones(len(inputs))])
    weight = np.ones(len(inputs)) if weights is None else weights
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (weight * (outcome - p)) - _RIDGE * found
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + _RIDGE * np.eye(len(found))
        step = np.linalg.solve(curvature, gradient)
        found += np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-6:  # noqa: PLR2004 - far below what a probability shows
            break
    return found


def logistic_with_own(
    inputs: DoubleArray, outcome: BoolArray, kinds: IntArray, n_kinds: int, pull: float
) -> tuple[DoubleArray, DoubleArray]:
    """Fit a logistic regression whose intercept differs between kinds of rows, by Newton's method.

    Parameters
    ----------
    inputs : array, n by p
    outcome : array of bool, n
    kinds : array of int64, n
        The kind of each row, 0 to `n_kinds` - 1.
    pull : float
        How strongly a kind's own intercept is held near 0: the penalty of its square, times two.

    Returns
    -------
    array, p + 1
        One coefficient for each input, then the common intercept.
    array, n_kinds
        What each kind adds to the intercept.
    """
    design = np.column_stack([inputs, np.ones(len(inputs))])
    common, own = np.zeros(design.shape[1]), np.zeros(n_kinds)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ common + own[kinds], -30, 30)))
        slope, error = p * (1 - p), outcome - p
        gradient = design.T @ error - _RIDGE * common
        own_gradient = np.bincount(kinds, error, n_kinds) - pull * own
        own_curvature = np.bincount(kinds, slope, n_kinds) + pull
        mixed = np.stack([np.bincount(kinds, slope * column, n_kinds) for column in design.T])
        curvature = (design * slope[:, None]).T @ design + _RIDGE * np.eye(len(common))
        step = np.linalg.solve(
            curvature - (mixed / own_curvature) @ mixed.T, gradient - (mixed / own_curvature) @ own_gradient
        )
        own_step = (own_gradient - mixed.T @ step) / own_curvature
        common += np.clip(step, -5, 5)
        own += np.clip(own_step, -5, 5)
        if max(np.abs(step).max(), np.abs(own_step).max()) < 1e-6:  # noqa: PLR2004 - as above
            break
    return common, own


def at_recall(own_scores: Sequence[float] | FloatArray, recall: float) -> float:
    """Return the score that the share `recall` of the given out-of-fold scores reaches; 0 where there are none."""
    if not len(own_scores):
        return 0.0
    return float(np.quantile(np.asarray(own_scores), 1 - recall))
