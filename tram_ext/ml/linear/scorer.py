"""From prepared texts to one logit per technique: own decisions where there are many examples, else the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.linear.embedding_softmax import Meaning
from tram_ext.ml.linear.margin_calibration import Standing
from tram_ext.ml.linear.one_vs_rest import Decisions
from tram_ext.ml.linear.relevance import Telling
from tram_ext.ml.linear.softmax_ranker import Ranker

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scorer:
    """What turns features into logits.

    Attributes
    ----------
    own : array of int64
        Numbers of the techniques with a decision of their own, in the order of the decisions.
    decision_line : array of 3 or 4
        Coefficients of the decision's score, of the ranking's log-probability and, with an encoder, of that of the
        meaning, and the intercept.
    standing : Standing
        How the logits of the decisions are read beside each other.
    ranker : Ranker
    rank_line : array of 3 or 4
        Where there is no decision: coefficients of log-probability, evidence and, with an encoder, of the meaning's
        log-probability, and the intercept.
    meaning : Meaning or None
        What an encoder adds.
    telling : Telling or None
        Where no read reports taught it: whether a sentence tells what an adversary does.
    """

    n_techniques: int
    decisions: Decisions
    own: IntArray
    decision_line: FloatArray
    standing: Standing
    ranker: Ranker
    rank_line: FloatArray
    meaning: Meaning | None = None
    telling: Telling | None = None

    def logits(self, parts: Sequence[str], rows: sparse.csr_matrix, begins: IntArray | None = None) -> FloatArray:
        """Return texts by techniques: the highest of each text's parts.

        Parameters
        ----------
        parts : sequence of str
            As they were given to the features.
        rows : sparse matrix, parts by features
        begins : array of int64, optional
            Where the parts of each text begin, the first of which is the whole; without it, each part is a text.
        """
        evidence = self.ranker.evidence(rows)
        ranks = self.ranker.log_probabilities(evidence)
        meanings = [] if self.meaning is None else [self.meaning.of_texts(parts)]
        scores = [self.decisions.scores(rows), ranks[:, self.own], *(m[:, self.own] for m in meanings)]
        logits = _weighed([ranks, evidence, *meanings], self.rank_line)
        logits[:, self.own] = _weighed(scores, self.decision_line)
        if begins is not None:
            logits = np.maximum.reduceat(logits, begins, axis=0)
            rows = rows[begins]
        logits[:, self.own] = self.standing.read(logits[:, self.own])
        if self.telling is not None:
            logits += self.telling.doubts(rows)[:, None]
        return logits

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {
            "n_techniques": self.n_techniques,
            "decisions": self.decisions.state(),
            "own": self.own,
            "decision_line": self.decision_line,
            "standing": self.standing.state(),
            "ranker": self.ranker.state(),
            "rank_line": self.rank_line,
            "meaning": None if self.meaning is None else self.meaning.state(),
            "telling": None if self.telling is None else self.telling.state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Scorer:
        """Make the scorer that `state` was taken from."""
        return cls(
            state["n_techniques"],
            Decisions.from_state(state["decisions"]),
            state["own"],
            state["decision_line"],
            Standing.from_state(state["standing"]),
            Ranker.from_state(state["ranker"]),
            state["rank_line"],
            None if state["meaning"] is None else Meaning.from_state(state["meaning"]),
            None if state["telling"] is None else Telling.from_state(state["telling"]),
        )


def _weighed(inputs: Sequence[FloatArray], line: FloatArray) -> FloatArray:
    """Add up `inputs`, all of one shape, as the coefficients and the intercept of `line` say."""
    total = np.full(inputs[0].shape, line[-1], np.float32)
    for values, coefficient in zip(inputs, line[:-1], strict=True):
        total += coefficient * values
    return total
