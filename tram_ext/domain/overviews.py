"""Overviews of many sentences: outlines of reports, techniques of the matrix, and their evidence."""

from __future__ import annotations

from dataclasses import dataclass

from tram_ext.domain.reports import Disposition


@dataclass(frozen=True, slots=True)
class SentenceOutline:
    """A sentence without its text.

    Attributes
    ----------
    least : float or None
        Confidence of its weakest mapping, in percent; None where it bears none.
    """

    id: int
    disposition: Disposition | None
    least: float | None


@dataclass(frozen=True, slots=True)
class TechniqueCount:
    """The number of sentences that a technique is mapped to; rejected ones do not count.

    Attributes
    ----------
    accepted, proposed : int
        Of sentences that were accepted, and that await review.
    best : float
        The best confidence among them, in percent.
    """

    attack_id: str
    name: str
    accepted: int
    proposed: int
    best: float


@dataclass(frozen=True, slots=True)
class TechniqueEvidence:
    """A sentence that a technique is mapped to; confidence in percent."""

    sentence_id: int
    report_id: int
    report_name: str
    text: str
    disposition: Disposition | None
    confidence: float
