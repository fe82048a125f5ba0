"""Response bodies of models, their versions and their cards."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from typing_extensions import TypedDict

from tram_ext.domain.models import ModelVersion
from tram_ext.exports.tram_json import format_datetime


class VersionBody(TypedDict):
    """A version of a model; sizes in bytes, each F1 from 0 to 1 or None where nothing could be held out."""

    model: str
    version: int
    active: bool
    created_by: str | None
    created_on: str
    size: int
    f1_weighted: float | None
    f1_micro: float | None
    f1_macro: float | None


class CardBody(VersionBody):
    """A version with all that is known of it: `card` has the fields of `tram_ext.domain.models.ModelCard`."""

    card: dict[str, Any]


class ModelEntryBody(TypedDict):
    """A model that can be trained; `active` is None where it never was."""

    model: str
    is_default: bool
    versions: int
    active: VersionBody | None


def version_body(version: ModelVersion) -> VersionBody:
    """Return the response body of a version, without its card."""
    return {
        "model": version.model,
        "version": version.number,
        "active": version.active,
        "created_by": version.created_by,
        "created_on": format_datetime(version.created_on),
        "size": version.size,
        "f1_weighted": version.card.f1_weighted,
        "f1_micro": version.card.f1_micro,
        "f1_macro": version.card.f1_macro,
    }


def card_body(version: ModelVersion) -> CardBody:
    """Return the response body of a version with its card."""
    return {**version_body(version), "card": {**asdict(version.card), "warnings": list(version.card.warnings)}}


def model_entry_body(name: str, versions: int, active: ModelVersion | None, *, is_default: bool) -> ModelEntryBody:
    """Return the response body of a model."""
    return {
        "model": name,
        "is_default": is_default,
        "versions": versions,
        "active": version_body(active) if active else None,
    }
