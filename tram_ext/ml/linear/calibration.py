"""From scores to probabilities, and from out-of-fold scores to a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
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


def at_recall(own_scores: Sequence[float] | FloatArray, recall: float) -> float:
    """Return the score that the share `recall` of the given out-of-fold scores reaches; 0 where there are none."""
    if not len(own_scores):
        return 0.0
    return float(np.quantile(np.asarray(own_scores), 1 - recall))
