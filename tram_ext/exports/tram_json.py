"""TRAM's report export: JSON of a reviewed report, written and read.

An export carries TRAM's keys, and beside them what TRAM does not keep: ``uuid`` and ``blocks`` of the report,
``start``, ``end``, ``page``, ``origin`` and ``rejected_mappings`` of a sentence, ``source``, ``note`` and
``disposition`` of a mapping.
What it says about one workbench only, the keys in `LOCAL_KEYS`, an import passes over; everything else survives export,
import elsewhere and export again, as long as no other report there has the UUID and the two workbenches have the same
ATT&CK loaded. Whether a workbench trains on a report is that workbench's setting and is not exported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.documents import Block
from tram_ext.domain.reports import Mapping as StoredMapping
from tram_ext.domain.reports import NewReport, NewSentence, Report, Sentence, SentenceContent
from tram_ext.exports.bundle import ExportBundle
from tram_ext.exports.tram_json_reader import read_json, read_report

LOCAL_KEYS: Final = frozenset({"id", "document_id", "byline", "created_by"})
"""Keys of an export that mean something in the workbench that wrote it, and nowhere else."""


@dataclass(frozen=True)
class ImportedReport:
    """A report as read from a file.

    Attributes
    ----------
    sha256 : str
        Hash of name, text, model and sentences: the same for the same content, however the file is formatted,
        whenever it was written, and whatever the order of the mappings of a sentence.
    names : dict of str to str
        The names the file gives to its techniques, by ATT&CK id: all that is known of one that ATT&CK has dropped.
    """

    report: NewReport
    sha256: str
    names: dict[str, str] = field(default_factory=dict)


def parse(data: bytes | str) -> ImportedReport:
    """Parse a report export, TRAM's or ours.

    Parameters
    ----------
    data : bytes or str
        A JSON object; bytes in UTF-8, UTF-16 or UTF-32.

    Returns
    -------
    ImportedReport
        Sentences by their ``order``, then as in the file. A technique twice on one sentence is there once, with its
        highest confidence. Technique ids are well formed, and may be unknown to ATT&CK.

    Raises
    ------
    Invalid
        With every problem and its place: ``sentences[17].mappings[0].attack_id: 'T99' is not a technique id``.
    """
    return from_value(read_json(data))


def from_value(value: object) -> ImportedReport:
    """Build a report from parsed JSON; see `parse`."""
    names: dict[str, str] = {}
    report = read_report(value, names)
    return ImportedReport(report, content_sha256(report), names)


def content_sha256(report: NewReport) -> str:
    """Return the hash by which repeated imports are recognised: of name, text, model and sentences.

    Stores keep these hashes: a field that is newer than them counts where it says something, so that a file without it
    has the hash that it had.
    """
    content = [report.name, report.text, report.ml_model, [_sentence_content(item) for item in report.sentences]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _sentence_content(sentence: NewSentence) -> list[Any]:
    state = sentence.state()
    known = [state.pop(name) for name in ("text", "order", "disposition", "start", "end", "page", "origin")]
    mappings = sorted(_assertion_content(item) for item in sentence.all_mappings)
    return [*known[:3], mappings, *known[3:], *_said(state)]


def _assertion_content(assertion: Assertion) -> list[Any]:
    state = assertion.state() | {"confidence": float(assertion.confidence)}
    known = [state.pop(name) for name in ("attack_id", "confidence", "source", "note")]
    return [*known, *_said(state)]


def _said(state: dict[str, Any]) -> list[list[Any]]:
    """Return the fields that are not empty, by name."""
    return [[name, value] for name, value in sorted(state.items()) if value not in (None, "")]


def render(report: Report, sentences: Sequence[Sentence], blocks: Sequence[Block] = ()) -> dict[str, Any]:
    """Return a stored report in TRAM's format.

    Parameters
    ----------
    sentences : sequence of Sentence
        All sentences of `report`; they come out by ``order``, then by id.
    blocks : sequence of Block
        The parts of its text that are more than paragraphs.
    """
    ordered = sorted(sentences, key=lambda sentence: (sentence.order, sentence.id))
    counts = _counts(ordered)
    return {
        "id": report.id,
        "document_id": report.document_id,
        "name": report.name,
        "byline": report.byline,
        **counts,
        "text": report.text,
        "ml_model": report.ml_model,
        "created_by": report.created_by,
        "created_on": format_datetime(report.created_on),
        "updated_on": format_datetime(report.updated_on),
        "status": "Reviewing" if counts["reviewing_sentences"] else "Accepted",
        "uuid": report.uuid,
        "sentences": [
            {
                "id": sentence.id,
                **_sentence(sentence, len(report.text)),
                "mappings": [_stored(mapping) for mapping in sentence.mappings],
                "rejected_mappings": [_stored(mapping) for mapping in sentence.rejected_mappings],
            }
            for sentence in ordered
        ],
        "blocks": [block_value(block) for block in blocks],
    }


def render_bundle(bundle: ExportBundle) -> bytes:
    """Render one report as a JSON object, several as a list; always complete, with rejected sentences."""
    values = [render(reviewed.report, reviewed.sentences, reviewed.blocks) for reviewed in bundle.reports]
    return json.dumps(values[0] if len(values) == 1 else values, ensure_ascii=False, indent=4).encode()


def render_new(report: NewReport, names: Mapping[str, str]) -> dict[str, Any]:
    """Return an unstored report in TRAM's format, without ids and byline.

    Parameters
    ----------
    names : mapping of str to str
        The names of its techniques by ATT&CK id; one without a name is called by its id.
    """
    counts = _counts(report.sentences)
    return {
        "name": report.name,
        **counts,
        "text": report.text,
        "ml_model": report.ml_model,
        **({"created_on": format_datetime(report.created_on)} if report.created_on else {}),
        **({"updated_on": format_datetime(report.updated_on)} if report.updated_on else {}),
        "status": "Reviewing" if counts["reviewing_sentences"] else "Accepted",
        "sentences": [
            {
                **_sentence(sentence, len(report.text)),
                "mappings": [_named(item, names) for item in sentence.mappings],
                "rejected_mappings": [_named(item, names) for item in sentence.rejected_mappings],
            }
            for sentence in report.sentences
        ],
        "blocks": [block_value(block) for block in report.blocks],
    }


def portable(value: Any) -> Any:
    """Return an export, or a part of one, without `LOCAL_KEYS`: equal for equal content, wherever it was exported."""
    if isinstance(value, dict):
        return {key: portable(item) for key, item in value.items() if key not in LOCAL_KEYS}
    if isinstance(value, list):
        return [portable(item) for item in value]
    return value


def format_confidence(percent: float) -> str:
    """Format a confidence as TRAM does: percent with one decimal (``36.7``)."""
    return f"{percent:.1f}"


def format_datetime(moment: datetime) -> str:
    """Format a time as TRAM does: ISO 8601 in UTC with a Z; a naive time is taken as UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(tzinfo=None).isoformat() + "Z"


