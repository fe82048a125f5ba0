"""Fitting the linear model: rows, decisions and ranking, out-of-fold scores, calibration, threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.domain.errors import Conflict
from tram_ext.ml import encoders
from tram_ext.ml.linear.calibrate import HeldOut, settle
from tram_ext.ml.linear.embedding_softmax import Meaning
from tram_ext.ml.linear.one_vs_rest import Decisions, learn, lesson
from tram_ext.ml.linear.relevance import Telling
from tram_ext.ml.linear.scorer import Scorer
from tram_ext.ml.linear.softmax_ranker import Ranker
from tram_ext.ml.linear.training_rows import FOLDS, Rows, rows_of
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.text.vectorizer import Features

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_ENOUGH_ACCEPTED: Final = 5
_ENOUGH_EXAMPLES: Final = 20


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
    decisions, scores = _decide(material, own, progress)
    ranker, held, evidence = _rank(material, progress)
    encoder = encoders.chosen(training.encoder)
    meaning, meanings = _mean(material, encoder) if encoder else (None, None)
    progress(0.95, "calibrating")
    held_out = HeldOut(
        texts=[rows.texts[i] for i in held],
        truth=material.truth[held].toarray() > 0,
        direct=material.direct[held].toarray() > 0,
        groups=rows.groups[held],
        own=own,
        scores=scores[held],
        ranks=ranker.log_probabilities(evidence),
        evidence=evidence,
        meanings=meanings,
    )
    settled = settle(held_out)
    scorer = Scorer(
        len(techniques),
        decisions,
        own,
        settled.decision_line,
        settled.standing,
        ranker,
        settled.rank_line,
        meaning,
        Telling.fit(features.rows) if any(training.builtin) and not settled.from_read_reports else None,
    )
    return Fitted(techniques, features, scorer, settled.threshold)


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
    chosen = (accepted >= _ENOUGH_ACCEPTED) | (sentences >= _ENOUGH_EXAMPLES)
    if not chosen.any():
        chosen = np.asarray(material.direct.sum(axis=0)).ravel() > 0
    return np.flatnonzero(chosen)


def _decide(material: _Material, own: IntArray, progress: Progress) -> tuple[Decisions, FloatArray]:
    """Fit the decisions; return them, and the scores of the rows held out."""
    rows, x, truth = material.rows, material.x, material.truth
    parents = [material.techniques[t].split(".")[0] for t in own]
    number = {technique: i for i, technique in enumerate(material.techniques)}
    held_out = np.full((x.shape[0], len(own)), np.nan, np.float32)
    coefficients, bias = [], np.zeros(len(own), np.float32)
    by_fold = {fold: x[rows.folds == fold] for fold in _folds_held_out(rows)}
    for j, t in enumerate(own):
        positive = truth[:, [t]].toarray().ravel() > 0
        ignored = np.zeros(len(positive), bool)
        if parents[j] != material.techniques[t] and parents[j] in number:
            ignored = material.direct[:, [number[parents[j]]]].toarray().ravel() > 0
        centre = x[positive].mean(axis=0)
        nearness = np.asarray(x @ np.asarray(centre).ravel(), np.float32)
        learnt = lesson(nearness, positive, ignored, rows)
        near_x, near_fold = x[learnt.chosen], rows.folds[learnt.chosen]
        for fold, fold_x in by_fold.items():
            kept = near_fold != fold
            w, b = learn(near_x[kept], learnt.positive[kept], learnt.weights[kept])
            held_out[rows.folds == fold, j] = fold_x @ w + b
        w, bias[j] = learn(near_x, learnt.positive, learnt.weights)
        coefficients.append(sparse.csr_matrix(w))
        progress(0.1 + 0.5 * (j + 1) / len(own), "deciding")
    return Decisions(sparse.vstack(coefficients).T.tocsr(), bias), held_out


def _folds_held_out(rows: Rows) -> range:
    """ATT&CK's examples are so many that one fold of them is enough; accepted sentences all count."""
    return range(FOLDS) if (rows.groups >= 0).any() else range(1)


def _shares(material: _Material) -> sparse.csr_matrix:
    """Return the rows' techniques so that each row sums to 1, or to 0 where it has none."""
    return material.direct.multiply(1 / np.maximum(material.direct.sum(axis=1), 1)).tocsr()


def _rank(material: _Material, progress: Progress) -> tuple[Ranker, IntArray, FloatArray]:
    """Fit the ranking; return it, and rows with their evidence from a ranking that did not see their fold."""
    rows = material.rows
    labelled = ~rows.silent
    targets = _shares(material)
    folds = _folds_held_out(rows)
    rounds = 1 + len(folds)

    def fitted(kept: BoolArray, number: int) -> Ranker:
        return Ranker.fit(
            material.x[kept],
            targets[kept],
            rows.weights[kept],
            lambda share: progress(0.6 + 0.35 * (number + share) / rounds, "ranking"),
        )

    ranker = fitted(labelled, 0)
    held = [np.flatnonzero(rows.folds == fold) for fold in folds]
    evidence = [
        fitted(labelled & (rows.folds != fold), 1 + fold).evidence(material.x[numbers])
        for fold, numbers in zip(folds, held, strict=True)
    ]
    return ranker, np.concatenate(held), np.concatenate(evidence)


def _mean(material: _Material, encoder: str) -> tuple[Meaning, FloatArray]:
    """Fit what the encoder says; return it, and for the rows held out what it says without having seen their fold."""
    rows, targets = material.rows, _shares(material)
    vectors = encoders.load(encoder).encode(rows.texts)
    meaning = Meaning.fit(encoder, vectors, targets, rows.weights)
    held_out = []
    for fold in _folds_held_out(rows):
        kept = rows.folds != fold
        without = Meaning.fit(encoder, vectors[kept], targets[kept], rows.weights[kept])
        held_out.append(without.of_vectors(vectors[rows.folds == fold]))
    return meaning, np.concatenate(held_out)
