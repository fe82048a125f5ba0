"""Cross-validates a model: TRAM's holdout, k folds or folds by document, with several seeds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.confidences import confidences
from tram_ext.ml.evaluation.calibration import reliability
from tram_ext.ml.evaluation.leakage import leakage
from tram_ext.ml.evaluation.scores import Scores, confusions, score, score_documents
from tram_ext.ml.evaluation.splits import folds, folds_by_group, holdout
from tram_ext.ml.examples import rows_for, take
from tram_ext.ml.model import Progress, SentenceModel, TrainingSet
from tram_ext.ml.registry import model_class
from tram_ext.ml.threads import one_thread

T = TypeVar("T")

Split: TypeAlias = Literal["holdout", "folds", "documents"]

_TOP = (1, 3, 5, 10)
_SPLITS = ("holdout", "folds", "documents")


@dataclass(frozen=True)
class _Predictions:
    """Predictions of a fold's model for its held-out texts, in columns.

    Attributes
    ----------
    best : tuple of str
        The single technique that TRAM's protocol scores; `confidence` belongs to it.
    ranking : tuple of tuple of str
        The techniques of highest confidence, highest first.
    proposed : tuple of tuple of str
        The techniques above the threshold.
    """

    best: tuple[str, ...]
    confidence: tuple[float, ...]
    ranking: tuple[tuple[str, ...], ...]
    proposed: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Fold:
    """Held-out rows and their predictions."""

    seed: int
    rows: tuple[int, ...]
    predictions: _Predictions


def cross_validate(
    name: str,
    training: TrainingSet,
    *,
    split: Split = "folds",
    k: int = 5,
    seeds: Sequence[int] = (0,),
    min_examples: int = 4,
    threshold: float | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fit and evaluate the model `name` on every fold of every seed.

    Parameters
    ----------
    split : {"holdout", "folds", "documents"}
        TRAM's 80/20; `k` stratified folds; `k` folds that keep the sentences of a document together.
    threshold : float, optional
        Confidence from which a technique counts as proposed; None: the model's own.
    executor : concurrent.futures.Executor, optional
        Where the folds are fitted: a process pool, or a Dask client's. None: in this process, one after the other. The
        figures do not depend on it.

    Returns
    -------
    dict
        ``figures``: ``f1_weighted``, ``f1_micro``, ``f1_macro``, ``top_1`` to ``top_10``, ``ece`` and ``ece_by_chance``
        (one prediction a pair of sentence and technique); ``sentence_f1_micro`` and ``sentence_f1_macro`` (proposals
        over the threshold); ``none_proposed`` (share of the sentences without technique that get a proposal); by
        document, ``document_f1`` and ``document_f1_micro``. Each with ``mean``, ``spread`` (standard deviation over the
        seeds, None of a single one) and ``values``. Over all seeds: ``techniques``, ``confusions``, ``calibration``,
        ``leakage`` (exact and near duplicates of test sentences in the training part). Besides, ``model``, ``split``,
        ``k``, ``seeds``, ``left_out``; JSON-compatible.

    Raises
    ------
    Invalid
        Where `split` or `seeds` is not valid.
    Conflict
        Where there are too few sentences to split.
    """
    if split not in _SPLITS:
        raise Invalid.field("split", f"{split!r} is none of {', '.join(_SPLITS)}.")
    if not seeds or len(set(seeds)) != len(seeds):
        raise Invalid.field("seeds", "name at least one, and each once.")
    rows, left_out = rows_for(model_class(name), training, min_examples)
    parts = [(seed, test) for seed in seeds for test in _test_rows(rows, split, k, seed)]
    predict = partial(_predictions, threshold=threshold)
    predictions = out_of_fold(name, rows, [test for _, test in parts], predict, executor=executor, progress=progress)
    found = [_Fold(seed, tuple(test), own) for (seed, test), own in zip(parts, predictions, strict=True)]
    return {
        "model": name,
        "split": split,
        "k": 1 if split == "holdout" else k,
        "seeds": list(seeds),
        "left_out": left_out,
        **_summary(rows, found, seeds, by_document=split == "documents"),
        "leakage": _leaked(rows, parts, executor),
    }


def _test_rows(rows: TrainingSet, split: Split, k: int, seed: int) -> list[list[int]]:
    if split == "holdout":
        return [holdout(rows, seed)[1]]
    return folds(rows, k, seed) if split == "folds" else folds_by_group(rows, k, seed)


