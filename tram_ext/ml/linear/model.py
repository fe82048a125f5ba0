"""The default model: sparse linear, multi-label with none, from ATT&CK's own texts and what analysts accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from tram_ext.domain.errors import NotFound
from tram_ext.domain.models import Proposal
from tram_ext.ml.explaining import Evidence, explain
from tram_ext.ml.hierarchy import spoken_for
from tram_ext.ml.linear import calibration, sentence_filter
from tram_ext.ml.linear.scorer import Scorer
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.text import windows
from tram_ext.ml.text.masking import masked
from tram_ext.ml.text.mentions import CONFIDENCE, explicit_ids
from tram_ext.ml.text.vectorizer import Features

FloatArray = npt.NDArray[np.float32]

_BATCH = 2048


class LinearModel:
    """Decides on each technique by itself; a sentence may get several, or none.

    Parameters
    ----------
    techniques : tuple of str
        What it can propose.
    features : Features
    scorer : Scorer
    threshold : float
        Confidence, 0 to 1, under which nothing is proposed.
    """

    multi_label: ClassVar[bool] = True
    learns_from_builtin: ClassVar[bool] = True
    state_format: ClassVar[int] = 5  # a change of features, masks or stems changes what the weights mean: raise it

    def __init__(self, techniques: tuple[str, ...], features: Features, scorer: Scorer, threshold: float) -> None:
        self.techniques = techniques
        self.threshold: float | None = threshold
        self._features = features
        self._scorer = scorer
        self._number = {technique: i for i, technique in enumerate(techniques)}
        self._names = np.array(techniques)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader of the model's card should know."""
        meaning = self._scorer.meaning
        return () if meaning is None else (f"The encoder {meaning.identity} is blended in, and needed to propose.",)

    @classmethod
    def fit(cls, training: TrainingSet, progress: Progress) -> LinearModel:
        """Train on `training`, in this process, with one thread; the result depends on nothing else.

        Raises
        ------
        Conflict
            There is no technique to learn.
        """
        from tram_ext.ml.linear.fitting import fit

        fitted = fit(training, progress)
        return cls(fitted.techniques, fitted.features, fitted.scorer, fitted.threshold)

    def propose(self, texts: Sequence[str], threshold: float | None = None) -> list[tuple[Proposal, ...]]:
        """Propose techniques for each text, best first.

        Parameters
        ----------
        texts : sequence of str
            Sentences as they stand in the report.
        threshold : float, optional
            Confidence, 0 to 1; without it, the model's own.

        Returns
        -------
        list of tuple of Proposal
            An id that is written in the text is proposed with a confidence of its own. Of a technique and its
            sub-techniques, those that say most are proposed (:func:`tram_ext.ml.hierarchy.spoken_for`). What is
            no statement about an adversary (a fragment, code, advice, a question) gets nothing, unless
            `threshold` is 0, which asks for everything.
        """
        return [
            proposals
            for batch in _batches(texts)
            for proposals in self.choose(batch, self.confidences(batch), threshold)
        ]

    def choose(
        self, texts: Sequence[str], confidences: FloatArray, threshold: float | None
    ) -> list[tuple[Proposal, ...]]:
        """Propose as :meth:`propose` does, by confidences that are known."""
        least = (self.threshold or 0.0) if threshold is None else threshold
        return [self._chosen(text, row, least) for text, row in zip(texts, confidences, strict=True)]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Name the single best technique of each text, whatever its confidence (TRAM's protocol)."""
        best: list[str] = []
        for batch in _batches(texts):
            prepared = [masked(text) for text in batch]
            logits = self._scorer.logits(prepared, self._features.rows(prepared))
            best += self._names[logits.argmax(axis=1)].tolist()
        return best

    def confidences(self, texts: Sequence[str]) -> FloatArray:
        """Return texts by techniques: the probability of each."""
        if not texts:
            return np.zeros((0, len(self.techniques)), np.float32)
        return calibration.probability(self._logits([masked(text) for text in texts]))

    def explain(self, text: str, attack_id: str, limit: int = 8) -> Evidence:
        """Find the words of `text` that speak most for a technique, whether it is proposed or not.

        Returns
        -------
        list of (start, end, weight)
            ``text[start:end]`` is a word, its weight what the log-odds lose without it; the weightiest
            first. An id that is written in the text weighs more than any word.

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
        """Return arrays, sparse matrices and plain values."""
        return {
            "techniques": list(self.techniques),
            "threshold": self.threshold,
            "features": self._features.state(),
            "scorer": self._scorer.state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> LinearModel:
        """Make the model that `state` was taken from."""
        return cls(
            tuple(state["techniques"]),
            Features.from_state(state["features"]),
            Scorer.from_state(state["scorer"]),
            state["threshold"],
        )

    def _logits(self, prepared: list[str]) -> FloatArray:
        """Return the logits of masked texts, the highest of their windows."""
        parts, begins = windows.cut(prepared)
        return self._scorer.logits(parts, self._features.rows(parts), begins)

    def _chosen(self, text: str, confidences: FloatArray, least: float) -> tuple[Proposal, ...]:
        found = {}
        if least <= 0 or sentence_filter.says_something(masked(text)):
            found = {self.techniques[i]: float(confidences[i]) for i in np.flatnonzero(confidences >= least)}
        written = [name for name in explicit_ids(text) if name in self._number]
        found |= {name: max(CONFIDENCE, found.get(name, 0)) for name in written}
        if least > 0:
            for name in spoken_for(found, written):
                del found[name]
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Proposal(name, confidence) for name, confidence in ranked)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _BATCH):
        yield texts[start : start + _BATCH]
