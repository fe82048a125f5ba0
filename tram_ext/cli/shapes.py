"""The nouns of the domain as JSON, with the keys of the HTTP API."""

from __future__ import annotations

from typing import Any

from tram_ext.domain.attack import AttackObject
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.reports import Report
from tram_ext.domain.users import User
from tram_ext.exports.tram_json import format_datetime


def report_json(report: Report) -> dict[str, Any]:
    """Return a report as JSON, without its text and sentences."""
    return {
        "id": report.id,
        "uuid": report.uuid,
        "name": report.name,
        "byline": report.byline,
        "status": report.status,
        "accepted_sentences": report.accepted_sentences,
        "reviewing_sentences": report.reviewing_sentences,
        "total_sentences": report.total_sentences,
        "ml_model": report.ml_model,
        "use_for_training": report.use_for_training,
        "builtin": report.builtin is not None,
        "created_by": report.created_by,
        "created_on": format_datetime(report.created_on),
        "updated_on": format_datetime(report.updated_on),
    }


def attack_json(item: AttackObject) -> dict[str, Any]:
    """Return an ATT&CK object as JSON."""
    return {
        "id": item.id,
        "attack_id": item.attack_id,
        "name": item.name,
        "kind": item.kind.value,
        "domain": item.domain,
        "status": item.status.value,
        "revoked_by": item.revoked_by,
        "tactics": list(item.tactics),
        "aliases": list(item.aliases),
        "description": item.description,
        "is_excerpt": item.is_excerpt,
        "url": item.url,
    }


def user_json(user: User) -> dict[str, Any]:
    """Return a user as JSON."""
    return {
        "name": user.name,
        "role": user.role.value,
        "active": user.active,
        "created_on": format_datetime(user.created_on),
    }


def version_json(version: ModelVersion) -> dict[str, Any]:
    """Return a model version as JSON, without its card."""
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
