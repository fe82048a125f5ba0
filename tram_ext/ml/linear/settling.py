"""What held-out scores settle: how scores become probabilities, and the threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.linear import calibration, gates
from tram_ext.ml.linear.standing import Standing

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RECALL: Final = 0.68
"""Of held-out sentences, the share that the threshold lets through."""

LABELLED_SHARE: Final = 0.4
"""How much rarer a technique is in a report than among examples, given the score; from 0 to 1."""

_FEWEST_TO_TELL: Final = 200
_TOP: Final = 5


@dataclass(frozen=True)
class HeldOut:
    """Rows in columns of one length, n, with scores of models that were fitted without them.

    Attributes
    ----------
    texts : list of str
    truth, direct : array of bool, n by techniques
        With and without what sub-techniques show of their parents.
    groups : array of int64
        Number of the report an accepted sentence stands in; -1 for ATT&CK's examples.
    own : array of int64
        The techniques with a decision of their own.
    scores : array, n by decisions
    ranks, evidence : array, n by techniques
    meanings : array, n by techniques, or None
        Log-probabilities of the encoder's side, where there is one.
    """

    texts: list[str]
    truth: BoolArray
    direct: BoolArray
    groups: IntArray
    own: IntArray
    scores: FloatArray
    ranks: FloatArray
    evidence: FloatArray
    meanings: FloatArray | None = None

    @property
    def read(self) -> BoolArray:
        """The sentences of reports in which analysts also accepted sentences without techniques."""
        groups = np.unique(self.groups[(self.groups >= 0) & ~self.truth.any(axis=1)])
        return np.isin(self.groups, groups) & (self.groups >= 0)


@dataclass(frozen=True)
class Settled:
    """Coefficients as :class:`tram_ext.ml.linear.scorer.Scorer` takes them, and the probability to propose from."""

    decision_line: FloatArray
    rank_line: FloatArray
    standing: Standing
    threshold: float


def settle(held_out: HeldOut) -> Settled:
    """Derive from held-out scores what the model needs beside its weights."""
    speaking = np.array([gates.says_something(text) for text in held_out.texts], bool)
    read = held_out.read
    accepted = held_out.groups >= 0
    if (read & speaking).sum() >= _FEWEST_TO_TELL:
        used, shift = read & speaking, 0.0
    elif accepted.sum() >= _FEWEST_TO_TELL:
        used, shift = accepted, 0.0
    else:
        used, shift = np.ones(len(read), bool), float(np.log(LABELLED_SHARE))
    own = held_out.own
    others = np.setdiff1d(np.arange(held_out.truth.shape[1]), own)
    truth = held_out.truth[:, own]
    meanings = [] if held_out.meanings is None else [held_out.meanings]
    decided = np.stack([held_out.scores, held_out.ranks[:, own], *(m[:, own] for m in meanings)], axis=-1)
    line = _line(decided[used], truth[used], shift)
    ranked = np.stack([m[:, others] for m in (held_out.ranks, held_out.evidence, *meanings)], axis=-1)
    rank_line = _line(ranked[used], held_out.direct[:, others][used], shift)
    logits = np.asarray(decided @ line[:-1] + line[-1], np.float32)
    # ATT&CK's examples have one technique each and lack none: how techniques stand beside each other is otherwise.
    standing = Standing.unchanged(len(own)) if shift else Standing.fit(logits[used], truth[used])
    cut = calibration.at_recall(standing.read(logits)[truth], RECALL)
    threshold = float(calibration.probability(np.array([cut], np.float32))[0])
    return Settled(line, rank_line, standing, threshold)


def _line(inputs: FloatArray, truth: BoolArray, shift: float) -> FloatArray:
    """Fit a logistic regression on the pairs of row and technique that stand highest in each row.

    How high a pair stands is said by the first two of its `inputs`, rows by techniques by inputs.
    """
    top = min(_TOP, inputs.shape[1])
    if not top or not truth.any():
        return np.array([1] + [0] * (inputs.shape[2] - 1) + [shift], np.float32)
    best = np.argpartition(-inputs[:, :, :2].sum(axis=2), top - 1, axis=1)[:, :top]
    pairs = np.take_along_axis(inputs, best[:, :, None], axis=1).reshape(-1, inputs.shape[2])
    found = calibration.logistic(pairs.astype(np.float64), np.take_along_axis(truth, best, axis=1).ravel())
    found[-1] += shift
    return found.astype(np.float32)
