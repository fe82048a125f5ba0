"""Fitting the linear model: rows, decisions and ranking, out-of-fold scores, calibration, threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.domain.errors import Conflict
from tram_ext.ml.linear import calibration, gates
from tram_ext.ml.linear.decisions import Decisions, learn, lesson
from tram_ext.ml.linear.features import Features
from tram_ext.ml.linear.ranker import Ranker
from tram_ext.ml.linear.rows import FOLDS, Rows, rows_of
from tram_ext.ml.linear.scorer import Scorer
from tram_ext.ml.model import Progress, TrainingSet

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RECALL: Final = 0.72
"""Of the out-of-fold sentences of a technique, the share that its threshold lets through."""

LABELLED_SHARE: Final = 0.4
"""Of a report's sentences, the share that carries a technique, where no accepted sentences tell."""

_ENOUGH_ACCEPTED: Final = 5
_ENOUGH_EXAMPLES: Final = 20
_SHRINK: Final = 0.3
_PSEUDO_COUNT: Final = 20
_FEWEST_DOCUMENTS: Final = 5
_FEWEST_LABELLED: Final = 50
_FEWEST_TO_TELL: Final = 200
_TOP: Final = 5


@dataclass(frozen=True)
class Fitted:
    """What a training makes."""

    techniques: tuple[str, ...]
    features: Features
    scorer: Scorer
    threshold: float


@dataclass(frozen=True)
class _Material:
    """Rows as matrices; `truth` is rows by techniques, a sub-technique's rows counting for its parent."""

    rows: Rows
    x: sparse.csr_matrix
    techniques: tuple[str, ...]
    direct: sparse.csr_matrix
    truth: sparse.csc_matrix


def fit(training: TrainingSet, progress: Progress) -> Fitted:
    """Train on `training`.

    Raises
    ------
    Conflict
        No sentence has a technique, and ATT&CK's own are not there either.
    """
    rows = rows_of(training)
    techniques = tuple(sorted({t for labels in rows.labels for t in labels}))
    if not techniques:
        raise Conflict("There is nothing to train on: no accepted sentence has a technique, and ATT&CK is not loaded.")
    progress(0.02, "reading")
    features, x = Features.learn(rows.texts)
    direct = _indicator(rows, techniques, with_parents=False)
    material = _Material(rows, x, techniques, direct, _indicator(rows, techniques, with_parents=True).tocsc())
    progress(0.1, "deciding")
    own = _own_decisions(material)
    decisions, held_out = _decide(material, own, progress)
    ranker, ranked = _rank(material, own, progress)
    progress(0.95, "calibrating")
    offsets = _offsets(held_out, material, own)
    held_out -= offsets
    line, threshold = _calibrate_decisions(material, own, held_out)
    scorer = Scorer(len(techniques), decisions, own, offsets, line, ranker, _calibrate_ranks(material, own, ranked))
    return Fitted(techniques, features, scorer, threshold)


def _indicator(rows: Rows, techniques: tuple[str, ...], *, with_parents: bool) -> sparse.csr_matrix:
    number = {technique: i for i, technique in enumerate(techniques)}
    pairs = set()
    for row, labels in enumerate(rows.labels):
        for label in labels:
            pairs.add((row, number[label]))
            if with_parents and (parent := label.split(".")[0]) in number:
                pairs.add((row, number[parent]))
    where = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    shape = (len(rows.texts), len(techniques))
    return sparse.csr_matrix((np.ones(len(where), np.float32), (where[:, 0], where[:, 1])), shape=shape)


def _own_decisions(material: _Material) -> IntArray:
    """Choose the techniques with enough sentences of their own, or of their sub-techniques."""
    rows = material.rows
    accepted = np.asarray(material.direct[rows.groups >= 0].sum(axis=0)).ravel()
    sentences = np.asarray(material.truth.tocsr()[rows.folds >= 0].sum(axis=0)).ravel()
    direct = np.asarray(material.direct[rows.folds >= 0].sum(axis=0)).ravel()
    chosen = (accepted >= _ENOUGH_ACCEPTED) | ((sentences >= _ENOUGH_EXAMPLES) & (direct > 0))
    if not chosen.any():
        chosen = np.asarray(material.direct.sum(axis=0)).ravel() > 0
    return np.flatnonzero(chosen)


def _decide(material: _Material, own: IntArray, progress: Progress) -> tuple[Decisions, FloatArray]:
    """Fit the decisions; return them, and the score of each row by a decision that did not see its fold."""
    rows, x, truth = material.rows, material.x, material.truth
    parents = [material.techniques[t].split(".")[0] for t in own]
    number = {technique: i for i, technique in enumerate(material.techniques)}
    held_out = np.full((x.shape[0], len(own)), np.nan, np.float32)
    coefficients, bias = [], np.zeros(len(own), np.float32)
    by_fold = [x[rows.folds == fold] for fold in range(FOLDS)]
    for j, t in enumerate(own):
        positive = truth[:, [t]].toarray().ravel() > 0
        ignored = np.zeros(len(positive), bool)
        if parents[j] != material.techniques[t] and parents[j] in number:
            ignored = material.direct[:, [number[parents[j]]]].toarray().ravel() > 0
        centre = x[positive].mean(axis=0)
        nearness = np.asarray(x @ np.asarray(centre).ravel(), np.float32)
        learnt = lesson(nearness, positive, ignored, rows.weights, rows.silent)
        near_x, near_fold = x[learnt.chosen], rows.folds[learnt.chosen]
        for fold in range(FOLDS):
            kept = near_fold != fold
            w, b = learn(near_x[kept], learnt.positive[kept], learnt.weights[kept])
            held_out[rows.folds == fold, j] = by_fold[fold] @ w + b
        w, bias[j] = learn(near_x, learnt.positive, learnt.weights)
        coefficients.append(sparse.csr_matrix(w))
        progress(0.1 + 0.5 * (j + 1) / len(own), "deciding")
    return Decisions(sparse.vstack(coefficients).T.tocsr(), bias), held_out


