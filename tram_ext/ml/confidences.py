"""Returns the confidences of any model as one matrix, sentences by techniques."""

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
"""The confidence, as a share of the threshold, of a technique above the threshold that is not proposed."""


@runtime_checkable
class GivesConfidences(Protocol):
    """A model that returns all its confidences as a matrix, which is faster than a list of proposals."""

    techniques: tuple[str, ...]

    def confidences(self, texts: Sequence[str]) -> FloatArray:
        """Return the confidence of each technique for each text, shape (n, techniques)."""


@runtime_checkable
class ChoosesFromConfidences(GivesConfidences, Protocol):
    """A model that can make proposals from confidences that were computed before."""

    def choose(
        self, texts: Sequence[str], confidences: FloatArray, threshold: float | None
    ) -> list[tuple[Proposal, ...]]:
        """Return what :meth:`tram_ext.ml.model.SentenceModel.propose` returns."""


def confidences(fitted: SentenceModel, texts: Sequence[str]) -> FloatArray:
    """Return the confidence of each of the model's techniques for each text, 0 to 1, shape (n, techniques)."""
    if isinstance(fitted, GivesConfidences):
        return fitted.confidences(texts)
    return _with_proposals(
        np.zeros((len(texts), len(fitted.techniques)), np.float32), fitted, fitted.propose(texts, 0.0)
    )


def threshold_of(fitted: SentenceModel, threshold: float | None) -> float:
    """Return the confidence from which a model proposes: `threshold`, else its own, else TRAM's."""
    if threshold is not None:
        return threshold
    return DEFAULT_THRESHOLD if fitted.threshold is None else fitted.threshold


def proposal_confidences(fitted: SentenceModel, texts: Sequence[str], threshold: float | None) -> FloatArray:
    """Return confidences of which exactly those of proposals reach the threshold.

    A model may withhold techniques above the threshold: on a heading, or where it proposes a sub-technique instead.
    """
    found = np.array(confidences(fitted, texts), np.float32)
    if isinstance(fitted, ChoosesFromConfidences):
        proposals = fitted.choose(texts, found, threshold)
    else:
        proposals = fitted.propose(texts, threshold)
    least = threshold_of(fitted, threshold)
    np.putmask(found, found >= least, np.float32(_WITHHELD * least))
    return _with_proposals(found, fitted, proposals)


def _with_proposals(into: FloatArray, fitted: SentenceModel, proposals: Sequence[Sequence[Proposal]]) -> FloatArray:
    """Write the confidences of proposals into a matrix, sentences by techniques, and return it."""
    column = {technique: place for place, technique in enumerate(fitted.techniques)}
    for row, found in enumerate(proposals):
        for proposal in found:
            into[row, column[proposal.attack_id]] = proposal.confidence
    return into
