"""Classifies sentences as relevant (they describe adversary behaviour) or not.

For models that have no fully reviewed reports to learn this from: each of ATT&CK's procedure examples describes
adversary behaviour, and nine of ten sentences of a report do not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.data import invented_reports
from tram_ext.ml.text.masking import masked

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


class RelevanceClassifier:
    """Logistic regression with balanced classes on the features of whole sentences.

    Parameters
    ----------
    cost : float
        Inverse strength of the L2 penalty, scikit-learn's ``C``.
    min_weight : float
        Smaller weights are set to zero.

    Attributes
    ----------
    coef_ : array of float32, 1 by features
    intercept_ : array of float64, 1
    """

    coef_: FloatArray
    intercept_: npt.NDArray[np.float64]

    def __init__(self, cost: float = 10.0, min_weight: float = 0.1) -> None:
        self.cost, self.min_weight = cost, min_weight

    def fit(self, x: sparse.csr_matrix, y: BoolArray) -> RelevanceClassifier:
        """Fit the regression.

        Parameters
        ----------
        x : sparse matrix, n by features
        y : array of bool, n
            Which rows are relevant.
        """
        from sklearn.linear_model import LogisticRegression

        found = LogisticRegression(C=self.cost, class_weight="balanced", max_iter=1000).fit(x, y)
        self.coef_ = found.coef_.astype(np.float32)
        self.coef_[np.abs(self.coef_) < self.min_weight] = 0
        self.intercept_ = found.intercept_.astype(np.float64)
        return self

    def decision_function(self, x: sparse.csr_matrix) -> FloatArray:
        """Return the log-odds that each row is relevant."""
        return np.asarray(x @ self.coef_[0] + np.float32(self.intercept_[0]), np.float32)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs."""
        return {"weights": sparse.csr_matrix(self.coef_).T.tocsr(), "bias": float(self.intercept_[0])}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> RelevanceClassifier:
        """Make the classifier that `state` was taken from."""
        found = cls()
        found.coef_, found.intercept_ = state["weights"].T.toarray(), np.array([state["bias"]])
        return found


@lru_cache(maxsize=1)
def training_sentences() -> tuple[tuple[str, ...], BoolArray]:
    """Return the masked sentences of the invented reports, and which of them are relevant."""
    texts, relevant = invented_reports()
    return tuple(map(masked, texts)), np.array(relevant)
