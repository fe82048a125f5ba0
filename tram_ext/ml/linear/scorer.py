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
        What is taken from each decision's score, so that one threshold serves all.
    decision_line : array of 2
        Slope and intercept from a score to a logit.
    ranker : Ranker or None
        None where each technique has a decision of its own.
    rank_line : array of 3
        Coefficients of log-probability and evidence, and the intercept.
    """

    n_techniques: int
    decisions: Decisions
    own: IntArray
    offsets: FloatArray
    decision_line: FloatArray
    ranker: Ranker | None
    rank_line: FloatArray

    def logits(self, rows: sparse.csr_matrix) -> FloatArray:
        """Return rows by techniques."""
        logits = np.full((rows.shape[0], self.n_techniques), -np.inf, np.float32)
        if self.ranker is not None:
            evidence = self.ranker.evidence(rows)
            by_rank, by_evidence, intercept = self.rank_line
            logits = by_rank * self.ranker.log_probabilities(evidence) + by_evidence * evidence + intercept
        slope, intercept = self.decision_line
        logits[:, self.own] = slope * (self.decisions.scores(rows) - self.offsets) + intercept
        return logits

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {
            "n_techniques": self.n_techniques,
            "decisions": self.decisions.state(),
            "own": self.own,
            "offsets": self.offsets,
            "decision_line": self.decision_line,
            "ranker": None if self.ranker is None else self.ranker.state(),
            "rank_line": self.rank_line,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Scorer:
        """Make the scorer that `state` was taken from."""
        ranker = state["ranker"]
        return cls(
            state["n_techniques"],
            Decisions.from_state(state["decisions"]),
            state["own"],
            state["offsets"],
            state["decision_line"],
            None if ranker is None else Ranker.from_state(ranker),
            state["rank_line"],
        )
