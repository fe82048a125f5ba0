"""Whether a sentence tells what an adversary does: for models that have no read reports to learn that from.

All examples of ATT&CK do, and nine in ten sentences of a report do not. What these are like is learnt from reports that
were invented for this, in the file beside, which say nothing of techniques.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.text.masking import masked

FloatArray = npt.NDArray[np.float32]

_FILE: Final = "invented_reports.tsv"
_COST: Final = 10.0
_PRUNED: Final = 0.1


@dataclass(frozen=True)
class Telling:
    """A logistic regression on the features of whole sentences.

    Attributes
    ----------
    weights : sparse matrix, features by 1
    bias : float
    """

    weights: sparse.csr_matrix
    bias: float

    @classmethod
    def fit(cls, rows_of: Callable[[Sequence[str]], sparse.csr_matrix]) -> Telling:
        """Learn from the invented reports.

        Parameters
        ----------
        rows_of : callable
            Makes masked texts into rows of features.
        """
        from sklearn.linear_model import LogisticRegression

        texts, tells = invented_sentences()
        found = LogisticRegression(C=_COST, class_weight="balanced", max_iter=1000).fit(rows_of(texts), tells)
        weights = found.coef_[0].astype(np.float32)
        weights[np.abs(weights) < _PRUNED] = 0
        return cls(sparse.csr_matrix(weights).T.tocsr(), float(found.intercept_[0]))

    def doubts(self, rows: sparse.csr_matrix) -> FloatArray:
        """Return for each row the log-odds that it tells nothing, below zero, or zero where it rather tells.

        They are added to the log-odds of each technique. A sentence that tells something does not make a technique
        more likely than its own words do.
        """
        product = np.asarray((rows @ self.weights).todense(), np.float32).ravel()
        return np.asarray(np.minimum(product + self.bias, 0), np.float32)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {"weights": self.weights, "bias": self.bias}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Telling:
        """Make what `state` was taken from."""
        return cls(state["weights"], state["bias"])


@lru_cache(maxsize=1)
def invented_sentences() -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """Return the masked sentences of the invented reports, and of each whether it tells what an adversary does."""
    lines = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line and not line.startswith("#")]
    return tuple(masked(text) for _, text in pairs), tuple(mark == "1" for mark, _ in pairs)
