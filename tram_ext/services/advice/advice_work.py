"""The part of advice that runs in a child process, which keeps a model and the accepted sentences in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tram_ext.services.mapping.mapping_work import predictor_of
from tram_ext.services.processes.model_file import ModelFile

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tram_ext.ml.model import SentenceModel
    from tram_ext.ml.nearest_neighbors import NearestNeighbors, Neighbor

Progress: TypeAlias = Callable[[float, str], None]
Revision: TypeAlias = Mapping[int, int]
"""By the number of a report, the version of it that is meant."""

Labelled: TypeAlias = tuple[str, tuple[str, ...]]
"""A sentence and techniques."""

_EXAMPLES: Final = 3
_REASONS: Final = 8
_MOST_REMEMBERED: Final = 20_000
_NO_REASONS: Final = "The model {name!r} cannot say which words weighed."


@dataclass(frozen=True, slots=True)
class Example:
    """An accepted sentence of the report `report_id`."""

    id: int
    report_id: int
    text: str
    techniques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Answer: the child lacks these reports in these versions."""

    reports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence and a technique; `sentence_id` keeps a stored sentence from being its own example."""

    text: str
    attack_id: str
    sentence_id: int | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation; confidences from 0 to 1, examples with their similarity."""

    confidence: float | None
    threshold: float
    reasons: tuple[tuple[int, int, float], ...]
    examples: tuple[tuple[Example, float], ...]
    others: tuple[tuple[Example, float], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Considered:
    """A technique for a sentence, its confidence with and without the decisions of the report, 0 to 1."""

    attack_id: str
    confidence: float
    before: float


@dataclass(frozen=True, slots=True)
class Suggested:
    """The suggestions for each sentence."""

    threshold: float
    sentences: tuple[tuple[Considered, ...], ...]


class _Shelf:
    """Cache of the accepted sentences, by report."""

    def __init__(self) -> None:
        from tram_ext.ml.nearest_neighbors import NearestNeighbors

        self.near: NearestNeighbors[int] = NearestNeighbors()
        self.examples: dict[int, tuple[Example, ...]] = {}
        self.versions: dict[int, int] = {}

    def put(self, report_id: int, version: int, examples: tuple[Example, ...]) -> None:
        self.near.put(report_id, [example.text for example in examples])
        self.examples[report_id] = examples
        self.versions[report_id] = version

    def missing(self, revision: Revision) -> tuple[int, ...]:
        """Drop reports that are gone, and return those that are missing or outdated."""
        for report_id in self.versions.keys() - revision.keys():
            self.near.drop(report_id)
            del self.versions[report_id], self.examples[report_id]
        return tuple(key for key, version in revision.items() if self.versions.get(key) != version)

    def nearest(self, question: Question, wanted: Callable[[Example], bool]) -> tuple[tuple[Example, float], ...]:
        """Return the examples nearest to a sentence, without the sentence itself."""

        def keep(report_id: int, place: int) -> bool:
            example = self.examples[report_id][place]
            return example.id != question.sentence_id and wanted(example)

        found: list[Neighbor[int]] = self.near.nearest(question.text, _EXAMPLES, keep)
        return tuple((self.examples[near.key][near.place], near.similarity) for near in found)


_kept: dict[str, Any] = {}
"""In a child: the shelf, and confidences by model and sentence."""


def learn_in_child(
    examples: Mapping[int, tuple[Example, ...]], versions: Mapping[int, int], progress: Progress
) -> None:
    """Cache the accepted sentences of some reports."""
    shelf = _shelf()
    for done, (report_id, own) in enumerate(examples.items(), start=1):
        shelf.put(report_id, versions[report_id], own)
        progress(done / len(examples), "reading")


def explain_in_child(
    questions: Sequence[Question], model: ModelFile, revision: Revision, progress: Progress
) -> Missing | tuple[Explained, ...]:
    """Explain the confidences of a model for sentences and techniques."""
    shelf = _shelf()
    if missing := shelf.missing(revision):
        return Missing(missing)
    predictor = predictor_of(model)
    found = []
    for done, question in enumerate(questions, start=1):
        found.append(_explained(question, predictor, model, shelf))
        progress(done / len(questions), "explaining")
    return tuple(found)


def suggest_in_child(
    wanted: Sequence[Labelled],
    decided: Sequence[Labelled],
    fewest: int,
    model: ModelFile,
    revision: Revision,
    _progress: Progress,
) -> Missing | Suggested:
    """Suggest techniques for sentences of a report from the decisions on its others.

    Parameters
    ----------
    wanted : sequence of (str, tuple of str)
        Sentences, and the techniques on them that are to be judged in any case.
    decided : sequence of (str, tuple of str)
        Sentences, and the techniques that were left on them.
    fewest : int
        Techniques that are returned for each sentence, proposed or not.
    """
    from tram_ext.ml.confidences import threshold_of
    from tram_ext.ml.report_adaptation import adapt

    shelf = _shelf()
    if missing := shelf.missing(revision):
        return Missing(missing)
    predictor = predictor_of(model)
    least = threshold_of(predictor, model.threshold)
    texts = [text for text, _ in (*wanted, *decided)]
    before = _confidences(texts, predictor, model)
    techniques, before = _with_labels(predictor.techniques, before, (*wanted, *decided))
    truth = _truth(decided, techniques)
    columns = _columns(techniques, before, truth, wanted, least=least, fewest=fewest)
    before, truth = before[:, columns], truth[:, columns]
    names = [techniques[column] for column in columns]
    after = adapt(before, shelf.near.tfidf_vectors(texts), len(wanted), truth)
    judge = partial(_considered, names, least=least, fewest=fewest)
    return Suggested(least, tuple(judge(after[i], before[i], labels) for i, (_, labels) in enumerate(wanted)))


def rank_in_child(
    texts: Sequence[str], model: ModelFile, _revision: Revision, progress: Progress
) -> tuple[tuple[int, float], ...]:
    """Rank sentences by the expected use of their labels; return number and use of each."""
    from tram_ext.ml.active_learning import diversified_order, informativeness
    from tram_ext.ml.confidences import threshold_of
    from tram_ext.ml.nearest_neighbors import tfidf_vectors

    predictor = predictor_of(model)
    progress(0.1, "comparing")
    likely = _confidences(texts, predictor, model)
    worth = informativeness(likely, threshold_of(predictor, model.threshold), multi_label=predictor.multi_label)
    return tuple((int(i), float(worth[i])) for i in diversified_order(worth, tfidf_vectors(texts)))


def _shelf() -> _Shelf:
    shelf: _Shelf = _kept.setdefault("shelf", None) or _Shelf()
    _kept["shelf"] = shelf
    return shelf


def _explained(question: Question, predictor: SentenceModel, model: ModelFile, shelf: _Shelf) -> Explained:
    from tram_ext.domain.errors import NotFound
    from tram_ext.ml.confidences import proposal_confidences, threshold_of
    from tram_ext.ml.explaining import Explains

    def has_it(example: Example) -> bool:
        own = question.attack_id
        return any(label == own or label.startswith(f"{own}.") for label in example.techniques)

    reasons: tuple[tuple[int, int, float], ...] = ()
    confidence, note = None, ""
    if question.attack_id in predictor.techniques:
        likely = proposal_confidences(predictor, [question.text], model.threshold)
        confidence = float(likely[0, predictor.techniques.index(question.attack_id)])
    if isinstance(predictor, Explains):
        try:
            reasons = tuple(predictor.explain(question.text, question.attack_id, _REASONS))
        except NotFound as error:
            note = error.message
    else:
        note = _NO_REASONS.format(name=model.name)
    return Explained(
        confidence,
        threshold_of(predictor, model.threshold),
        reasons,
        shelf.nearest(question, has_it),
        shelf.nearest(question, lambda example: not has_it(example)),
        note,
    )


def _confidences(texts: Sequence[str], predictor: SentenceModel, model: ModelFile) -> npt.NDArray[np.float32]:
    """Return a model's confidences, cached by sentence."""
    import numpy as np

    from tram_ext.ml.confidences import proposal_confidences

    key = (model.sha256, model.threshold)
    if _kept.get("asked") != key or len(_kept["rows"]) > _MOST_REMEMBERED:
        _kept["asked"], _kept["rows"] = key, {}
    rows: dict[str, npt.NDArray[np.float32]] = _kept["rows"]
    new = list(dict.fromkeys(text for text in texts if text not in rows))
    if new:
        rows.update(zip(new, proposal_confidences(predictor, new, model.threshold), strict=True))
    return np.stack([rows[text] for text in texts]) if texts else np.zeros((0, len(predictor.techniques)), np.float32)


def _with_labels(
    known: Sequence[str], before: npt.NDArray[np.float32], decided: Sequence[Labelled]
) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Add columns for techniques that a person used and the model does not know."""
    import numpy as np

    more = sorted({label for _, labels in decided for label in labels} - set(known))
    return [*known, *more], np.hstack([before, np.zeros((len(before), len(more)), np.float32)])


def _columns(
    techniques: Sequence[str],
    before: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    wanted: Sequence[Labelled],
    *,
    least: float,
    fewest: int,
) -> npt.NDArray[np.int64]:
    """Select the techniques that can reach the threshold or be among the best."""
    import numpy as np

    mapped = {label for _, labels in wanted for label in labels}
    asked = before[: len(wanted)]
    able = np.array([technique in mapped for technique in techniques], bool)
    able |= truth.any(axis=0) | (asked >= least).any(axis=0)
    if fewest and asked.size:
        able[np.argsort(-asked, axis=1)[:, :fewest]] = True
    return np.flatnonzero(able)


def _truth(decided: Sequence[Labelled], techniques: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return the label matrix of decided sentences; a sub-technique implies its parent."""
    import numpy as np

    column = {technique: place for place, technique in enumerate(techniques)}
    truth = np.zeros((len(decided), len(techniques)), bool)
    for row, (_, labels) in enumerate(decided):
        shown = {*labels, *(label.split(".")[0] for label in labels)}
        truth[row, [column[label] for label in shown if label in column]] = True
    return truth


def _considered(
    names: Sequence[str],
    after: npt.NDArray[np.float32],
    before: npt.NDArray[np.float32],
    mapped: Sequence[str],
    *,
    least: float,
    fewest: int,
) -> tuple[Considered, ...]:
    """Select the techniques of the sentence, those proposed with the decisions, and the best others up to `fewest`."""
    import numpy as np

    from tram_ext.ml.hierarchy import superseded

    order = np.argsort(-after, kind="stable")
    hidden = superseded(
        {name: float(confidence) for name, confidence in zip(names, after, strict=True) if confidence >= least}
    )
    chosen = (
        i
        for place, i in enumerate(order)
        if place < fewest or names[i] in mapped or (after[i] >= least and names[i] not in hidden)
    )
    return tuple(Considered(names[i], float(after[i]), float(before[i])) for i in chosen)