def out_of_fold(
    name: str,
    rows: TrainingSet,
    parts: Sequence[Sequence[int]],
    predict: Callable[[SentenceModel, Sequence[str]], T],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[T]:
    """Fit the model `name` once for each part, without its rows, and predict these.

    Parameters
    ----------
    rows : TrainingSet
        As :func:`tram_ext.ml.examples.rows_for` returns it.
    parts : sequence of sequence of int
        The rows held out each time.
    predict : callable
        Given the fitted model and the held-out texts; importable by name, so that any executor can run it.

    Returns
    -------
    list
        What `predict` returned, in the order of `parts`.

    Raises
    ------
    Conflict
        Where a part contains all sentences with techniques.
    """
    if executor is None:
        found = []
        for done, held_out in enumerate(parts, start=1):
            found.append(fit_and_predict(name, rows, held_out, predict))
            _report(progress, done, len(parts))
        return found
    futures: list[Future[T]] = [executor.submit(fit_and_predict, name, rows, held_out, predict) for held_out in parts]
    try:
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            _report(progress, done, len(parts))
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [future.result() for future in futures]


def fit_and_predict(
    name: str, rows: TrainingSet, test: Sequence[int], predict: Callable[[SentenceModel, Sequence[str]], T]
) -> T:
    """Fit the model `name` without the rows `test`, and predict these."""
    held_out = set(test)
    train = take(rows, (row for row in range(len(rows.texts)) if row not in held_out))
    if not any(train.labels):
        raise Conflict("A fold holds every sentence that has a technique: choose more folds, or accept more documents.")
    with one_thread():
        fitted = model_class(name).fit(train, lambda share, stage: None)  # noqa: ARG005 - progress is counted in folds
        return predict(fitted, [rows.texts[row] for row in test])


def _predictions(fitted: SentenceModel, texts: Sequence[str], *, threshold: float | None) -> _Predictions:
    likely = confidences(fitted, texts)
    column = {technique: place for place, technique in enumerate(fitted.techniques)}
    best = fitted.predict(texts)
    ranked = np.argsort(-likely, axis=1, kind="stable")[:, : max(_TOP)]
    return _Predictions(
        best=tuple(best),
        confidence=tuple(float(likely[row, column[technique]]) for row, technique in enumerate(best)),
        ranking=tuple(tuple(fitted.techniques[place] for place in row) for row in ranked),
        proposed=tuple(tuple(p.attack_id for p in row) for row in fitted.propose(texts, threshold)),
    )


def _summary(rows: TrainingSet, found: Sequence[_Fold], seeds: Sequence[int], *, by_document: bool) -> dict[str, Any]:
    values: dict[str, list[float]] = {}
    for seed in seeds:
        of_seed = _Pooled.of(rows, [fold for fold in found if fold.seed == seed])
        for figure, value in of_seed.figures(by_document=by_document).items():
            values.setdefault(figure, []).append(value)
    everything = _Pooled.of(rows, found)
    return {
        "figures": {
            figure: {
                "mean": statistics.fmean(of_seeds),
                "spread": statistics.stdev(of_seeds) if len(of_seeds) > 1 else None,
                "values": of_seeds,
            }
            for figure, of_seeds in values.items()
        },
        "techniques": [asdict(row) for row in everything.scores().techniques],
        "confusions": confusions([pair.truth for pair in everything.pairs], [pair.best for pair in everything.pairs]),
        "calibration": everything.calibration(),
    }


@dataclass(frozen=True)
class _Pair:
    """A true technique of a sentence, and the predictions for the sentence."""

    truth: str
    best: str
    confidence: float
    ranking: tuple[str, ...]


@dataclass(frozen=True)
class _Pooled:
    """Pooled folds: sentences in columns, and the pairs of sentence and technique.

    Attributes
    ----------
    documents : list of str
        Of each sentence; empty for ATT&CK's examples, which belong to no report.
    """

    documents: list[str]
    labels: list[tuple[str, ...]]
    proposed: list[tuple[str, ...]]
    pairs: list[_Pair]

    @classmethod
    def of(cls, rows: TrainingSet, found: Sequence[_Fold]) -> _Pooled:
        order = [row for fold in found for row in fold.rows]
        pairs = [
            _Pair(
                truth, fold.predictions.best[place], fold.predictions.confidence[place], fold.predictions.ranking[place]
            )
            for fold in found
            for place, row in enumerate(fold.rows)
            for truth in rows.labels[row]
        ]
        proposed = [techniques for fold in found for techniques in fold.predictions.proposed]
        documents = ["" if rows.builtin[row] else rows.groups[row] for row in order]
        return cls(documents, [rows.labels[row] for row in order], proposed, pairs)

    def scores(self) -> Scores:
        return score([(pair.truth,) for pair in self.pairs], [(pair.best,) for pair in self.pairs])

    def calibration(self) -> dict[str, Any]:
        return reliability([pair.confidence for pair in self.pairs], [pair.truth == pair.best for pair in self.pairs])

    def figures(self, *, by_document: bool) -> dict[str, float]:
        scores, sentences = self.scores(), score(self.labels, self.proposed)
        figures = {"f1_weighted": scores.f1_weighted, "f1_micro": scores.f1_micro, "f1_macro": scores.f1_macro}
        for k in _TOP:
            if any(len(pair.ranking) > k for pair in self.pairs) or k == 1:
                figures[f"top_{k}"] = statistics.fmean(pair.truth in pair.ranking[:k] for pair in self.pairs)
        calibration = self.calibration()
        figures |= {name: calibration[name] for name in ("ece", "ece_by_chance")}
        figures["sentence_f1_micro"] = sentences.f1_micro
        figures["sentence_f1_macro"] = sentences.f1_macro
        without = [bool(found) for found, own in zip(self.proposed, self.labels, strict=True) if not own]
        if without:
            figures["none_proposed"] = statistics.fmean(without)
        in_reports = [row for row, document in enumerate(self.documents) if document]
        if by_document and in_reports:
            documents = score_documents(
                [self.documents[row] for row in in_reports],
                [self.labels[row] for row in in_reports],
                [self.proposed[row] for row in in_reports],
            )
            figures["document_f1"] = documents["f1"]
            figures["document_f1_micro"] = documents["f1_micro"]
        return figures


def _leaked(rows: TrainingSet, parts: Sequence[tuple[int, list[int]]], executor: Executor | None) -> dict[str, int]:
    """Count the leakage between training and test part, over all folds."""
    texts_of_parts = []
    for _, test in parts:
        held_out = set(test)
        train = [text for row, text in enumerate(rows.texts) if row not in held_out]
        texts_of_parts.append((train, [rows.texts[row] for row in test]))
    if executor is None:
        counted = [leakage(*texts) for texts in texts_of_parts]
    else:
        counted = [future.result() for future in [executor.submit(leakage, *texts) for texts in texts_of_parts]]
    return {name: sum(count[name] for count in counted) for name in ("test", "exact", "near")}


def _report(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done / total, f"fold {done} of {total}")
