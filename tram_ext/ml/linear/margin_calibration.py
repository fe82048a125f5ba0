"""How a decision's logit is read beside those of the other techniques: the last step to a probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.linear import calibration

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_PULL: Final = 5.0
"""About as many doubtful pairs as half move a technique's own intercept: one that is seldom seen keeps the common one.

Of 3, 5, 10 and 30, none was clearly better than the others."""

_TOP: Final = 5
_TINY: Final = 1e-9


@dataclass(frozen=True)
class Standing:
    """A line through a logit and its lead, with a technique's own intercept.

    Where every sentence has one technique, one that others come near is less likely than its score says; in reports,
    where a sentence with one technique often has a second, it is more likely. And a technique may be rarer, or be
    labelled less willingly, than its score says. Accepted sentences tell; without them nothing is changed.

    Attributes
    ----------
    line : array of 3
        Coefficients of the logit and of its lead, and the common intercept.
    own : array, one for each decision
        What each technique adds to the intercept.
    """

    line: FloatArray
    own: FloatArray

    @classmethod
    def unchanged(cls, decisions: int) -> Standing:
        """Leave logits as they are."""
        return cls(np.array([1, 0, 0], np.float32), np.zeros(decisions, np.float32))

    @classmethod
    def fit(cls, logits: FloatArray, truth: BoolArray) -> Standing:
        """Learn from held-out accepted sentences.

        Parameters
        ----------
        logits : array, n by decisions
        truth : array of bool, n by decisions
        """
        top = min(_TOP, logits.shape[1])
        if not top or not truth.any():
            return cls.unchanged(logits.shape[1])
        best = np.argpartition(-logits, top - 1, axis=1)[:, :top]
        pairs = np.stack([np.take_along_axis(m, best, axis=1).ravel() for m in (logits, _leads(logits))], axis=1)
        line, own = calibration.logistic_with_own(
            pairs.astype(np.float64),
            np.take_along_axis(truth, best, axis=1).ravel(),
            best.ravel(),
            logits.shape[1],
            _PULL,
        )
        return cls(line.astype(np.float32), own.astype(np.float32))

    def read(self, logits: FloatArray) -> FloatArray:
        """Return sentences by decisions, as `logits` are: what the probabilities are made from."""
        of_logit, of_lead, intercept = self.line
        found = of_logit * logits + (self.own + intercept)
        return np.asarray(found + of_lead * _leads(logits) if of_lead else found, np.float32)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {"line": self.line, "own": self.own}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Standing:
        """Make the standing that `state` was taken from."""
        return cls(state["line"], state["own"])


def _leads(logits: FloatArray) -> FloatArray:
    """Return each logit less the logarithm of the odds of all others in its row, added up."""
    most = logits.max(axis=1, keepdims=True)
    odds = np.exp(logits - most)
    others = np.maximum(odds.sum(axis=1, keepdims=True) - odds, _TINY)
    return np.asarray(logits - most - np.log(others), np.float32)
