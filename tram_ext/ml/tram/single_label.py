"""What TRAM's models have in common: one technique for a sentence, chosen by a probability over all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tram_ext.domain.models import Proposal
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.tram.count_vectorizer import WordCounts

if TYPE_CHECKING:
    from typing_extensions import Self

Floats: TypeAlias = npt.NDArray[np.float32]

DEFAULT_THRESHOLD: Final = 0.25
"""TRAM's ``ML_CONFIDENCE_THRESHOLD``, for who asks without one."""

_BLOCK: Final = 4096


class SingleLabelModel(ABC):
    """A probability over all techniques from counts of words, as all of TRAM's models are.

    Parameters
    ----------
    words : WordCounts
        The vocabulary.
    techniques : sequence of str
        What the columns of `scores` mean.
    """

    multi_label: ClassVar[bool] = False
    learns_from_builtin: ClassVar[bool] = False

    def __init__(self, words: WordCounts, techniques: Sequence[str]) -> None:
        self.words = words
        self.techniques = tuple(techniques)
        self.threshold: float | None = None

    @classmethod
    def fit(cls, training: TrainingSet, progress: Progress) -> Self:
        """Train on one row for each pair of sentence and technique, as TRAM does."""
        texts = [text for text, labels in zip(training.texts, training.labels, strict=True) for _ in labels]
        techniques, classes = np.unique([label for labels in training.labels for label in labels], return_inverse=True)
        progress(0.0, "counting words")
        words, counts = WordCounts.fit(texts)
        progress(0.1, "fitting")
        model = cls.fit_counts(words, counts, classes, [str(technique) for technique in techniques], progress)
        progress(1.0, "fitted")
        return model

    @classmethod
    @abstractmethod
    def fit_counts(
        cls,
        words: WordCounts,
        counts: sp.csr_matrix,
        classes: npt.NDArray[Any],
        techniques: Sequence[str],
        progress: Progress,
    ) -> Self:
        """Train on `counts`, shape (n, words), of the `classes`, shape (n,), that index `techniques`."""

    @abstractmethod
    def scores(self, counts: sp.csr_matrix) -> Floats:
        """Return log-probabilities up to a constant a row, shape (n, techniques)."""

    def confidences(self, texts: Sequence[str]) -> Floats:
        """Return the probability of each technique for each text, shape (n, techniques); rows sum to 1."""
        scores = self.scores(self.words.transform(texts))
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def propose(self, texts: Sequence[str], threshold: float | None = None) -> list[tuple[Proposal, ...]]:
        """Propose every technique whose probability is at least `threshold` (TRAM's 25 % for None), best first."""
        blocks = (texts[start : start + _BLOCK] for start in range(0, len(texts), _BLOCK))
        return [found for block in blocks for found in self.choose(block, self.confidences(block), threshold)]

    def choose(
        self,
        texts: Sequence[str],  # noqa: ARG002 - their probabilities say it all
        confidences: Floats,
        threshold: float | None,
    ) -> list[tuple[Proposal, ...]]:
        """Propose as :meth:`propose` does, by confidences that are known."""
        return choices(self.techniques, confidences, threshold)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Name the most probable technique of each text."""
        best: list[str] = []
        for start in range(0, len(texts), _BLOCK):
            scores = self.scores(self.words.transform(texts[start : start + _BLOCK]))
            best += [self.techniques[i] for i in scores.argmax(axis=1)]
        return best

    def state(self) -> dict[str, Any]:
        """Return what the file must hold."""
        return {"words": self.words.state(), "techniques": "\n".join(self.techniques), **self.parameters()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Make the model that `state` was taken from."""
        return cls.from_parameters(WordCounts.from_state(state["words"]), state["techniques"].split("\n"), state)

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Return what was learned besides the words and the techniques."""

    @classmethod
    @abstractmethod
    def from_parameters(cls, words: WordCounts, techniques: Sequence[str], parameters: dict[str, Any]) -> Self:
        """Make the model that has `parameters`."""


def choices(techniques: Sequence[str], confidences: Floats, threshold: float | None) -> list[tuple[Proposal, ...]]:
    """Propose, of each row, the `techniques` whose confidence is at least `threshold` (TRAM's for None), best first."""
    least = DEFAULT_THRESHOLD if threshold is None else threshold
    proposals: list[tuple[Proposal, ...]] = []
    for row in confidences:
        found = np.flatnonzero(row >= least)
        order = found[np.argsort(-row[found], kind="stable")]
        proposals.append(tuple(Proposal(techniques[i], float(row[i])) for i in order))
    return proposals
