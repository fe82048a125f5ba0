"""What held-out scores settle: how scores become probabilities, and the threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.linear import calibration, sentence_filter
from tram_ext.ml.linear.margin_calibration import Standing

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RECALL: Final = 0.68
"""Of held-out sentences, the share that the threshold lets through where few reports have been read."""

ENOUGH_REPORTS: Final = 20
"""So many read reports with techniques tell what F1 a report reaches, and with that the threshold."""

LABELLED_SHARE: Final = 0.4
"""How much rarer a technique is in a report than among examples, given the score; from 0 to 1."""

_THRESHOLDS: Final = np.arange(0.02, 1, 0.02)
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
    """Coefficients as :class:`tram_ext.ml.linear.scorer.Scorer` takes them, and what to do with them.

    Attributes
    ----------
    decision_line, rank_line : arrays
    standing : Standing
    threshold : float
        The probability, 0 to 1, from which a technique is proposed.
    from_read_reports : bool
        Whether all this is from reports that were read, which show what has no technique.
    """

    decision_line: FloatArray
    rank_line: FloatArray
    standing: Standing
    threshold: float
    from_read_reports: bool


def settle(held_out: HeldOut) -> Settled:
    """Derive from held-out scores what the model needs beside its weights."""
    speaking = np.array([sentence_filter.says_something(text) for text in held_out.texts], bool)
    read = held_out.read
    accepted = held_out.groups >= 0
    from_read_reports = bool((read & speaking).sum() >= _FEWEST_TO_TELL)
    if from_read_reports:
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
    decided_logits = standing.read(logits)
    if len(np.unique(held_out.groups[read & truth.any(axis=1)])) >= ENOUGH_REPORTS:
        confidences = np.where(speaking[read, None], calibration.probability(decided_logits[read]), 0)
        threshold = _half_of_reports_f1(confidences, truth[read], held_out.groups[read])
    else:
        cut = calibration.at_recall(decided_logits[truth], RECALL)
        threshold = float(calibration.probability(np.array([cut], np.float32))[0])
    return Settled(line, rank_line, standing, threshold, from_read_reports)


def _half_of_reports_f1(confidences: FloatArray, truth: BoolArray, groups: IntArray) -> float:
    """Return half of the highest mean F1 that reports reach at any one threshold, which is the best threshold for it.

    It is for probabilities that are right: Z. C. Lipton, C. Elkan, B. Narayanaswamy, "Thresholding classifiers to
    maximize F1 score", 2014, https://arxiv.org/abs/1402.1892. The threshold where the held-out F1 itself is highest is
    less stable, since the curve is flat there.

    Parameters
    ----------
    confidences, truth : arrays, n by techniques
        Of the sentences of read reports.
    groups : array of int64, n
        The number of each sentence's report.
    """
    order = np.argsort(groups, kind="stable")
    begins = np.unique(groups[order], return_index=True)[1]
    surest = np.maximum.reduceat(confidences[order], begins, axis=0)
    wanted = np.logical_or.reduceat(truth[order], begins, axis=0)
    sizes = wanted.sum(axis=1)
    highest = 0.0
    for threshold in _THRESHOLDS:
        found = surest >= threshold
        f1 = 2 * (found & wanted).sum(axis=1) / np.maximum(found.sum(axis=1) + sizes, 1)
        highest = max(highest, float(f1[sizes > 0].mean()))
    return max(highest / 2, float(_THRESHOLDS[0]))


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
