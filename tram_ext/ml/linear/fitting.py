"""Fits the linear model: features, classifiers with out-of-fold scores, calibration, threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.domain.errors import Conflict
from tram_ext.ml import encoders
from tram_ext.ml.linear import relevance
from tram_ext.ml.linear.calibrate import HeldOut, calibrate
from tram_ext.ml.linear.embedding_softmax import EmbeddingSoftmax
from tram_ext.ml.linear.one_vs_rest import OneVsRestSVM, binary_problem
from tram_ext.ml.linear.relevance import RelevanceClassifier
from tram_ext.ml.linear.scorer import Scorer
from tram_ext.ml.linear.softmax_ranker import SoftmaxRanker
from tram_ext.ml.linear.training_rows import FOLDS, TrainingRows, training_rows
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.text.vectorizer import StemVectorizer

E = TypeVar("E")

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_MIN_ACCEPTED: Final = 5
_MIN_EXAMPLES: Final = 20


@dataclass(frozen=True)
class Fitted:
    """The parts of a trained model."""

    techniques: tuple[str, ...]
    vectorizer: StemVectorizer
    scorer: Scorer
    threshold: float


@dataclass(frozen=True)
class _Data:
    """The training set as matrices.

    Attributes
    ----------
    rows : TrainingRows
    x : sparse matrix, n by features
    techniques : tuple of str
    direct, truth : sparse matrix, n by techniques
        Indicators of the labels, without and with the parents of sub-techniques.
    """

    rows: TrainingRows
    x: sparse.csr_matrix
    techniques: tuple[str, ...]
    direct: sparse.csr_matrix
    truth: sparse.csc_matrix

    @property
    def folds(self) -> range:
        """The folds to hold out: one of ATT&CK's many examples is enough, accepted sentences are all held out once."""
        return range(FOLDS) if (self.rows.groups >= 0).any() else range(1)

    @property
    def held_out(self) -> IntArray:
        """The rows that are held out once, fold by fold."""
        return np.concatenate([np.flatnonzero(self.rows.folds == fold) for fold in self.folds])

    def targets(self) -> sparse.csr_matrix:
        """Return the labels so that each row sums to 1, or to 0 where it has none."""
        return self.direct.multiply(1 / np.maximum(self.direct.sum(axis=1), 1)).tocsr()

    def cross_fit(
        self,
        fit: Callable[[BoolArray, Callable[[float], None]], E],
        score: Callable[[E, BoolArray], FloatArray],
        progress: Callable[[float], None],
    ) -> tuple[E, FloatArray]:
        """Fit an estimator to all rows, and once without each fold to score that fold.

        Parameters
        ----------
        fit : callable
            Given a mask of the rows to fit to, and where to report progress.
        score : callable
            Given an estimator and a mask of the rows to score.

        Returns
        -------
        estimator
            Fitted to all rows.
        array
            Scores of the rows of :attr:`held_out`, each from an estimator that was fitted without its fold.
        """
        rounds = 1 + len(self.folds)

        def part(done: int) -> Callable[[float], None]:
            return lambda share: progress((done + share) / rounds)

        estimator = fit(np.ones(len(self.rows.folds), bool), part(0))
        scores = [score(fit(self.rows.folds != fold, part(1 + fold)), self.rows.folds == fold) for fold in self.folds]
        return estimator, np.concatenate(scores)


