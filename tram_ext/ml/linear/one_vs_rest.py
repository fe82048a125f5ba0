"""One linear support vector machine for each technique, against all other sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.linear.training_rows import TrainingRows

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_NEAREST_NEGATIVES: Final = 3000  # the negatives most similar to a technique, all of which are kept
_STRIDE: Final = 4  # of the other negatives, every fourth is kept, with four times its weight


@dataclass(frozen=True)
class BinaryProblem:
    """The rows that one machine is trained on, a sample of the training set.

    Attributes
    ----------
    rows : array of int64
        Indices into the training set.
    positive : array of bool
    sample_weight : array of float64
    """

    rows: npt.NDArray[np.int64]
    positive: BoolArray
    sample_weight: npt.NDArray[np.float64]

    def restricted_to(self, kept: BoolArray) -> BinaryProblem:
        """Return the problem without the rows that `kept`, one flag a row of the training set, leaves out."""
        chosen = kept[self.rows]
        return BinaryProblem(self.rows[chosen], self.positive[chosen], self.sample_weight[chosen])


def binary_problem(x: sparse.csr_matrix, positive: BoolArray, ignored: BoolArray, rows: TrainingRows) -> BinaryProblem:
    """Sample the rows for one technique: all positives, the nearest negatives, a part of the others.

    Parameters
    ----------
    x : sparse matrix, n by features
    positive : array of bool, n
    ignored : array of bool, n
        Rows that are neither positive nor negative, such as those of the parent for a sub-technique.
    """
    centroid = np.asarray(x[positive].mean(axis=0)).ravel()
    similarity = np.asarray(x @ centroid, np.float32)
    weight = np.where(positive, rows.weights, rows.negative_weights).astype(np.float64)
    negatives = np.flatnonzero(~positive & ~ignored)
    negatives = negatives[np.argsort(-similarity[negatives], kind="stable")]
    near, far = negatives[:_NEAREST_NEGATIVES], negatives[_NEAREST_NEGATIVES:]
    far = np.sort(far)[::_STRIDE]
    weight[far] *= _STRIDE
    chosen = np.sort(np.concatenate([np.flatnonzero(positive), near, far]))
    return BinaryProblem(chosen, positive[chosen], weight[chosen])


class OneVsRestSVM:
    """Linear support vector machines, one for each technique.

    Parameters
    ----------
    cost : float
        Inverse strength of the L2 penalty, scikit-learn's ``C``.
    tolerance : float
    min_weight : float
        Smaller weights are set to zero.

    Attributes
    ----------
    weights_ : sparse matrix, features by techniques
        The transpose of scikit-learn's ``coef_``, in the layout that a product of sparse rows needs.
    intercept_ : array of float32, one for each technique
    """

    weights_: sparse.csr_matrix
    intercept_: FloatArray

    def __init__(self, cost: float = 1.0, tolerance: float = 0.05, min_weight: float = 0.01) -> None:
        self.cost, self.tolerance, self.min_weight = cost, tolerance, min_weight

    def fit(
        self,
        x: sparse.csr_matrix,
        problems: Sequence[BinaryProblem],
        progress: Callable[[float], None] = lambda _: None,
    ) -> OneVsRestSVM:
        """Fit a machine for each of `problems`, whose rows are those of `x`."""
        coef, intercept = [], np.zeros(len(problems), np.float32)
        for number, problem in enumerate(problems):
            weights, intercept[number] = self._fit_one(x[problem.rows], problem)
            coef.append(sparse.csr_matrix(weights))
            progress((number + 1) / len(problems))
        self.weights_, self.intercept_ = sparse.vstack(coef).T.tocsr(), intercept
        return self

    def _fit_one(self, x: sparse.csr_matrix, problem: BinaryProblem) -> tuple[FloatArray, float]:
        """Return weights and intercept; where one class is missing, the other is always predicted."""
        from sklearn.svm import LinearSVC

        positive = problem.positive
        if positive.all() or not positive.any():
            return np.zeros(x.shape[1], np.float32), 1.0 if positive.any() else -1.0
        machine = LinearSVC(C=self.cost, tol=self.tolerance, random_state=0)
        machine.fit(x, positive, sample_weight=problem.sample_weight)
        weights = machine.coef_[0].astype(np.float32)
        weights[np.abs(weights) < self.min_weight] = 0
        return weights, float(machine.intercept_[0])

    def decision_function(self, x: sparse.csr_matrix) -> FloatArray:
        """Return the signed distance of each row from each machine's hyperplane, n by techniques."""
        return np.asarray((x @ self.weights_).todense(), np.float32) + self.intercept_

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs."""
        return {"weights": self.weights_, "bias": self.intercept_}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> OneVsRestSVM:
        """Make the machines that `state` was taken from."""
        found = cls()
        found.weights_, found.intercept_ = state["weights"], state["bias"]
        return found
