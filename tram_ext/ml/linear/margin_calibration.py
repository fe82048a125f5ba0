"""Recalibrates each technique's logit by its margin over the other techniques of the sentence."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.linear.logistic import fit_logistic_by_group

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

PRIOR_STRENGTH: Final = 5.0
"""Precision of the prior of a technique's own intercept: a rare technique keeps the common one.

Of 3, 5, 10 and 30, none was clearly better than the others."""

_TOP: Final = 5
_TINY: Final = 1e-9


class MarginCalibration:
    """Platt scaling with the margin as a second input and a random intercept for each technique.

    The margin is a logit less the log of the summed odds of all other techniques. Where sentences have one technique
    each, a close competitor makes a technique less likely than its logit says; in reports, where a sentence with one
    technique often has a second, more likely. A technique may also be rarer, or be labelled less often, than its logit
    says.

    Parameters
    ----------
    prior_strength : float
        Precision of the Gaussian prior of the techniques' intercepts.

    Attributes
    ----------
    coef_ : array of 2
        Of the logit and of its margin.
    intercept_ : float
        Common to all techniques.
    technique_intercepts_ : array, one for each technique
        What each adds to the common intercept.
    """

    coef_: FloatArray
    intercept_: float
    technique_intercepts_: FloatArray

    def __init__(self, prior_strength: float = PRIOR_STRENGTH) -> None:
        self.prior_strength = prior_strength

    @classmethod
    def identity(cls, techniques: int) -> MarginCalibration:
        """Return the calibration that leaves logits unchanged."""
        return cls().fit(np.zeros((0, techniques), np.float32), np.zeros((0, techniques), bool))

    def fit(self, logits: FloatArray, truth: BoolArray) -> MarginCalibration:
        """Fit to the logits of held-out accepted sentences; where none has a technique, to the identity.

        Parameters
        ----------
        logits : array, n by techniques
        truth : array of bool, n by techniques
        """
        techniques = logits.shape[1]
        top = min(_TOP, techniques)
        if not top or not truth.any():
            self._set(np.array([1, 0, 0], np.float32), np.zeros(techniques, np.float32))
            return self
        best = np.argpartition(-logits, top - 1, axis=1)[:, :top]
        pairs = np.stack([np.take_along_axis(m, best, axis=1).ravel() for m in (logits, _margins(logits))], axis=1)
        outcome = np.take_along_axis(truth, best, axis=1).ravel()
        common, own = fit_logistic_by_group(
            pairs.astype(np.float64), outcome, best.ravel(), techniques, self.prior_strength
        )
        self._set(common.astype(np.float32), own.astype(np.float32))
        return self

    def _set(self, line: FloatArray, own: FloatArray) -> None:
        self.coef_, self.intercept_, self.technique_intercepts_ = line[:-1], float(line[-1]), own

    def transform(self, logits: FloatArray) -> FloatArray:
        """Return the calibrated logits, n by techniques."""
        of_logit, of_margin = self.coef_
        found = of_logit * logits + (self.technique_intercepts_ + np.float32(self.intercept_))
        return np.asarray(found + of_margin * _margins(logits) if of_margin else found, np.float32)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs."""
        line = np.append(self.coef_, np.float32(self.intercept_))
        return {"line": line, "own": self.technique_intercepts_}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> MarginCalibration:
        """Make the calibration that `state` was taken from."""
        found = cls()
        found._set(state["line"], state["own"])
        return found


def _margins(logits: FloatArray) -> FloatArray:
    """Return each logit less the logarithm of the summed odds of the others in its row."""
    highest = logits.max(axis=1, keepdims=True)
    odds = np.exp(logits - highest)
    others = np.maximum(odds.sum(axis=1, keepdims=True) - odds, _TINY)
    return np.asarray(logits - highest - np.log(others), np.float32)
