"""Response bodies of sentences, mappings, bulk reviews and the log."""

from __future__ import annotations

from typing import Any, cast

from typing_extensions import TypedDict

from tram_ext.api.responses import ReportBody, report_body
from tram_ext.api.vocabulary import Confidence, DispositionName, Moment, SourceName
from tram_ext.domain.edits import Undone
from tram_ext.domain.reports import Mapping, Report, Sentence
from tram_ext.domain.review import LogEntry, Shown
from tram_ext.exports.tram_json import asserted, format_datetime


class MappingBody(TypedDict):
    """A mapping; `confidence` is a text with one decimal. What stands after `report` are additions to TRAM's keys."""

    id: int
    attack_id: str
    name: str
    confidence: Confidence
    sentence: int
    report: int
    source: SourceName
    note: str
    disposition: DispositionName | None
    version: int


class SentenceBody(TypedDict):
    """A sentence; what stands after `mappings` are additions to TRAM's keys.

    Techniques that were rejected on their own are in `rejected_mappings`, and not in `mappings`. A mapping without a
    `disposition` counts as its sentence does.
    """

    id: int
    text: str
    order: int
    disposition: DispositionName | None
    mappings: list[MappingBody]
    report: int
    start: int | None
    end: int | None
    page: int | None
    origin: str
    version: int
    rejected_mappings: list[MappingBody]


class BulkBody(TypedDict):
    """The outcome of a bulk review or of mapping a report again."""

    changed: int
    report: ReportBody


class SplitBody(TypedDict):
    """The two sentences that one became."""

    sentences: list[SentenceBody]


class UndoneBody(TypedDict):
    """The outcome of undo or redo; action and batch are those of the last action undone or redone.

    `sentences` look different now, those of that action first; the list is empty where they are many. `stopped` says
    why these are fewer actions than were asked for; null: ask again for the rest.
    """

    action: str
    changed: int
    batch: str
    steps: int
    sentences: list[int]
    stopped: str | None


class ShownBody(TypedDict):
    """The ATT&CK ids that a reviewer had in view: on the sentence, and shown or searched beside it."""

    proposed: list[str]
    searched: list[str]


class LogBody(TypedDict):
    """A row of the log; `shown` stands where it decides about a sentence or its techniques."""

    id: int
    at: Moment
    user: str
    report: int | None
    action: str
    target: str
    target_id: int | None
    before: Any
    after: Any
    batch: str
    undoes: str | None
    shown: ShownBody | None


def mapping_body(mapping: Mapping) -> MappingBody:
    """Return the response body of a mapping."""
    return cast(
        "MappingBody",
        {
            "id": mapping.id,
            **asserted(mapping.assertion, mapping.name),
            "sentence": mapping.sentence_id,
            "report": mapping.report_id,
            "version": mapping.version,
        },
    )


def sentence_body(sentence: Sentence) -> SentenceBody:
    """Return the response body of a sentence."""
    return cast(
        "SentenceBody",
        {
            "id": sentence.id,
            **sentence.state(),
            "mappings": [mapping_body(mapping) for mapping in sentence.mappings],
            "report": sentence.report_id,
            "version": sentence.version,
            "rejected_mappings": [mapping_body(mapping) for mapping in sentence.rejected_mappings],
        },
    )


def bulk_body(changed: int, report: Report) -> BulkBody:
    """Return the response body of a bulk change of a report."""
    return {"changed": changed, "report": report_body(report)}


def undone_body(undone: Undone) -> UndoneBody:
    """Return the response body of an undo or redo."""
    return {
        "action": undone.action,
        "changed": undone.changed,
        "batch": undone.batch,
        "steps": undone.steps,
        "sentences": list(undone.sentence_ids),
        "stopped": undone.stopped or None,
    }


def log_body(entry: LogEntry) -> LogBody:
    """Return the response body of a row of the log."""
    return {
        "id": entry.id,
        "at": format_datetime(entry.at),
        "user": entry.user_name,
        "report": entry.report_id,
        "action": entry.action,
        "target": entry.target_kind,
        "target_id": entry.target_id,
        "before": entry.before,
        "after": entry.after,
        "batch": entry.batch,
        "undoes": entry.undoes,
        "shown": _shown(entry.shown),
    }


def _shown(shown: Shown | None) -> ShownBody | None:
    return None if shown is None else {"proposed": list(shown.proposed), "searched": list(shown.searched)}
