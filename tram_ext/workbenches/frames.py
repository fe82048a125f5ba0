"""Converts records of the API to DataFrames with fixed columns and dtypes, also for empty results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tram_ext.domain.assertions import Assertion

if TYPE_CHECKING:
    import pandas as pd

Schema: TypeAlias = Mapping[str, str]
"""The columns of a DataFrame in their order, each with its dtype."""

_MOMENT: Final = "datetime64[us, UTC]"

REPORTS: Final[Schema] = {
    "id": "int64",
    "name": "string",
    "status": "string",
    "total_sentences": "int64",
    "accepted_sentences": "int64",
    "reviewing_sentences": "int64",
    "ml_model": "string",
    "use_for_training": "bool",
    "builtin": "bool",
    "created_by": "string",
    "created_on": _MOMENT,
    "updated_on": _MOMENT,
    "document_id": "Int64",
    "uuid": "string",
    "version": "int64",
}
"""A row a report; its text is not among the columns, since lists of reports would carry megabytes."""

CHANGED: Final[Schema] = {"changed": "int64", **REPORTS}
"""A report after something was done in it as a whole; ``changed`` counts the rows that are different now."""

IMPORTED: Final[Schema] = {**REPORTS, "warnings": "object"}
"""A report after its import; ``warnings`` is a tuple of what a person should know about it."""

UNDONE: Final[Schema] = {
    "action": "string",
    "changed": "int64",
    "batch": "string",
    "steps": "int64",
    "stopped": "string",
}
"""What was undone or done again: ``action`` is the last of ``steps``; ``stopped`` says why these are not all."""

SENTENCES: Final[Schema] = {
    "id": "int64",
    "report": "int64",
    "order": "int64",
    "text": "string",
    "disposition": "string",
    "techniques": "object",
    "rejected_techniques": "object",
    "confidence": "Float64",
    "page": "Int64",
    "start": "Int64",
    "end": "Int64",
    "origin": "string",
    "version": "int64",
}
"""A row a sentence: ``disposition`` is ``accept``, ``reject`` or missing; ``techniques`` and ``rejected_techniques``
are tuples of ids, and ``confidence`` is that of the surest of the former, in percent."""

_ASSERTED: Final[Schema] = {
    "attack_id": "string",
    "name": "string",
    **{item.name: {"float": "Float64", "int": "Int64"}.get(str(item.type), "string") for item in fields(Assertion)[1:]},
}
"""What a mapping asserts, the decision about it, and the name of the technique."""

MAPPINGS: Final[Schema] = {
    "id": "int64",
    "report": "int64",
    "sentence": "int64",
    **_ASSERTED,
    "confidence": "float64",
    "version": "int64",
}
"""A row a technique on a sentence; ``confidence`` in percent."""

PROPOSALS: Final[Schema] = {
    "order": "int64",
    "text": "string",
    **{name: kind for name, kind in _ASSERTED.items() if name != "disposition"},
    "page": "Int64",
    "start": "Int64",
    "end": "Int64",
}
"""A row a proposal; a sentence without one has a row whose ``attack_id`` is missing."""

JOBS: Final[Schema] = {
    "id": "int64",
    "name": "string",
    "status": "string",
    "progress": "float64",
    "stage": "string",
    "message": "string",
    "report_id": "Int64",
    "document_id": "int64",
    "model": "string",
    "created_by": "string",
    "created_on": _MOMENT,
    "updated_on": _MOMENT,
}
"""A row a job; ``progress`` from 0 to 1."""

TECHNIQUES: Final[Schema] = {
    "attack_id": "string",
    "name": "string",
    "kind": "string",
    "tactics": "object",
    "aliases": "object",
    "parent": "string",
    "status": "string",
    "revoked_by": "string",
    "domain": "string",
    "description": "string",
    "is_excerpt": "bool",
    "url": "string",
}
"""A row an object of ATT&CK; ``tactics`` and ``aliases`` are tuples."""

MODELS: Final[Schema] = {
    "model": "string",
    "is_default": "bool",
    "versions": "int64",
    "version": "Int64",
    "f1_weighted": "Float64",
    "f1_micro": "Float64",
    "f1_macro": "Float64",
    "created_on": _MOMENT,
    "created_by": "string",
}
"""A row a model; from ``version`` on of its active version, missing where it was never trained."""

VERSIONS: Final[Schema] = {
    "model": "string",
    "version": "int64",
    "active": "bool",
    "f1_weighted": "Float64",
    "f1_micro": "Float64",
    "f1_macro": "Float64",
    "size": "int64",
    "created_on": _MOMENT,
    "created_by": "string",
}
"""A row a version of a model; ``size`` in bytes."""

TRAININGS: Final[Schema] = {
    "id": "int64",
    "model": "string",
    "state": "string",
    "progress": "float64",
    "stage": "string",
    "message": "string",
    "version": "Int64",
    "f1_weighted": "Float64",
    "f1_micro": "Float64",
    "f1_macro": "Float64",
    "elapsed_sec": "Float64",
    "created_by": "string",
    "created_on": _MOMENT,
    "updated_on": _MOMENT,
}
"""A row a training; from ``version`` to ``f1_macro`` what came of it."""

LOG: Final[Schema] = {
    "id": "int64",
    "at": _MOMENT,
    "user": "string",
    "report": "Int64",
    "action": "string",
    "target": "string",
    "target_id": "Int64",
    "before": "object",
    "after": "object",
    "batch": "string",
    "undoes": "string",
}
"""A row a change; those of one action share their ``batch``."""


WORDS: Final[Schema] = {"word": "string", "weight": "float64", "start": "int64", "end": "int64"}
"""A row a word that speaks for a technique; ``weight`` is what the log-odds lose without it."""

EXAMPLES: Final[Schema] = {
    "sentence": "int64",
    "report": "int64",
    "report_name": "string",
    "text": "string",
    "techniques": "object",
    "similarity": "float64",
}
"""A row an accepted sentence; ``similarity`` from 0 to 1."""

TRAINING_SET: Final[Schema] = {
    "attack_id": "string",
    "name": "string",
    "sentences": "int64",
    "builtin": "int64",
    "left_out": "string",
}
"""A row a technique: accepted sentences, how many of them are ATT&CK's own, and why it is not learned, or nothing."""

