"""Bodies of what views show of many sentences at once; confidences are numbers in percent."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from tram_ext.api.vocabulary import DispositionName
from tram_ext.domain.overviews import SentenceOutline, TechniqueCount, TechniqueEvidence
from tram_ext.domain.reports import Disposition

_LETTERS = {Disposition.ACCEPT: "a", Disposition.REJECT: "r", None: "."}


class RowsBody(TypedDict):
    """Sentences without their texts, column by column.

    `states` has a letter for each: ``a`` accepted, ``r`` rejected, ``.`` awaiting review. `least` is the confidence of
    the weakest mapping.
    """

    ids: list[int]
    states: str
    least: list[float | None]


class TechniqueCountBody(TypedDict):
    """On how many sentences a technique is, and the best confidence among them; rejected sentences do not count."""

    attack_id: str
    name: str
    accepted: int
    proposed: int
    best: float


class EvidenceBody(TypedDict):
    """A sentence as evidence for a technique."""

    sentence: int
    report: int
    report_name: str
    text: str
    disposition: DispositionName | None
    confidence: float


def rows_body(outlines: Sequence[SentenceOutline]) -> RowsBody:
    """Show sentences in outline."""
    return {
        "ids": [item.id for item in outlines],
        "states": "".join(_LETTERS[item.disposition] for item in outlines),
        "least": [None if item.least is None else round(item.least, 1) for item in outlines],
    }


def technique_count_body(count: TechniqueCount) -> TechniqueCountBody:
    """Show how often a technique is on sentences."""
    return {
        "attack_id": count.attack_id,
        "name": count.name,
        "accepted": count.accepted,
        "proposed": count.proposed,
        "best": round(count.best, 1),
    }


def evidence_body(evidence: TechniqueEvidence) -> EvidenceBody:
    """Show a sentence as evidence."""
    return {
        "sentence": evidence.sentence_id,
        "report": evidence.report_id,
        "report_name": evidence.report_name,
        "text": evidence.text,
        "disposition": evidence.disposition.value if evidence.disposition else None,
        "confidence": round(evidence.confidence, 1),
    }
