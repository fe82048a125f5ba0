"""From prepared texts to one logit per technique: own decisions where there are many examples, else the ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.linear.decisions import Decisions
from tram_ext.ml.linear.ranker import Ranker

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scorer:
    """What turns features into logits.

    Attributes
    ----------
    own : array of int64
        Numbers of the techniques with a decision of their own, in the order of the decisions.
    offsets : array of float32
        What is taken from the logit of each technique with a decision, so that one threshold serves all.
    decision_line : array of 3
        Coefficients of the decision's score and of the ranking's log-probability, and the intercept.
    ranker : Ranker
    rank_line : array of 3
        Where there is no decision: coefficients of log-probability and evidence, and the intercept.
    """

    n_techniques: int
    decisions: Decisions
    own: IntArray
    offsets: FloatArray
    decision_line: FloatArray
    ranker: Ranker
    rank_line: FloatArray

    def logits(self, rows: sparse.csr_matrix) -> FloatArray:
        """Return rows by techniques."""
        evidence = self.ranker.evidence(rows)
        ranks = self.ranker.log_probabilities(evidence)
        by_score, by_own_rank, at_zero = self.decision_line
        own = by_score * self.decisions.scores(rows) + by_own_rank * ranks[:, self.own] + at_zero - self.offsets
        by_rank, by_evidence, at_zero = self.rank_line
        logits: FloatArray = by_rank * ranks + by_evidence * evidence + at_zero
        logits[:, self.own] = own
        return logits

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {
            "n_techniques": self.n_techniques,
            "decisions": self.decisions.state(),
            "own": self.own,
            "offsets": self.offsets,
            "decision_line": self.decision_line,
            "ranker": self.ranker.state(),
            "rank_line": self.rank_line,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Scorer:
        """Make the scorer that `state` was taken from."""
        return cls(
            state["n_techniques"],
            Decisions.from_state(state["decisions"]),
            state["own"],
            state["offsets"],
            state["decision_line"],
            Ranker.from_state(state["ranker"]),
            state["rank_line"],
        )
