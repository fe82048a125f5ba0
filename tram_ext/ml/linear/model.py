"""The default model: sparse, linear and multi-label, trained on ATT&CK's texts and accepted sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from tram_ext.domain.errors import NotFound
from tram_ext.domain.models import Proposal
from tram_ext.ml.explaining import Evidence, explain
from tram_ext.ml.hierarchy import superseded
from tram_ext.ml.linear.logistic import probability
from tram_ext.ml.linear.scorer import Scorer
from tram_ext.ml.linear.sentence_filter import may_describe_behaviour
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.text import windows
from tram_ext.ml.text.masking import masked
from tram_ext.ml.text.mentions import CONFIDENCE, explicit_ids
from tram_ext.ml.text.vectorizer import StemVectorizer

FloatArray = npt.NDArray[np.float32]

_BATCH = 2048


class LinearModel:
    """Multi-label linear model: a sentence may get several techniques, or none.

    Parameters
    ----------
    techniques : tuple of str
        The techniques that it can propose.
    vectorizer : StemVectorizer
    scorer : Scorer
    threshold : float
        Confidence, 0 to 1, below which nothing is proposed.
    """

    multi_label: ClassVar[bool] = True
    learns_from_builtin: ClassVar[bool] = True
    state_format: ClassVar[int] = 5  # raise it when features, masks or stems change: they change what weights mean

    def __init__(
        self, techniques: tuple[str, ...], vectorizer: StemVectorizer, scorer: Scorer, threshold: float
    ) -> None:
        self.techniques = techniques
        self.threshold: float | None = threshold
        self._vectorizer = vectorizer
        self._scorer = scorer
        self._number = {technique: i for i, technique in enumerate(techniques)}
        self._names = np.array(techniques)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Warnings for the model card."""
        embedding = self._scorer.embedding
        return (
            () if embedding is None else (f"The encoder {embedding.identity_} is blended in, and needed to propose.",)
        )

    @classmethod
    def fit(cls, training: TrainingSet, progress: Progress) -> LinearModel:
        """Train on `training`, in this process, deterministically.

        Raises
        ------
        Conflict
            No sentence has a technique.
        """
        from tram_ext.ml.linear.fitting import fit

        fitted = fit(training, progress)
        return cls(fitted.techniques, fitted.vectorizer, fitted.scorer, fitted.threshold)

    def propose(self, texts: Sequence[str], threshold: float | None = None) -> list[tuple[Proposal, ...]]:
        """Propose techniques for each text, best first.

        Parameters
        ----------
        texts : sequence of str
            Sentences as they are in the report, unmasked.
        threshold : float, optional
            Confidence, 0 to 1; without it, the model's own.

        Returns
        -------
        list of tuple of Proposal
            A technique id in the text is proposed with a confidence of at least
            :data:`tram_ext.ml.text.mentions.CONFIDENCE`. Of a technique and its sub-techniques, only some are proposed
            (:func:`tram_ext.ml.hierarchy.superseded`). Sentences that cannot describe adversary behaviour (fragments,
            code, advice, questions) get no proposals. A `threshold` of 0 returns all techniques, unfiltered.
        """
        return [
            proposals
            for batch in _batches(texts)
            for proposals in self.choose(batch, self.confidences(batch), threshold)
        ]

    def choose(
        self, texts: Sequence[str], confidences: FloatArray, threshold: float | None
    ) -> list[tuple[Proposal, ...]]:
        """Propose as :meth:`propose` does, from `confidences` that were computed before."""
        least = (self.threshold or 0.0) if threshold is None else threshold
        return [self._chosen(text, row, least) for text, row in zip(texts, confidences, strict=True)]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the single best technique of each text, whatever its confidence (TRAM's protocol)."""
        best: list[str] = []
        for batch in _batches(texts):
            prepared = [masked(text) for text in batch]
            logits = self._scorer.logits(prepared, self._vectorizer.transform(prepared))
            best += self._names[logits.argmax(axis=1)].tolist()
        return best

    def confidences(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each technique, texts by techniques."""
        if not texts:
            return np.zeros((0, len(self.techniques)), np.float32)
        return probability(self._logits([masked(text) for text in texts]))

    def explain(self, text: str, attack_id: str, limit: int = 8) -> Evidence:
        """Return the words of `text` with the largest weights for a technique, whether it is proposed or not.

        Returns
        -------
        list of (start, end, weight)
            ``text[start:end]`` is a word, and its weight by how much the log-odds drop without it; largest weight
            first. A technique id in the text outweighs any word.

        Raises
        ------
        NotFound
            The model does not know the technique.
        """
        number = self._number.get(attack_id)
        if number is None:
            raise NotFound(f"This model does not know {attack_id}: it was trained before that technique existed.")

        def logit(texts: list[str]) -> FloatArray:
            return self._logits([masked(variant) for variant in texts])[:, number]

        return explain(text, attack_id, logit, limit)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs: arrays, sparse matrices and plain values."""
        return {
            "techniques": list(self.techniques),
            "threshold": self.threshold,
            "features": self._vectorizer.state(),
            "scorer": self._scorer.state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> LinearModel:
        """Make the model that `state` was taken from."""
        return cls(
            tuple(state["techniques"]),
            StemVectorizer.from_state(state["features"]),
            Scorer.from_state(state["scorer"]),
            state["threshold"],
        )

    def _logits(self, prepared: list[str]) -> FloatArray:
        """Return the logits of masked texts, the maximum over the windows of each."""
        parts, starts = windows.cut(prepared)
        return self._scorer.logits(parts, self._vectorizer.transform(parts), starts)

    def _chosen(self, text: str, confidences: FloatArray, least: float) -> tuple[Proposal, ...]:
        found = {}
        if least <= 0 or may_describe_behaviour(masked(text)):
            found = {self.techniques[i]: float(confidences[i]) for i in np.flatnonzero(confidences >= least)}
        mentioned = [name for name in explicit_ids(text) if name in self._number]
        found |= {name: max(CONFIDENCE, found.get(name, 0)) for name in mentioned}
        if least > 0:
            for name in superseded(found, mentioned):
                del found[name]
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Proposal(name, confidence) for name, confidence in ranked)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _BATCH):
        yield texts[start : start + _BATCH]
