"""Logistic regression on a few inputs, and the logistic function with a ceiling."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CEILING: Final = 0.985
"""The highest confidence: annotators label near-identical sentences differently about once in thirty."""

_RIDGE: Final = 1e-3
_GRADIENT_TOLERANCE: Final = 1e-5


def probability(logits: FloatArray) -> FloatArray:
    """Return the logistic function of `logits`, scaled to its ceiling."""
    return np.asarray(CEILING / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def fit_logistic(inputs: DoubleArray, outcome: BoolArray) -> DoubleArray:
    """Fit a logistic regression with a negligible L2 penalty, on the intercept as well.

    Parameters
    ----------
    inputs : array, n by p
    outcome : array of bool, n

    Returns
    -------
    array, p + 1
        The coefficients, then the intercept.
    """
    design = np.column_stack([inputs, np.ones(len(inputs))])
    return _minimize(design, outcome, np.full(design.shape[1], _RIDGE))


def fit_logistic_by_group(
    inputs: DoubleArray, outcome: BoolArray, groups: IntArray, n_groups: int, prior_strength: float
) -> tuple[DoubleArray, DoubleArray]:
    """Fit a logistic regression with a random intercept for each group.

    Parameters
    ----------
    inputs : array, n by p
    outcome : array of bool, n
    groups : array of int64, n
        The group of each row, 0 to `n_groups` - 1.
    prior_strength : float
        Precision of the Gaussian prior, centred on 0, of the groups' intercepts.

    Returns
    -------
    array, p + 1
        The coefficients, then the common intercept.
    array, n_groups
        What each group adds to the intercept.
    """
    n, common = len(inputs), inputs.shape[1] + 1
    membership = sparse.csr_matrix((np.ones(n), groups, np.arange(n + 1)), shape=(n, n_groups))
    design = sparse.hstack([inputs, np.ones((n, 1)), membership], format="csr")
    found = _minimize(design, outcome, np.repeat([_RIDGE, prior_strength], [common, n_groups]))
    return found[:common], found[common:]


def _minimize(design: Any, outcome: BoolArray, penalty: DoubleArray) -> DoubleArray:
    """Minimise the log loss of `design` (dense or sparse) plus half of `penalty` times the squared coefficients."""
    from scipy.optimize import minimize
    from scipy.special import expit

    sign = np.where(outcome, 1.0, -1.0)

    def loss_and_gradient(coef: DoubleArray) -> tuple[float, DoubleArray]:
        margins = sign * (design @ coef)
        loss = float(np.logaddexp(0, -margins).sum() + penalty @ coef**2 / 2)
        return loss, penalty * coef - design.T @ (sign * expit(-margins))

    def hessian(coef: DoubleArray) -> DoubleArray:
        p = expit(design @ coef)
        curvature = design.T @ (sparse.diags_array(p * (1 - p)) @ design)
        return np.asarray(curvature.toarray() if sparse.issparse(curvature) else curvature) + np.diag(penalty)

    start = np.zeros(design.shape[1])
    options = {"gtol": _GRADIENT_TOLERANCE}
    found = minimize(loss_and_gradient, start, jac=True, hess=hessian, method="trust-exact", options=options)
    return np.asarray(found.x)
