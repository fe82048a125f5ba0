"""The base class of TRAM's models: one technique a sentence, by a probability distribution over all techniques."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tram_ext.domain.models import Proposal
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.tram.count_vectorizer import StemCountVectorizer

if TYPE_CHECKING:
    from typing import Self

Floats: TypeAlias = npt.NDArray[np.float32]

DEFAULT_THRESHOLD: Final = 0.25
"""TRAM's ``ML_CONFIDENCE_THRESHOLD``, where none is given."""

_BLOCK: Final = 4096


class SingleLabelModel(ABC):
    """A model that estimates a probability distribution over techniques from counts of stems.

    Parameters
    ----------
    vectorizer : StemCountVectorizer
    techniques : sequence of str
        One for each column of `scores`.
    """

    multi_label: ClassVar[bool] = False
    learns_from_builtin: ClassVar[bool] = False

    def __init__(self, vectorizer: StemCountVectorizer, techniques: Sequence[str]) -> None:
        self.vectorizer = vectorizer
        self.techniques = tuple(techniques)
        self.threshold: float | None = None

    @classmethod
    def fit(cls, training: TrainingSet, progress: Progress) -> Self:
        """Train on one row for each pair of sentence and technique, as TRAM does."""
        texts = [text for text, labels in zip(training.texts, training.labels, strict=True) for _ in labels]
        techniques, classes = np.unique([label for labels in training.labels for label in labels], return_inverse=True)
        progress(0.0, "counting words")
        vectorizer = StemCountVectorizer()
        counts = vectorizer.fit_transform(texts)
        progress(0.1, "fitting")
        model = cls.fit_counts(vectorizer, counts, classes, [str(technique) for technique in techniques], progress)
        progress(1.0, "fitted")
        return model

    @classmethod
    @abstractmethod
    def fit_counts(
        cls,
        vectorizer: StemCountVectorizer,
        counts: sp.csr_matrix,
        classes: npt.NDArray[Any],
        techniques: Sequence[str],
        progress: Progress,
    ) -> Self:
        """Train on `counts`, shape (n, stems), whose `classes`, shape (n,), are indices into `techniques`."""

    @abstractmethod
    def scores(self, counts: sp.csr_matrix) -> Floats:
        """Return unnormalised log-probabilities, shape (n, techniques)."""

    def confidences(self, texts: Sequence[str]) -> Floats:
        """Return the probability of each technique for each text, shape (n, techniques); rows sum to 1."""
        scores = self.scores(self.vectorizer.transform(texts))
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores

    def propose(self, texts: Sequence[str], threshold: float | None = None) -> list[tuple[Proposal, ...]]:
        """Propose each technique whose probability is at least `threshold` (TRAM's 25 % for None), best first."""
        blocks = (texts[start : start + _BLOCK] for start in range(0, len(texts), _BLOCK))
        return [found for block in blocks for found in self.choose(block, self.confidences(block), threshold)]

    def choose(
        self,
        texts: Sequence[str],  # noqa: ARG002 - part of the protocol; confidences suffice here
        confidences: Floats,
        threshold: float | None,
    ) -> list[tuple[Proposal, ...]]:
        """Propose as :meth:`propose` does, from `confidences` that were computed before."""
        return above_threshold(self.techniques, confidences, threshold)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the most probable technique of each text."""
        best: list[str] = []
        for start in range(0, len(texts), _BLOCK):
            scores = self.scores(self.vectorizer.transform(texts[start : start + _BLOCK]))
            best += [self.techniques[i] for i in scores.argmax(axis=1)]
        return best

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs."""
        return {"words": self.vectorizer.state(), "techniques": "\n".join(self.techniques), **self.parameters()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Make the model that `state` was taken from."""
        return cls.from_parameters(
            StemCountVectorizer.from_state(state["words"]), state["techniques"].split("\n"), state
        )

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Return what was learnt besides the vocabulary and the techniques."""

    @classmethod
    @abstractmethod
    def from_parameters(
        cls, vectorizer: StemCountVectorizer, techniques: Sequence[str], parameters: dict[str, Any]
    ) -> Self:
        """Make the model that has `parameters`."""


def above_threshold(
    techniques: Sequence[str], confidences: Floats, threshold: float | None
) -> list[tuple[Proposal, ...]]:
    """Return for each row the `techniques` with a confidence of at least `threshold` (TRAM's for None), best first."""
    least = DEFAULT_THRESHOLD if threshold is None else threshold
    proposals: list[tuple[Proposal, ...]] = []
    for row in confidences:
        found = np.flatnonzero(row >= least)
        order = found[np.argsort(-row[found], kind="stable")]
        proposals.append(tuple(Proposal(techniques[i], float(row[i])) for i in order))
    return proposals
