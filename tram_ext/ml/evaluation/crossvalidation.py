"""A model measured several times over: TRAM's protocol, k folds or folds by document, with several seeds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.evaluation.scores import confusions, score, score_documents
from tram_ext.ml.evaluation.splits import folds, folds_by_group, holdout
from tram_ext.ml.examples import pairs, rows_for, take
from tram_ext.ml.model import Progress, SentenceModel, TrainingSet
from tram_ext.ml.registry import model_class
from tram_ext.ml.threads import one_thread

T = TypeVar("T")

Split: TypeAlias = Literal["holdout", "folds", "documents"]

_Answers: TypeAlias = tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]

_SPLITS = ("holdout", "folds", "documents")


@dataclass(frozen=True)
class _Fold:
    """What a fold's model said of the rows it had not seen."""

    seed: int
    rows: tuple[int, ...]
    best: tuple[tuple[str, ...], ...]
    proposed: tuple[tuple[str, ...], ...]


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
    """Fit and measure the model `name` on every fold of every seed.

    Parameters
    ----------
    split : {"holdout", "folds", "documents"}
        TRAM's 80/20; `k` stratified folds; `k` folds that keep the sentences of a document together.
    threshold : float, optional
        Confidence from which a technique counts as proposed; None: the model's own.
    executor : concurrent.futures.Executor, optional
        Where the folds are fitted: a process pool, or a Dask client's. None: here, one after the other. The figures do
        not depend on it.

    Returns
    -------
    dict
        ``figures``: ``f1_weighted``, ``f1_micro``, ``f1_macro`` (one prediction a pair of sentence and technique),
        ``sentence_f1_micro`` and, by document, ``document_f1`` (proposals over the threshold), each with ``mean``,
        ``spread`` (standard deviation over the seeds, None of a single one) and ``values``; ``techniques`` (over all
        seeds), ``confusions``, ``left_out``, ``split``, ``k``, ``seeds``; JSON-compatible.

    Raises
    ------
    Invalid
        Where `split` or `seeds` is none of the possible.
    Conflict
        Where there is too little to split.
    """
    if split not in _SPLITS:
        raise Invalid.field("split", f"{split!r} is none of {', '.join(_SPLITS)}.")
    if not seeds or len(set(seeds)) != len(seeds):
        raise Invalid.field("seeds", "name at least one, and each once.")
    rows, left_out = rows_for(model_class(name), training, min_examples)
    parts = [(seed, test) for seed in seeds for test in _test_rows(rows, split, k, seed)]
    ask = partial(_answers, threshold=threshold)
    answers = out_of_fold(name, rows, [test for _, test in parts], ask, executor=executor, progress=progress)
    found = [_Fold(seed, tuple(test), *answer) for (seed, test), answer in zip(parts, answers, strict=True)]
    return {
        "model": name,
        "split": split,
        "k": 1 if split == "holdout" else k,
        "seeds": list(seeds),
        "left_out": left_out,
        **_summary(rows, found, seeds, by_document=split == "documents"),
    }


def _test_rows(rows: TrainingSet, split: Split, k: int, seed: int) -> list[list[int]]:
    if split == "holdout":
        return [holdout(rows, seed)[1]]
    return folds(rows, k, seed) if split == "folds" else folds_by_group(rows, k, seed)


def out_of_fold(
    name: str,
    rows: TrainingSet,
    parts: Sequence[Sequence[int]],
    ask: Callable[[SentenceModel, Sequence[str]], T],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[T]:
    """Fit the model `name` once for each part, without its rows, and ask it about them.

    Parameters
    ----------
    rows : TrainingSet
        As :func:`tram_ext.ml.examples.rows_for` returns it.
    parts : sequence of sequence of int
        The rows held out each time.
    ask : callable
        Given the fitted model and the texts held out; importable by name, so that any executor can carry it.

    Returns
    -------
    list
        What `ask` returned, in the order of `parts` whatever the order in which they end.

    Raises
    ------
    Conflict
        Where a part holds every sentence that has a technique.
    """
    if executor is None:
        found = []
        for done, held_out in enumerate(parts, start=1):
            found.append(_fit_and_ask(name, rows, held_out, ask))
            _report(progress, done, len(parts))
        return found
    futures: list[Future[T]] = [executor.submit(_fit_and_ask, name, rows, held_out, ask) for held_out in parts]
    try:
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            _report(progress, done, len(parts))
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [future.result() for future in futures]


def _fit_and_ask(
    name: str, rows: TrainingSet, test: Sequence[int], ask: Callable[[SentenceModel, Sequence[str]], T]
) -> T:
    held_out = set(test)
    learned = take(rows, (row for row in range(len(rows.texts)) if row not in held_out))
    if not any(learned.labels):
        raise Conflict("A fold holds every sentence that has a technique: choose more folds, or accept more documents.")
    with one_thread():
        fitted = model_class(name).fit(learned, lambda share, stage: None)  # noqa: ARG005 - nobody listens within a fold
        return ask(fitted, [rows.texts[row] for row in test])


def _answers(fitted: SentenceModel, texts: Sequence[str], *, threshold: float | None) -> _Answers:
    """Return the best technique of each text, and what is proposed for it."""
    best = tuple((technique,) for technique in fitted.predict(texts))
    return best, tuple(tuple(p.attack_id for p in row) for row in fitted.propose(texts, threshold))


def _summary(rows: TrainingSet, found: Sequence[_Fold], seeds: Sequence[int], *, by_document: bool) -> dict[str, Any]:
    values: dict[str, list[float]] = {}
    for seed in seeds:
        for figure, value in _figures(rows, [fold for fold in found if fold.seed == seed], by_document).items():
            values.setdefault(figure, []).append(value)
    truth, best = _pooled_pairs(rows, found)
    return {
        "figures": {
            figure: {
                "mean": statistics.fmean(of_seeds),
                "spread": statistics.stdev(of_seeds) if len(of_seeds) > 1 else None,
                "values": of_seeds,
            }
            for figure, of_seeds in values.items()
        },
        "techniques": [asdict(row) for row in score(truth, best).techniques],
        "confusions": confusions([own[0] for own in truth], [guess[0] for guess in best]),
    }


def _figures(rows: TrainingSet, found: Sequence[_Fold], by_document: bool) -> dict[str, float]:
    scores = score(*_pooled_pairs(rows, found))
    order = [row for fold in found for row in fold.rows]
    truth = [rows.labels[row] for row in order]
    proposed = [techniques for fold in found for techniques in fold.proposed]
    figures = {
        "f1_weighted": scores.f1_weighted,
        "f1_micro": scores.f1_micro,
        "f1_macro": scores.f1_macro,
        "sentence_f1_micro": score(truth, proposed).f1_micro,
    }
    if by_document:
        figures["document_f1"] = score_documents([rows.groups[row] for row in order], truth, proposed)["f1"]
    return figures


def _pooled_pairs(rows: TrainingSet, found: Sequence[_Fold]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Set each true pair of sentence and technique beside the one technique that was named."""
    truth = [labels for fold in found for labels in pairs(take(rows, fold.rows)).labels]
    best = [guess for fold in found for row, guess in zip(fold.rows, fold.best, strict=True) for _ in rows.labels[row]]
    return truth, best


def _report(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done / total, f"fold {done} of {total}")
