"""Fits calibration and threshold to out-of-fold scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.linear.logistic import fit_logistic, probability
from tram_ext.ml.linear.margin_calibration import MarginCalibration
from tram_ext.ml.linear.sentence_filter import may_describe_behaviour

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RECALL: Final = 0.68
"""The recall that the threshold has on held-out labels where few reports have been fully reviewed."""

ENOUGH_REPORTS: Final = 20
"""Fully reviewed reports with techniques from which the F1 of reports, and with it the threshold, can be estimated."""

LABELLED_SHARE: Final = 0.4
"""Ratio of a technique's frequency in reports to that in ATT&CK's examples, given the score; from 0 to 1."""

_THRESHOLDS: Final = np.arange(0.02, 1, 0.02)
_MIN_SENTENCES: Final = 200
_TOP: Final = 5


@dataclass(frozen=True)
class HeldOut:
    """Held-out rows in columns of one length, n, with scores of models that were fitted without them.

    Attributes
    ----------
    texts : list of str
    truth, direct : array of bool, n by techniques
        With and without the parents of sub-techniques.
    groups : array of int64
        Number of the report of an accepted sentence; -1 for ATT&CK's examples.
    frequent : array of int64
        The techniques that have a support vector machine.
    svm_scores : array, n by frequent techniques
    log_proba, feature_scores : array, n by techniques
        Of the softmax ranker.
    embedding_log_proba : array, n by techniques, or None
        Of the softmax on embeddings, where there is one.
    """

    texts: list[str]
    truth: BoolArray
    direct: BoolArray
    groups: IntArray
    frequent: IntArray
    svm_scores: FloatArray
    log_proba: FloatArray
    feature_scores: FloatArray
    embedding_log_proba: FloatArray | None = None

    @property
    def reviewed(self) -> BoolArray:
        """The sentences of fully reviewed reports: analysts also accepted sentences without techniques in them."""
        groups = np.unique(self.groups[(self.groups >= 0) & ~self.truth.any(axis=1)])
        return np.isin(self.groups, groups) & (self.groups >= 0)


@dataclass(frozen=True)
class Calibration:
    """What turns scores into proposals, as :class:`tram_ext.ml.linear.scorer.Scorer` takes it.

    Attributes
    ----------
    frequent_coef, rare_coef : arrays
    margin_calibration : MarginCalibration
    threshold : float
        The probability, 0 to 1, from which a technique is proposed.
    from_reviewed_reports : bool
        Whether it was fitted to fully reviewed reports, which show which sentences have no technique.
    """

    frequent_coef: FloatArray
    rare_coef: FloatArray
    margin_calibration: MarginCalibration
    threshold: float
    from_reviewed_reports: bool


def calibrate(held_out: HeldOut) -> Calibration:
    """Fit calibration and threshold to fully reviewed reports, else to accepted sentences, else to all rows."""
    passed = np.array([may_describe_behaviour(text) for text in held_out.texts], bool)
    reviewed = held_out.reviewed
    accepted = held_out.groups >= 0
    from_reviewed_reports = bool((reviewed & passed).sum() >= _MIN_SENTENCES)
    if from_reviewed_reports:
        fitted_on, log_prior_shift = reviewed & passed, 0.0
    elif accepted.sum() >= _MIN_SENTENCES:
        fitted_on, log_prior_shift = accepted, 0.0
    else:
        fitted_on, log_prior_shift = np.ones(len(reviewed), bool), float(np.log(LABELLED_SHARE))
    frequent = held_out.frequent
    rare = np.setdiff1d(np.arange(held_out.truth.shape[1]), frequent)
    truth = held_out.truth[:, frequent]
    embedding = [] if held_out.embedding_log_proba is None else [held_out.embedding_log_proba]
    inputs = np.stack(
        [held_out.svm_scores, *(scores[:, frequent] for scores in (held_out.log_proba, *embedding))], axis=-1
    )
    frequent_coef = _stacking_coef(inputs[fitted_on], truth[fitted_on], log_prior_shift)
    rare_inputs = np.stack(
        [scores[:, rare] for scores in (held_out.log_proba, held_out.feature_scores, *embedding)], axis=-1
    )
    rare_coef = _stacking_coef(rare_inputs[fitted_on], held_out.direct[:, rare][fitted_on], log_prior_shift)
    logits = np.asarray(inputs @ frequent_coef[:-1] + frequent_coef[-1], np.float32)
    # ATT&CK's examples have exactly one technique each, so they show nothing about margins in reports.
    margin_calibration = (
        MarginCalibration.identity(len(frequent))
        if log_prior_shift
        else MarginCalibration().fit(logits[fitted_on], truth[fitted_on])
    )
    calibrated = margin_calibration.transform(logits)
    if len(np.unique(held_out.groups[reviewed & truth.any(axis=1)])) >= ENOUGH_REPORTS:
        confidences = np.where(passed[reviewed, None], probability(calibrated[reviewed]), 0)
        threshold = _half_of_max_report_f1(confidences, truth[reviewed], held_out.groups[reviewed])
    else:
        cut = score_at_recall(calibrated[truth], RECALL)
        threshold = float(probability(np.array([cut], np.float32))[0])
    return Calibration(frequent_coef, rare_coef, margin_calibration, threshold, from_reviewed_reports)


def score_at_recall(scores_of_positives: Sequence[float] | FloatArray, recall: float) -> float:
    """Return the score that a share `recall` of the positives reaches; 0 where there are none."""
    if not len(scores_of_positives):
        return 0.0
    return float(np.quantile(np.asarray(scores_of_positives), 1 - recall))


def _half_of_max_report_f1(confidences: FloatArray, truth: BoolArray, groups: IntArray) -> float:
    """Return half of the highest mean F1 of reports over all thresholds, which is the optimal threshold.

    That holds for calibrated probabilities: Z. C. Lipton, C. Elkan, B. Narayanaswamy, "Thresholding classifiers to
    maximize F1 score", 2014, https://arxiv.org/abs/1402.1892. The threshold with the highest held-out F1 is less
    stable, since the curve is flat there.

    Parameters
    ----------
    confidences, truth : arrays, n by techniques
        Of the sentences of fully reviewed reports.
    groups : array of int64, n
        The number of each sentence's report.
    """
    order = np.argsort(groups, kind="stable")
    starts = np.unique(groups[order], return_index=True)[1]
    highest_confidence = np.maximum.reduceat(confidences[order], starts, axis=0)
    present = np.logical_or.reduceat(truth[order], starts, axis=0)
    sizes = present.sum(axis=1)
    max_f1 = 0.0
    for threshold in _THRESHOLDS:
        found = highest_confidence >= threshold
        f1 = 2 * (found & present).sum(axis=1) / np.maximum(found.sum(axis=1) + sizes, 1)
        max_f1 = max(max_f1, float(f1[sizes > 0].mean()))
    return max(max_f1 / 2, float(_THRESHOLDS[0]))


def _stacking_coef(inputs: FloatArray, truth: BoolArray, log_prior_shift: float) -> FloatArray:
    """Fit a logistic regression on the top-scoring pairs of sentence and technique; return coefficients and intercept.

    The score by which pairs are chosen is the sum of the first two of `inputs`, rows by techniques by inputs.
    """
    top = min(_TOP, inputs.shape[1])
    if not top or not truth.any():
        return np.array([1] + [0] * (inputs.shape[2] - 1) + [log_prior_shift], np.float32)
    best = np.argpartition(-inputs[:, :, :2].sum(axis=2), top - 1, axis=1)[:, :top]
    pairs = np.take_along_axis(inputs, best[:, :, None], axis=1).reshape(-1, inputs.shape[2])
    coef = fit_logistic(pairs.astype(np.float64), np.take_along_axis(truth, best, axis=1).ravel())
    coef[-1] += log_prior_shift
    return coef.astype(np.float32)
