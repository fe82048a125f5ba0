"""Bodies of what views show of many sentences at once; confidences are numbers in percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from typing_extensions import TypedDict

from tram_ext.api.vocabulary import BlockKindName, DispositionName, Moment
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.overviews import ReportOutline, ReportText, SentenceOutline, TechniqueCount, TechniqueEvidence
from tram_ext.exports.tram_json import block_value, format_datetime

_LETTERS = {Disposition.ACCEPT: "a", Disposition.REJECT: "r", None: "."}


class ReportOutlineBody(TypedDict):
    """A report without its text, with the progress of its review.

    `accepted`, `rejected` and `total` count sentences; `proposed` those that await review and bear a mapping.
    `media_type` is that of the document, null where no file can be downloaded.
    """

    id: int
    name: str
    ml_model: str
    created_by: str | None
    created_on: Moment
    updated_on: Moment
    document_id: int | None
    media_type: str | None
    use_for_training: bool
    builtin: bool
    accepted: int
    rejected: int
    proposed: int
    total: int
    version: int


class BlockBody(TypedDict):
    """A part of a text that is more than a paragraph; `level` is that of a heading, from 1, else 0.

    Cells of one row of a table stand on one line, with a tab between them.
    """

    start: int
    end: int
    kind: BlockKindName
    level: int


class ReportTextBody(TypedDict):
    """The text of a report with the places of its sentences, column by column, in reading order.

    Places count characters as Python does; sentences without a place in the text are left out. `blocks` are the parts
    that are more than paragraphs; older reports have none.
    """

    text: str
    ids: list[int]
    starts: list[int]
    ends: list[int]
    blocks: list[BlockBody]


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


def report_outline_body(outline: ReportOutline) -> ReportOutlineBody:
    """Return the response body of a report's outline."""
    return {
        "id": outline.id,
        "name": outline.name,
        "ml_model": outline.ml_model,
        "created_by": outline.created_by,
        "created_on": format_datetime(outline.created_on),
        "updated_on": format_datetime(outline.updated_on),
        "document_id": outline.document_id,
        "media_type": outline.media_type,
        "use_for_training": outline.use_for_training,
        "builtin": outline.builtin,
        "accepted": outline.accepted,
        "rejected": outline.rejected,
        "proposed": outline.proposed,
        "total": outline.total,
        "version": outline.version,
    }


def report_text_body(found: ReportText) -> ReportTextBody:
    """Return the response body of a report's text."""
    return {
        "text": found.text,
        "ids": [key for key, _, _ in found.spans],
        "starts": [start for _, start, _ in found.spans],
        "ends": [end for _, _, end in found.spans],
        "blocks": cast("list[BlockBody]", [block_value(block) for block in found.blocks]),
    }


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