def _counts(sentences: Iterable[SentenceContent]) -> dict[str, int]:
    dispositions = [sentence.disposition for sentence in sentences]
    return {
        "accepted_sentences": dispositions.count(Disposition.ACCEPT),
        "reviewing_sentences": dispositions.count(None),
        "total_sentences": len(dispositions),
    }


def _sentence(sentence: SentenceContent, text_length: int) -> dict[str, Any]:
    """Return a sentence without its mappings; offsets that an edit of the text has made invalid are dropped."""
    start, end = sentence.start, sentence.end
    located = start is not None and end is not None and 0 <= start <= end <= text_length
    return sentence.state() | ({} if located else {"start": None, "end": None})


def block_value(block: Block) -> dict[str, Any]:
    """Return a part of the text that is more than a paragraph, JSON-compatible."""
    return {"start": block.start, "end": block.end, "kind": block.kind.value, "level": block.level}


def _stored(mapping: StoredMapping) -> dict[str, Any]:
    return {"id": mapping.id, **asserted(mapping.assertion, mapping.name)}


def _named(assertion: Assertion, names: Mapping[str, str]) -> dict[str, Any]:
    return asserted(assertion, names.get(assertion.attack_id, assertion.attack_id))


def asserted(assertion: Assertion, name: str) -> dict[str, Any]:
    """Return an assertion in TRAM's format, followed by the fields that TRAM does not have.

    Parameters
    ----------
    name : str
        The name of the technique.
    """
    state = assertion.state() | {"confidence": format_confidence(assertion.confidence)}
    return {"attack_id": state.pop("attack_id"), "name": name, **state}