def _rank(material: _Material, own: IntArray, progress: Progress) -> tuple[Ranker | None, Ranker | None]:
    """Fit the ranking on all rows, and once without the first fold; none where each technique has its own decision."""
    if len(own) == len(material.techniques):
        return None, None
    labelled = ~material.rows.silent
    targets = material.direct.multiply(1 / np.maximum(material.direct.sum(axis=1), 1)).tocsr()

    def fitted(kept: BoolArray, begin: float) -> Ranker:
        return Ranker.fit(
            material.x[kept],
            targets[kept],
            material.rows.weights[kept],
            lambda share: progress(begin + 0.17 * share, "ranking"),
        )

    return fitted(labelled, 0.6), fitted(labelled & (material.rows.folds != 0), 0.77)


def _offsets(held_out: FloatArray, material: _Material, own: IntArray) -> FloatArray:
    """Move each technique's threshold a part of the way from the common one to its own."""
    thresholds = np.full(len(own), np.nan)
    counts = np.zeros(len(own))
    sentences = material.rows.folds >= 0
    for j, t in enumerate(own):
        mine = held_out[(material.truth[:, [t]].toarray().ravel() > 0) & sentences, j]
        counts[j] = len(mine)
        if len(mine):
            thresholds[j] = calibration.at_recall(mine, RECALL)
    common = np.nanmedian(thresholds) if np.isfinite(thresholds).any() else 0.0
    own_share = _SHRINK * counts / (counts + _PSEUDO_COUNT)
    return np.asarray(own_share * np.nan_to_num(thresholds - common), np.float32)


def _calibrate_decisions(material: _Material, own: IntArray, held_out: FloatArray) -> tuple[FloatArray, float]:
    """Return slope and intercept from a score to a logit, and the probability from which on to propose."""
    rows = material.rows
    judged = rows.folds >= 0
    spoken = np.array([gates.says_something(text) for text in rows.texts], bool)
    in_reports = _in_read_reports(rows)
    truth = material.truth[:, own].toarray() > 0
    used, shift = judged, np.log(LABELLED_SHARE)
    if in_reports.sum() >= _FEWEST_TO_TELL:
        used, shift = in_reports & spoken, 0.0
    elif ((rows.groups >= 0) & judged).sum() >= _FEWEST_TO_TELL:
        used, shift = judged & (rows.groups >= 0), 0.0
    line = _line(held_out[used][:, :, None], truth[used])
    line[-1] += shift
    labelled = in_reports & truth.any(axis=1)
    if len(set(rows.groups[labelled])) >= _FEWEST_DOCUMENTS and labelled.sum() >= _FEWEST_LABELLED:
        scores = np.where(spoken[:, None], held_out, -9).astype(np.float32)
        at = calibration.best_by_document(scores[in_reports], truth[in_reports], rows.groups[in_reports])
    else:
        at = calibration.at_recall(held_out[truth & judged[:, None]], RECALL)
    cut = np.asarray(line[:1] * at + line[1:], np.float32)
    return np.asarray(line, np.float32), float(calibration.probability(cut)[0])


def _in_read_reports(rows: Rows) -> BoolArray:
    """Tell the sentences of reports in which analysts also accepted sentences without techniques."""
    read = np.unique(rows.groups[(rows.groups >= 0) & rows.silent])
    return np.isin(rows.groups, read) & (rows.groups >= 0)


def _calibrate_ranks(material: _Material, own: IntArray, ranker: Ranker | None) -> FloatArray:
    """Return coefficients of log-probability and evidence, and the intercept."""
    if ranker is None:
        return np.zeros(3, np.float32)
    held = material.rows.folds == 0
    others = np.setdiff1d(np.arange(len(material.techniques)), own)
    if not held.any():
        return np.array([1, 0, np.log(LABELLED_SHARE)], np.float32)
    evidence = ranker.evidence(material.x[held])
    inputs = np.stack([ranker.log_probabilities(evidence)[:, others], evidence[:, others]], axis=-1)
    line = _line(inputs, material.direct[held][:, others].toarray() > 0)
    line[-1] += np.log(LABELLED_SHARE)
    return line.astype(np.float32)


def _line(inputs: FloatArray, truth: BoolArray) -> npt.NDArray[np.float64]:
    """Fit a logistic regression on the pairs of row and technique that score highest in each row."""
    top = min(_TOP, inputs.shape[1])
    best = np.argpartition(-inputs[:, :, 0], top - 1, axis=1)[:, :top]
    pairs = np.take_along_axis(inputs, best[:, :, None], axis=1).reshape(-1, inputs.shape[2])
    return calibration.logistic(pairs.astype(np.float64), np.take_along_axis(truth, best, axis=1).ravel())
