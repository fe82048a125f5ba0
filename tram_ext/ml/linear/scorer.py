"""Turns the features of sentences into one logit per technique, by stacking the classifiers of the linear model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.linear.embedding_softmax import EmbeddingSoftmax
from tram_ext.ml.linear.margin_calibration import MarginCalibration
from tram_ext.ml.linear.one_vs_rest import OneVsRestSVM
from tram_ext.ml.linear.relevance import RelevanceClassifier
from tram_ext.ml.linear.softmax_ranker import SoftmaxRanker

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scorer:
    """A stack of classifiers: machines for frequent techniques, a softmax for all, and optional corrections.

    Attributes
    ----------
    n_techniques : int
    svm : OneVsRestSVM
    frequent : array of int64
        Numbers of the techniques that have a machine, in the order of the machines.
    frequent_coef : array of 3 or 4
        Stacking coefficients for these: of the machine's score, of the ranker's log-probability and, with an encoder,
        of the embedding softmax's log-probability, then the intercept.
    margin_calibration : MarginCalibration
        Recalibrates the logits of frequent techniques.
    ranker : SoftmaxRanker
    rare_coef : array of 3 or 4
        Stacking coefficients for all others: of the ranker's log-probability, of its scores without prior and, with
        an encoder, of the embedding softmax's log-probability, then the intercept.
    embedding : EmbeddingSoftmax or None
    relevance : RelevanceClassifier or None
        Lowers the logits of sentences that it finds irrelevant; where no fully reviewed reports were learnt from.
    """

    n_techniques: int
    svm: OneVsRestSVM
    frequent: IntArray
    frequent_coef: FloatArray
    margin_calibration: MarginCalibration
    ranker: SoftmaxRanker
    rare_coef: FloatArray
    embedding: EmbeddingSoftmax | None = None
    relevance: RelevanceClassifier | None = None

    def logits(self, parts: Sequence[str], x: sparse.csr_matrix, starts: IntArray | None = None) -> FloatArray:
        """Return logits, texts by techniques: the maximum over the parts of each text.

        Parameters
        ----------
        parts : sequence of str
            The masked texts of which `x` holds the features.
        x : sparse matrix, parts by features
        starts : array of int64, optional
            Index of the first part of each text, which is the whole text; without it, each part is a text.
        """
        feature_scores = self.ranker.feature_scores(x)
        log_proba = self.ranker.log_proba(feature_scores)
        embedding = [] if self.embedding is None else [self.embedding.predict_log_proba(self.embedding.encode(parts))]
        logits = _linear_combination([log_proba, feature_scores, *embedding], self.rare_coef)
        inputs = [self.svm.decision_function(x), *(scores[:, self.frequent] for scores in (log_proba, *embedding))]
        logits[:, self.frequent] = _linear_combination(inputs, self.frequent_coef)
        if starts is not None:
            logits = np.maximum.reduceat(logits, starts, axis=0)
            x = x[starts]
        logits[:, self.frequent] = self.margin_calibration.transform(logits[:, self.frequent])
        if self.relevance is not None:
            # Relevance alone is no evidence for any one technique, so log-odds above 0 are not added.
            logits += np.minimum(self.relevance.decision_function(x), 0)[:, None]
        return logits

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs, under the keys that files have had since format 5."""
        return {
            "n_techniques": self.n_techniques,
            "decisions": self.svm.state(),
            "own": self.frequent,
            "decision_line": self.frequent_coef,
            "standing": self.margin_calibration.state(),
            "ranker": self.ranker.state(),
            "rank_line": self.rare_coef,
            "meaning": None if self.embedding is None else self.embedding.state(),
            "telling": None if self.relevance is None else self.relevance.state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Scorer:
        """Make the scorer that `state` was taken from."""
        return cls(
            state["n_techniques"],
            OneVsRestSVM.from_state(state["decisions"]),
            state["own"],
            state["decision_line"],
            MarginCalibration.from_state(state["standing"]),
            SoftmaxRanker.from_state(state["ranker"]),
            state["rank_line"],
            None if state["meaning"] is None else EmbeddingSoftmax.from_state(state["meaning"]),
            None if state["telling"] is None else RelevanceClassifier.from_state(state["telling"]),
        )


def _linear_combination(inputs: Sequence[FloatArray], coef: FloatArray) -> FloatArray:
    """Return the sum of `inputs`, all of one shape, each times its coefficient, plus the intercept, ``coef[-1]``."""
    total = np.full(inputs[0].shape, coef[-1], np.float32)
    for values, coefficient in zip(inputs, coef[:-1], strict=True):
        total += coefficient * values
    return total
