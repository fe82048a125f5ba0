"""What a model holds likely of each sentence and technique, as one matrix, whatever the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from tram_ext.ml.model import SentenceModel
from tram_ext.ml.singles import DEFAULT_THRESHOLD

FloatArray: TypeAlias = npt.NDArray[Any]

_WITHHELD: Final = 0.5
"""Of the threshold: the most that counts of a technique that the model finds likely and yet does not propose."""


@runtime_checkable
class GivesConfidences(Protocol):
    """A model that can say all its confidences at once, which is faster than a list of proposals."""

    techniques: tuple[str, ...]

    def confidences(self, texts: Sequence[str]) -> FloatArray:
        """Return the confidence of each technique for each text, shape (n, techniques)."""


def confidences(fitted: SentenceModel, texts: Sequence[str]) -> FloatArray:
    """Return the confidence of each of the model's techniques for each text, 0 to 1, shape (n, techniques)."""
    if isinstance(fitted, GivesConfidences):
        return fitted.confidences(texts)
    found = np.zeros((len(texts), len(fitted.techniques)), np.float32)
    _write(found, fitted, texts, 0.0)
    return found


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
    least = threshold_of(fitted, threshold)
    np.putmask(found, found >= least, np.float32(_WITHHELD * least))
    _write(found, fitted, texts, threshold)
    return found


def _write(into: FloatArray, fitted: SentenceModel, texts: Sequence[str], threshold: float | None) -> None:
    column = {technique: place for place, technique in enumerate(fitted.techniques)}
    for row, proposals in enumerate(fitted.propose(texts, threshold)):
        for proposal in proposals:
            into[row, column[proposal.attack_id]] = proposal.confidence
