"""Ranks all techniques by one softmax over sparse features, including techniques with few examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.linear.adagrad import fit_softmax, log_softmax

FloatArray = npt.NDArray[np.float32]


class SoftmaxRanker:
    """Softmax regression over techniques, given that a sentence has one.

    Parameters
    ----------
    epochs : int
    input_scale : float
        See :func:`tram_ext.ml.linear.adagrad.fit_softmax`; the parameter that matters most.
    min_weight : float
        Smaller weights are set to zero; a hundredth of the weights remain.

    Attributes
    ----------
    weights_ : sparse matrix, features by techniques
        The transpose of scikit-learn's ``coef_``, in the layout that a product of sparse rows needs.
    intercept_ : array of float32, one for each technique
        The logarithm of the technique's share of the training set.
    """

    weights_: sparse.csr_matrix
    intercept_: FloatArray

    def __init__(self, epochs: int = 4, input_scale: float = 2.0, min_weight: float = 0.4) -> None:
        self.epochs, self.input_scale, self.min_weight = epochs, input_scale, min_weight

    def fit(
        self,
        x: sparse.csr_matrix,
        targets: sparse.csr_matrix,
        sample_weight: FloatArray,
        progress: Callable[[float], None] = lambda _: None,
    ) -> SoftmaxRanker:
        """Fit the softmax.

        Parameters
        ----------
        x : sparse matrix, n by features
        targets : sparse matrix, n by techniques
            Each row sums to 1.
        sample_weight : array, n
        """
        weights, self.intercept_ = fit_softmax(
            x, targets, sample_weight, epochs=self.epochs, input_scale=self.input_scale, progress=progress
        )
        weights[np.abs(weights) < self.min_weight] = 0
        self.weights_ = sparse.csr_matrix(weights)
        return self

    def feature_scores(self, x: sparse.csr_matrix) -> FloatArray:
        """Return the scores of each technique without its prior, n by techniques."""
        return np.asarray((x @ self.weights_).todense(), np.float32)

    def log_proba(self, feature_scores: FloatArray) -> FloatArray:
        """Return the log-probability of each technique, from what :meth:`feature_scores` returned."""
        return log_softmax(feature_scores + self.intercept_)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs."""
        return {"weights": self.weights_, "bias": self.intercept_}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> SoftmaxRanker:
        """Make the ranker that `state` was taken from."""
        ranker = cls()
        ranker.weights_, ranker.intercept_ = state["weights"], state["bias"]
        return ranker
