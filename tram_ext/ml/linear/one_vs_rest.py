"""One decision per technique: a linear support vector machine against everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.linear.training_rows import Rows

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_COST: Final = 1.0
_TOLERANCE: Final = 0.05
_NEAR: Final = 3000  # rows nearest to a technique that are always looked at
_STRIDE: Final = 4  # of the rows further away, one in so many, counting for as many
_PRUNED: Final = 0.01


@dataclass(frozen=True)
class Decisions:
    """Weights of the decisions.

    Attributes
    ----------
    weights : sparse matrix, features by techniques
    bias : array of float32, one for each technique
    """

    weights: sparse.csr_matrix
    bias: FloatArray

    def scores(self, rows: sparse.csr_matrix) -> FloatArray:
        """Return the signed distance of each row from each decision's border."""
        product = rows @ self.weights
        return np.asarray(product.todense(), np.float32) + self.bias

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {"weights": self.weights, "bias": self.bias}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Decisions:
        """Make the decisions that `state` was taken from."""
        return cls(state["weights"], state["bias"])


@dataclass(frozen=True)
class Lesson:
    """What one decision learns from: chosen rows, with their side and their weight.

    Attributes
    ----------
    chosen : array of int64
        Numbers of rows.
    positive : array of bool
    weights : array of float64
    """

    chosen: npt.NDArray[np.int64]
    positive: BoolArray
    weights: npt.NDArray[np.float64]


def lesson(nearness: FloatArray, positive: BoolArray, ignored: BoolArray, rows: Rows) -> Lesson:
    """Choose what a decision looks at.

    Parameters
    ----------
    nearness : array, n
        Similarity of each row to the technique.
    positive : array of bool, n
    ignored : array of bool, n
        Rows that say nothing for or against, such as those of the parent for a sub-technique.
    """
    weight = np.where(positive, rows.weights, rows.counter_weights).astype(np.float64)
    rest = np.flatnonzero(~positive & ~ignored)
    rest = rest[np.argsort(-nearness[rest], kind="stable")]
    near, far = rest[:_NEAR], rest[_NEAR:]
    far = np.sort(far)[::_STRIDE]
    weight[far] *= _STRIDE
    chosen = np.sort(np.concatenate([np.flatnonzero(positive), near, far]))
    return Lesson(chosen, positive[chosen], weight[chosen])


def learn(rows: sparse.csr_matrix, positive: BoolArray, weights: npt.NDArray[np.float64]) -> tuple[FloatArray, float]:
    """Fit one decision: its weights and its bias; where one side is missing, it decides for the other."""
    from sklearn.svm import LinearSVC

    if positive.all() or not positive.any():
        return np.zeros(rows.shape[1], np.float32), 1.0 if positive.any() else -1.0
    machine = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=0).fit(rows, positive, sample_weight=weights)
    coefficients = machine.coef_[0].astype(np.float32)
    coefficients[np.abs(coefficients) < _PRUNED] = 0
    return coefficients, float(machine.intercept_[0])
