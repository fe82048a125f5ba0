"""What views show of many sentences at once: reports in outline, techniques in the matrix, their evidence."""

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
    """On how many sentences a technique is; rejected ones do not count.

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
    """A sentence that bears a technique; confidence in percent."""

    sentence_id: int
    report_id: int
    report_name: str
    text: str
    disposition: Disposition | None
    confidence: float
