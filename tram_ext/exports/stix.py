"""STIX 2.1 bundles: a report, its attack patterns, and their sentences as notes.

A report is named by its UUID, which a rename leaves alone; the ids of what stands in it follow from that and from the
content: the same export twice gives the same bundle, and a platform that imports a later one updates what it has.
Attack patterns have ATT&CK's own ids, so they meet the ones a platform knows already.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import stix2

from tram_ext.domain.assertions import REMARKS
from tram_ext.domain.attack import AttackObject
from tram_ext.domain.identifiers import derived_uuid
from tram_ext.domain.reports import Report
from tram_ext.exports.bundle import ExportBundle, ReviewedReport
from tram_ext.exports.evidence import Evidence, Finding, counted, field_title, findings, one_line

_EPOCH: Final = datetime(2013, 9, 1, tzinfo=UTC)
"""When ATT&CK began: older than any real version of a technique, so that an import never replaces ATT&CK's own."""

_KILL_CHAINS: Final = {
    "enterprise-attack": "mitre-attack",
    "mobile-attack": "mitre-mobile-attack",
    "ics-attack": "mitre-ics-attack",
    "pre-attack": "mitre-pre-attack",
}


def render_bundle(bundle: ExportBundle) -> bytes:
    """Render all reports of `bundle` as one STIX bundle."""
    author = _author()
    objects: dict[str, Any] = {author.id: author}
    for reviewed in bundle.reports:
        for item in _report_objects(reviewed, bundle, author.id):
            objects.setdefault(item.id, item)
    versions = [f"{item.id} {item.get('modified')}" for item in objects.values()]
    made = stix2.Bundle(objects=list(objects.values()), id=_id("bundle", *versions))
    return bytes(made.serialize(indent=2, ensure_ascii=False).encode())


def _report_objects(reviewed: ReviewedReport, bundle: ExportBundle, author: str) -> list[Any]:
    """Return the objects of a report; the report itself comes last, as it refers to all others."""
    report = reviewed.report
    report_id = f"report--{report.uuid}"
    common = {"created_by_ref": author, "created": report.created_on, "modified": _modified(report)}
    objects: list[Any] = []
    found = findings(reviewed, bundle)
    for finding in found:
        pattern = _attack_pattern(finding.technique)
        relationship = _relationship(finding, report_id, pattern.id, common)
        notes = [_note(item, finding.technique, [pattern.id, relationship.id], common) for item in finding.evidence]
        objects += [pattern, relationship, *notes]
    sentences = {item.sentence.id for finding in found for item in finding.evidence}
    objects.append(
        stix2.Report(
            id=report_id,
            name=one_line(report.name),
            description=(
                f"{counted(len(found), 'technique')} in {counted(len(sentences), 'sentence')}, mapped to ATT&CK "
                f"({bundle.attack_version()}) by the model {one_line(report.ml_model)} and its reviewers. "
                f"Review: {report.status.lower()}."
            ),
            report_types=["threat-report"],
            published=report.created_on,
            # A report must refer to something, also one in which nothing was found.
            object_refs=list(dict.fromkeys(item.id for item in objects)) or [author],
            **common,
        )
    )
    return objects


def _author() -> Any:
    """Return the identity that created the objects: the workbench, not ATT&CK."""
    return stix2.Identity(
        id=_id("identity", "tram-ext"),
        name="tram-ext",
        description="Threat reports mapped to MITRE ATT&CK.",
        identity_class="system",
        created=_EPOCH,
        modified=_EPOCH,
    )


def _attack_pattern(technique: AttackObject) -> Any:
    reference = {"source_name": "mitre-attack", "external_id": technique.attack_id}
    chain = _KILL_CHAINS.get(technique.domain)
    phases = [{"kill_chain_name": chain, "phase_name": tactic} for tactic in technique.tactics] if chain else []
    return stix2.AttackPattern(
        id=technique.stix_id or _id("attack-pattern", technique.attack_id),
        name=one_line(technique.name),
        created=_EPOCH,
        modified=_EPOCH,
        external_references=[reference | ({"url": technique.url} if technique.url else {})],
        **({"kill_chain_phases": phases} if phases else {}),
    )


def _relationship(finding: Finding, report_id: str, pattern_id: str, common: dict[str, Any]) -> Any:
    shown_by = counted(len(finding.evidence), "sentence")
    return stix2.Relationship(
        id=_id("relationship", report_id, pattern_id),
        relationship_type="related-to",
        source_ref=report_id,
        target_ref=pattern_id,
        description=f"The report shows this technique in {shown_by}: {finding.review}.",
        confidence=round(finding.confidence),
        **common,
    )


def _note(evidence: Evidence, technique: AttackObject, refs: list[str], common: dict[str, Any]) -> Any:
    sentence, mapping = evidence.sentence, evidence.mapping
    page = f", page {sentence.page}" if sentence.page is not None else ""
    said = "".join(f"\n\n{_title(name)}: {text}" for name, text in evidence.remarks.items())
    return stix2.Note(
        id=_id("note", *refs, str(sentence.order), sentence.text),
        abstract=f"Evidence for {technique.attack_id} {one_line(technique.name)}: sentence {sentence.order + 1}{page}",
        content=sentence.text + said,
        labels=[evidence.review.replace(" ", "-"), f"source-{mapping.source.value}"],
        confidence=round(mapping.confidence),
        object_refs=refs,
        **common,
    )


def _title(name: str) -> str:
    return f"Analyst's {name}" if name in REMARKS else field_title(name)


def _modified(report: Report) -> datetime:
    return max(report.created_on, report.updated_on)


def _id(kind: str, *content: str) -> str:
    return f"{kind}--{derived_uuid(kind, *content)}"