COMPARED: Final[Schema] = {"figure": "string", "a": "Float64", "b": "Float64", "change": "Float64"}
"""A row a figure of two versions."""

COMPARED_TECHNIQUES: Final[Schema] = {"attack_id": "string", "a": "Float64", "b": "Float64", "change": "Float64"}
"""A row a technique: its F1 in two versions."""

UPGRADE: Final[Schema] = {
    "fate": "string",
    "attack_id": "string",
    "name": "string",
    "new_id": "string",
    "new_name": "string",
    "mappings": "int64",
    "reports": "int64",
}
"""A row a technique that mappings name and an upgrade of ATT&CK changes; ``fate`` is ``revoked``, ``renamed`` or
``retired``."""

DOUBTS: Final[Schema] = {
    "sentence": "int64",
    "report": "int64",
    "report_name": "string",
    "text": "string",
    "technique": "string",
    "instead": "string",
    "doubt": "float64",
    "confidence": "float64",
    "instead_confidence": "float64",
}
"""A row an accepted sentence whose label is doubted; ``doubt`` from 0 to 1, confidences in percent."""


CURVE: Final[Schema] = {
    "share": "float64",
    "sentences": "int64",
    "f1_weighted": "float64",
    "f1_micro": "float64",
    "f1_macro": "float64",
}
"""A row a part of the sentences that are not held out, from the smallest to the greatest."""


def frame(schema: Schema, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a DataFrame of rows; other keys are dropped, and absent ones become missing values."""
    import pandas as pd

    found = list(rows)
    return pd.DataFrame({name: _column([row.get(name) for row in found], kind) for name, kind in schema.items()})


def sentence_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a sentence's record."""
    mappings = record["mappings"]
    surest = max((float(mapping["confidence"]) for mapping in mappings), default=None)
    return {
        **record,
        "techniques": tuple(mapping["attack_id"] for mapping in mappings),
        "rejected_techniques": tuple(mapping["attack_id"] for mapping in record["rejected_mappings"]),
        "confidence": surest,
    }


def imported_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an imported report's record."""
    return {**record, "warnings": tuple(record["warnings"])}


def mapping_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a mapping's record."""
    return {**record, "confidence": float(record["confidence"])}


def technique_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a technique's record."""
    return {**record, "tactics": tuple(record["tactics"]), "aliases": tuple(record["aliases"])}


def proposal_rows(record: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Return the rows of what was mapped."""
    for sentence in record["sentences"]:
        for proposal in sentence["mappings"] or ({"confidence": None},):
            surety = proposal["confidence"]
            yield {**sentence, **proposal, "confidence": None if surety is None else float(surety)}


def model_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a model's record."""
    return {**(record["active"] or {}), **record}


def training_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a training's record."""
    return {**record, **(record["result"] or {})}


def _column(values: list[Any], kind: Any) -> Any:
    import pandas as pd

    if kind == _MOMENT:
        texts = pd.Series(values, dtype="string")
        return pd.Series(pd.to_datetime(texts, utc=True, format="ISO8601")).astype(kind)
    return pd.Series(values, dtype=kind)
