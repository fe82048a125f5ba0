"""What a model holds likely of each sentence and technique, as one matrix, whatever the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from tram_ext.domain.models import Proposal
from tram_ext.ml.model import SentenceModel
from tram_ext.ml.tram.single_label import DEFAULT_THRESHOLD

FloatArray: TypeAlias = npt.NDArray[Any]

_WITHHELD: Final = 0.5
"""Of the threshold: the most that counts of a technique that the model finds likely and yet does not propose."""


@runtime_checkable
class GivesConfidences(Protocol):
    """A model that can say all its confidences at once, which is faster than a list of proposals."""

    techniques: tuple[str, ...]

    def confidences(self, texts: Sequence[str]) -> FloatArray:
        """Return the confidence of each technique for each text, shape (n, techniques)."""


@runtime_checkable
class ChoosesFromConfidences(GivesConfidences, Protocol):
    """A model that proposes by its confidences and the texts alone, so that they need not be found out twice."""

    def choose(
        self, texts: Sequence[str], confidences: FloatArray, threshold: float | None
    ) -> list[tuple[Proposal, ...]]:
        """Return what :meth:`tram_ext.ml.model.SentenceModel.propose` returns."""


def confidences(fitted: SentenceModel, texts: Sequence[str]) -> FloatArray:
    """Return the confidence of each of the model's techniques for each text, 0 to 1, shape (n, techniques)."""
    if isinstance(fitted, GivesConfidences):
        return fitted.confidences(texts)
    return _written(np.zeros((len(texts), len(fitted.techniques)), np.float32), fitted, fitted.propose(texts, 0.0))


def threshold_of(fitted: SentenceModel, threshold: float | None) -> float:
    """Return the confidence from which a model proposes: `threshold`, else its own, else TRAM's."""
    if threshold is not None:
        return threshold
    return DEFAULT_THRESHOLD if fitted.threshold is None else fitted.threshold


def proposing(fitted: SentenceModel, texts: Sequence[str], threshold: float | None) -> FloatArray:
    """Return confidences of which exactly those reach the threshold that the model proposes.

    A model may withhold what it finds likely: of a heading, or of a technique whose sub-technique it proposes.
    """
    found = np.array(confidences(fitted, texts), np.float32)
    if isinstance(fitted, ChoosesFromConfidences):
        proposals = fitted.choose(texts, found, threshold)
    else:
        proposals = fitted.propose(texts, threshold)
    least = threshold_of(fitted, threshold)
    np.putmask(found, found >= least, np.float32(_WITHHELD * least))
    return _written(found, fitted, proposals)


def _written(into: FloatArray, fitted: SentenceModel, proposals: Sequence[Sequence[Proposal]]) -> FloatArray:
    column = {technique: place for place, technique in enumerate(fitted.techniques)}
    for row, found in enumerate(proposals):
        for proposal in found:
            into[row, column[proposal.attack_id]] = proposal.confidence
    return into
