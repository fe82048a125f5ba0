"""Converts model cards to and from JSON, and compares two cards."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from tram_ext.domain.errors import Invalid
from tram_ext.domain.models import ModelCard, TechniqueScore

_FIGURES: Final = ("f1_weighted", "f1_micro", "f1_macro")


def to_dict(card: ModelCard) -> dict[str, Any]:
    """Return the card as JSON-compatible values."""
    return (
        dataclasses.asdict(card)
        | {"techniques": [dataclasses.asdict(score) for score in card.techniques]}
        | {"warnings": list(card.warnings)}
    )


def from_dict(data: dict[str, Any]) -> ModelCard:
    """Make a card from what `to_dict` returned; unknown keys, of later versions, are ignored.

    Raises
    ------
    Invalid
        Where a part is missing or has the wrong type.
    """
    known = {field.name for field in dataclasses.fields(ModelCard)}
    try:
        values = {key: value for key, value in data.items() if key in known}
        values["techniques"] = tuple(TechniqueScore(**score) for score in data.get("techniques", ()))
        values["warnings"] = tuple(data.get("warnings", ()))
        return ModelCard(**values)
    except (TypeError, AttributeError) as error:
        raise Invalid(f"This is no model card: {error}") from error


def compare(a: ModelCard, b: ModelCard) -> dict[str, Any]:
    """Compare two cards.

    Returns
    -------
    dict
        ``same_data`` (whether the figures are of the same sentences); ``figures`` and ``counts``: name to
        ``{"a", "b", "change"}``, None where a card lacks it; ``techniques``: F1 of each technique of both cards,
        largest change first; ``only_a`` and ``only_b``: the techniques that only one of them has. Among the figures
        are ``ece``, and the shares of held-out sentences with a duplicate in the training part, ``leakage_exact`` and
        ``leakage_near``.
    """
    scores_a = {score.attack_id: score for score in a.techniques}
    scores_b = {score.attack_id: score for score in b.techniques}
    techniques = [
        {"attack_id": attack_id, **_change(scores_a[attack_id].f1, scores_b[attack_id].f1)}
        for attack_id in sorted(scores_a.keys() & scores_b.keys())
    ]
    figures = {name: (getattr(a, name), getattr(b, name)) for name in _FIGURES}
    figures |= {f"leakage_{kind}": (_leaked(a, kind), _leaked(b, kind)) for kind in ("exact", "near")}
    figures |= {"ece": (_ece(a), _ece(b)), "seconds": (a.seconds.get("total"), b.seconds.get("total"))}
    return {
        "a": a.model,
        "b": b.model,
        "same_data": a.data_sha256 == b.data_sha256,
        "figures": {name: _change(*pair) for name, pair in figures.items()},
        "counts": {
            name: _change(a.counts.get(name), b.counts.get(name)) for name in sorted(a.counts.keys() | b.counts.keys())
        },
        "techniques": sorted(techniques, key=lambda row: (-abs(row["change"]), row["attack_id"])),
        "only_a": sorted(scores_a.keys() - scores_b.keys()),
        "only_b": sorted(scores_b.keys() - scores_a.keys()),
    }


def _ece(card: ModelCard) -> float | None:
    calibration = card.details.get("calibration") or {}
    ece: float | None = calibration.get("ece")
    return ece


def _leaked(card: ModelCard, kind: str) -> float | None:
    leakage = card.details.get("leakage")
    return leakage[kind] / leakage["test"] if leakage and leakage["test"] else None


def _change(a: float | None, b: float | None) -> dict[str, Any]:
    return {"a": a, "b": b, "change": None if a is None or b is None else b - a}