def fit(training: TrainingSet, progress: Progress) -> Fitted:
    """Train on `training`.

    Raises
    ------
    Conflict
        No sentence has a technique, and ATT&CK is not loaded.
    """
    rows = training_rows(training)
    techniques = tuple(sorted({t for labels in rows.labels for t in labels}))
    if not techniques:
        raise Conflict("There is nothing to train on: no accepted sentence has a technique, and ATT&CK is not loaded.")
    progress(0.02, "extracting features")
    vectorizer = StemVectorizer()
    x = vectorizer.fit_transform(rows.texts)
    direct = _indicator(rows, techniques, with_parents=False)
    data = _Data(rows, x, techniques, direct, _indicator(rows, techniques, with_parents=True).tocsc())
    progress(0.1, "fitting classifiers")
    frequent = _frequent(data)
    svm, svm_scores = _fit_svm(data, frequent, lambda share: progress(0.1 + 0.5 * share, "fitting classifiers"))
    ranker, feature_scores = _fit_ranker(data, lambda share: progress(0.6 + 0.35 * share, "fitting the ranker"))
    encoder = encoders.chosen(training.encoder)
    embedding, embedding_log_proba = _fit_embedding(data, encoder) if encoder else (None, None)
    progress(0.95, "calibrating")
    held_out = data.held_out
    calibration = calibrate(
        HeldOut(
            texts=[rows.texts[i] for i in held_out],
            truth=data.truth[held_out].toarray() > 0,
            direct=data.direct[held_out].toarray() > 0,
            groups=rows.groups[held_out],
            frequent=frequent,
            svm_scores=svm_scores,
            log_proba=ranker.log_proba(feature_scores),
            feature_scores=feature_scores,
            embedding_log_proba=embedding_log_proba,
        )
    )
    needs_relevance = any(training.builtin) and not calibration.from_reviewed_reports
    scorer = Scorer(
        len(techniques),
        svm,
        frequent,
        calibration.frequent_coef,
        calibration.margin_calibration,
        ranker,
        calibration.rare_coef,
        embedding,
        _fit_relevance(vectorizer) if needs_relevance else None,
    )
    return Fitted(techniques, vectorizer, scorer, calibration.threshold)


def _indicator(rows: TrainingRows, techniques: tuple[str, ...], *, with_parents: bool) -> sparse.csr_matrix:
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


def _frequent(data: _Data) -> IntArray:
    """Return the techniques with enough sentences, sub-techniques' included, for a machine of their own."""
    rows = data.rows
    accepted = np.asarray(data.direct[rows.groups >= 0].sum(axis=0)).ravel()
    sentences = np.asarray(data.truth.tocsr()[rows.folds >= 0].sum(axis=0)).ravel()
    chosen = (accepted >= _MIN_ACCEPTED) | (sentences >= _MIN_EXAMPLES)
    if not chosen.any():
        chosen = np.asarray(data.direct.sum(axis=0)).ravel() > 0
    return np.flatnonzero(chosen)


def _fit_svm(data: _Data, frequent: IntArray, progress: Callable[[float], None]) -> tuple[OneVsRestSVM, FloatArray]:
    number = {technique: i for i, technique in enumerate(data.techniques)}
    problems = []
    for t in frequent:
        positive = data.truth[:, [t]].toarray().ravel() > 0
        ignored = np.zeros(len(positive), bool)
        technique = data.techniques[t]
        parent = technique.split(".")[0]
        if parent != technique and parent in number:
            ignored = data.direct[:, [number[parent]]].toarray().ravel() > 0
        problems.append(binary_problem(data.x, positive, ignored, data.rows))
    return data.cross_fit(
        lambda kept, part: OneVsRestSVM().fit(data.x, [each.restricted_to(kept) for each in problems], part),
        lambda svm, chosen: svm.decision_function(data.x[chosen]),
        progress,
    )


def _fit_ranker(data: _Data, progress: Callable[[float], None]) -> tuple[SoftmaxRanker, FloatArray]:
    targets, weights = data.targets(), data.rows.weights
    labelled = ~data.rows.without_technique

    def fit_to(kept: BoolArray, part: Callable[[float], None]) -> SoftmaxRanker:
        chosen = labelled & kept
        return SoftmaxRanker().fit(data.x[chosen], targets[chosen], weights[chosen], part)

    return data.cross_fit(fit_to, lambda ranker, chosen: ranker.feature_scores(data.x[chosen]), progress)


def _fit_embedding(data: _Data, encoder: str) -> tuple[EmbeddingSoftmax, FloatArray]:
    targets, weights = data.targets(), data.rows.weights
    vectors = encoders.load(encoder).encode(data.rows.texts)
    return data.cross_fit(
        lambda kept, _: EmbeddingSoftmax(encoder).fit(vectors[kept], targets[kept], weights[kept]),
        lambda softmax, chosen: softmax.predict_log_proba(vectors[chosen]),
        lambda _: None,
    )


def _fit_relevance(vectorizer: StemVectorizer) -> RelevanceClassifier:
    texts, relevant = relevance.training_sentences()
    return RelevanceClassifier().fit(vectorizer.transform(texts), relevant)
