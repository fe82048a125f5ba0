"""Overviews of many sentences: outlines of reports, techniques of the matrix, and their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.documents import Block


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutline:
    """A report without its text, with the progress of its review.

    Attributes
    ----------
    media_type : str or None
        Of the document it was made of; None where there is none, or its file was purged.
    accepted, rejected, total : int
        Numbers of sentences.
    proposed : int
        Sentences that await review and bear a mapping.
    """

    id: int
    name: str
    ml_model: str
    created_by: str | None
    created_on: datetime
    updated_on: datetime
    document_id: int | None
    media_type: str | None
    use_for_training: bool
    builtin: bool
    accepted: int
    rejected: int
    proposed: int
    total: int
    version: int


@dataclass(frozen=True, slots=True)
class ReportText:
    """The text of a report with what stands where in it, in characters.

    Attributes
    ----------
    spans : list of (int, int, int)
        Number, start and end of each sentence that has a place in the text, in reading order.
    blocks : tuple of Block
        The parts that are more than paragraphs, in order.
    """

    text: str
    spans: list[tuple[int, int, int]]
    blocks: tuple[Block, ...] = ()


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
