"""ATT&CK Navigator layers, format 4.5, of the techniques of a report."""

from __future__ import annotations

import json
from typing import Any, Final

from tram_ext.domain.attack import AttackStatus
from tram_ext.exports.bundle import ExportBundle, ReviewedReport
from tram_ext.exports.evidence import Evidence, Finding, counted, field_title, findings, one_line, printable
from tram_ext.exports.tram_json import format_confidence

DOMAINS: Final = ("enterprise-attack", "mobile-attack", "ics-attack")
"""The matrices that the Navigator draws."""

_LAYER_VERSION: Final = "4.5"
_NAVIGATOR_VERSION: Final = "5.2.0"
_QUOTED: Final = 10
_QUOTE_LENGTH: Final = 500


def render_bundle(bundle: ExportBundle) -> bytes:
    """Render one layer, or for several reports or matrices the list of layers that the Navigator opens as tabs."""
    found = [layer for reviewed in bundle.reports for layer in layers(reviewed, bundle)]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2).encode()


def layers(reviewed: ReviewedReport, bundle: ExportBundle) -> list[dict[str, Any]]:
    """Return the layers of a report: one per ATT&CK domain among its techniques, at least one.

    Techniques outside the matrices (deprecated, retired, pre-ATT&CK) cannot be drawn; the layer's metadata name them.
    """
    found = findings(reviewed, bundle)
    drawn = [
        item for item in found if item.technique.status is AttackStatus.ACTIVE and item.technique.domain in DOMAINS
    ]
    undrawn = [item for item in found if item not in drawn]
    touched = [domain for domain in DOMAINS if any(item.technique.domain == domain for item in drawn)]
    loaded = [release.domain for release in bundle.releases if release.domain in DOMAINS]
    return [
        _layer(reviewed, domain, [item for item in drawn if item.technique.domain == domain], undrawn, bundle)
        for domain in touched or loaded[:1] or DOMAINS[:1]
    ]


def _layer(
    reviewed: ReviewedReport, domain: str, drawn: list[Finding], undrawn: list[Finding], bundle: ExportBundle
) -> dict[str, Any]:
    version = next((release.version for release in bundle.releases if release.domain == domain), "")
    report = reviewed.report
    return {
        **layer_frame(report.name, domain, version),
        "description": (
            f"{counted(len(drawn), 'technique')} found in {one_line(report.name)}, mapped to ATT&CK "
            f"({domain} {version or 'of unknown version'}). The score is the highest confidence of a technique's "
            "sentences, in percent."
        ),
        "techniques": [_technique(item) for item in drawn],
        "gradient": {"colors": ["#fff3d6", "#f0a048", "#c0392b"], "minValue": 0, "maxValue": 100},
        "metadata": [
            {"name": "Report", "value": one_line(report.name)},
            {"name": "Review", "value": report.status},
            {"name": "Model", "value": one_line(report.ml_model)},
            {"name": "ATT&CK", "value": bundle.attack_version()},
            *({"name": f"Not drawn: {item.technique.attack_id}", "value": _undrawn(item)} for item in undrawn),
        ],
    }


def layer_frame(name: str, domain: str, version: str) -> dict[str, Any]:
    """Return the fields that all layers share.

    Parameters
    ----------
    domain : str
        One of `DOMAINS`.
    version : str
        The version of ATT&CK; empty where it is not known.
    """
    # The Navigator knows ATT&CK by its major version; the full one is in the metadata.
    attack = {"attack": version.split(".", maxsplit=1)[0]} if version else {}
    return {
        "name": one_line(name),
        "versions": {**attack, "navigator": _NAVIGATOR_VERSION, "layer": _LAYER_VERSION},
        "domain": domain,
        "sorting": 0,
        "layout": {"layout": "side", "showName": True, "showID": True, "expandedSubtechniques": "annotated"},
        "hideDisabled": False,
        "legendItems": [],
        "selectTechniquesAcrossTactics": True,
    }


def _technique(finding: Finding) -> dict[str, Any]:
    technique = finding.technique
    links = [{"label": f"{technique.attack_id} in ATT&CK", "url": technique.url}] if technique.url else []
    return {
        "techniqueID": technique.attack_id,
        "score": round(finding.confidence),
        "comment": _comment(finding),
        "enabled": True,
        "metadata": [
            {"name": "Sentences", "value": str(len(finding.evidence))},
            {"name": "Review", "value": finding.review},
        ],
        "links": links,
    }


def _comment(finding: Finding) -> str:
    """Return a comment that quotes the strongest evidence: accepted first, then by confidence."""
    ranked = sorted(finding.evidence, key=lambda item: (not item.accepted, -item.mapping.confidence))
    quotes = [_quote(item) for item in ranked[:_QUOTED]]
    if hidden := len(ranked) - len(quotes):
        quotes.append(f"and {counted(hidden, 'more sentence')}")
    return "\n\n".join(quotes)


def _quote(evidence: Evidence) -> str:
    text = one_line(evidence.sentence.text)
    if len(text) > _QUOTE_LENGTH:
        text = text[: _QUOTE_LENGTH - 1].rstrip() + "…"
    said = "".join(f"\n{field_title(name)}: {printable(remark)}" for name, remark in evidence.remarks.items())
    return f"{text} ({format_confidence(evidence.mapping.confidence)} %, {evidence.source}, {evidence.review}){said}"


def _undrawn(finding: Finding) -> str:
    where = finding.technique.domain or "in no loaded ATT&CK"
    return f"{one_line(finding.technique.name)} ({finding.technique.status.value}, {where}): {finding.review}"
