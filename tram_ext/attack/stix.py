"""ATT&CK from a STIX 2.0 or 2.1 bundle of any domain; objects of unknown types are counted and skipped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tram_ext.attack.builder import KnowledgeBaseBuilder, Use
from tram_ext.attack.bundle import MAX_BYTES, read_bundle
from tram_ext.attack.identity import KIND_BY_STIX_TYPE, is_id_of, page_url
from tram_ext.attack.text import one_line, plain
from tram_ext.domain.attack import (
    UNKNOWN_VERSION,
    AttackKind,
    AttackObject,
    AttackRelease,
    AttackStatus,
    KnowledgeBase,
)
from tram_ext.domain.errors import Invalid

DOMAIN_BY_SOURCE: Final = {
    "mitre-attack": "enterprise-attack",
    "mitre-mobile-attack": "mobile-attack",
    "mitre-ics-attack": "ics-attack",
    "mitre-pre-attack": "pre-attack",
}
"""ATT&CK's domain, by the name of a source of ids or of a kill chain; newer bundles use the first for all domains."""
_COLLECTION: Final = "x-mitre-collection"
_MATRIX: Final = "x-mitre-matrix"
_INFRASTRUCTURE: Final = frozenset({_COLLECTION, _MATRIX, "identity", "marking-definition"})
_VERSION: Final = re.compile(r"(?<![\d.])v?(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)(?=\.json$|[^\d.]|$)", re.IGNORECASE)

Stix = Mapping[str, Any]


def load_stix(path: Path, *, name: str | None = None, max_bytes: int = MAX_BYTES) -> KnowledgeBase:
    """Read ATT&CK from a file, without network access.

    Parameters
    ----------
    path : Path
        A STIX 2.0 or 2.1 bundle: Enterprise, Mobile, ICS, or the former PRE-ATT&CK.
    name : str, optional
        What its owner calls it, where that is not the name it is stored under.
    max_bytes : int
        The largest file that is read.

    Returns
    -------
    KnowledgeBase
        The objects and procedure examples; ``skipped`` counts what is not understood or has no place here. The version
        is that of the collection in the bundle, else the one in the file's name, else ``unknown``.

    Raises
    ------
    NotFound, TooLarge
        There is no such file, or it is larger than `max_bytes`.
    Invalid
        It is no STIX bundle, or holds nothing of ATT&CK.
    """
    path = Path(path)
    shown, called = name or str(path), name or path.name
    bundle, members = read_bundle(path, name=name, max_bytes=max_bytes)
    builder = KnowledgeBaseBuilder()
    objects = _latest(members, builder.skipped)
    domain = _domain(objects, called)
    positions = _positions(objects)
    for item in objects:
        if item["type"] == "relationship":
            _add_relationship(builder, item)
        elif item["type"] not in _INFRASTRUCTURE:
            _add_object(builder, item, domain, positions)
    if not builder.objects:
        raise Invalid(
            f"{shown} holds no ATT&CK objects: none of its {len(members):,} objects is a technique, tactic, group, "
            "software, campaign, mitigation or detection with an ATT&CK id."
        )
    return builder.build(AttackRelease(domain=domain, version=_version(bundle, objects, called), source=called))


def _latest(members: Iterable[Any], skipped: Counter[str]) -> list[Stix]:
    """Return the latest version of each object with a type and an id."""
    latest: dict[str, Stix] = {}
    for item in members:
        stix_type = _string(item, "type") if isinstance(item, dict) else ""
        stix_id = _string(item, "id") if stix_type else ""
        if not stix_id:
            skipped[stix_type or "unknown"] += 1
        elif stix_id not in latest or _string(latest[stix_id], "modified") <= _string(item, "modified"):
            latest[stix_id] = item
    return list(latest.values())


def _add_object(builder: KnowledgeBaseBuilder, item: Stix, domain: str, positions: Mapping[str, int]) -> None:
    """Add an object if it is one of ATT&CK's and has an id and a name."""
    kind = KIND_BY_STIX_TYPE.get(item["type"])
    reference = _reference(item, kind) if kind else None
    name = one_line(plain(_string(item, "name")))
    if kind is None or reference is None or not name:
        builder.skipped[plain(item["type"])] += 1
        return
    attack_id = reference["external_id"]
    status = AttackStatus.ACTIVE
    if item.get("revoked") is True:
        status = AttackStatus.REVOKED
    elif item.get("x_mitre_deprecated") is True:
        status = AttackStatus.DEPRECATED
    aliases = (one_line(plain(alias)) for alias in _strings(item, "x_mitre_aliases") or _strings(item, "aliases"))
    builder.objects.append(
        AttackObject(
            attack_id=attack_id,
            kind=kind,
            name=name,
            domain=_domain_of(item, reference, domain),
            stix_id=plain(item["id"]),
            description=plain(_string(item, "description")),
            url=_url(reference) or page_url(kind, attack_id),
            tactics=_tactics(item) if kind is AttackKind.TECHNIQUE else (),
            aliases=tuple(dict.fromkeys(alias for alias in aliases if alias not in {"", name})),
            shortname=plain(_string(item, "x_mitre_shortname")) if kind is AttackKind.TACTIC else "",
            position=positions.get(item["id"]) if kind is AttackKind.TACTIC else None,
            status=status,
        )
    )


def _add_relationship(builder: KnowledgeBaseBuilder, item: Stix) -> None:
    """Add a revocation or a use of a technique; other relationships are not used in the workbench."""
    source_ref, target_ref = plain(_string(item, "source_ref")), plain(_string(item, "target_ref"))
    kind = _string(item, "relationship_type")
    if not (source_ref and target_ref and kind):
        builder.skipped["relationship"] += 1
    elif item.get("revoked") is True or item.get("x_mitre_deprecated") is True:
        return
    elif kind == "revoked-by":
        builder.revocations[source_ref] = target_ref
    elif kind == "uses" and target_ref.startswith("attack-pattern--"):
        builder.uses.append(Use(source_ref, target_ref, one_line(plain(_string(item, "description")))))


def _reference(item: Stix, kind: AttackKind) -> Stix | None:
    """Return the external reference that holds the object's ATT&CK id."""
    references = item.get("external_references")
    for reference in references if isinstance(references, list) else ():
        if (
            isinstance(reference, dict)
            and _string(reference, "source_name") in DOMAIN_BY_SOURCE
            and is_id_of(kind, reference.get("external_id"))
        ):
            return reference
    return None


def _url(reference: Stix) -> str:
    """Return the URL of a reference if it is http or https: people follow it as a link."""
    url = plain(_string(reference, "url"))
    return url if re.fullmatch(r"https?://[^\s\"'<>]+", url) else ""


def _tactics(item: Stix) -> tuple[str, ...]:
    """Return the short names of a technique's tactics, from ATT&CK's own kill chains."""
    phases = item.get("kill_chain_phases")
    names = (
        plain(_string(phase, "phase_name"))
        for phase in (phases if isinstance(phases, list) else ())
        if isinstance(phase, dict) and _string(phase, "kill_chain_name").startswith("mitre-")
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _positions(objects: Iterable[Stix]) -> dict[str, int]:
    """Return the column numbers of the tactics by STIX id, over all matrices one after another."""
    matrices = [item for item in objects if item["type"] == _MATRIX]
    matrices.sort(key=lambda item: item.get("revoked") is True or item.get("x_mitre_deprecated") is True)
    refs = dict.fromkeys(ref for matrix in matrices for ref in _strings(matrix, "tactic_refs"))
    return {ref: position for position, ref in enumerate(refs)}


def _domain(objects: Iterable[Stix], file_name: str) -> str:
    """Return the domain that most objects name, in any of ATT&CK's ways to name it."""
    declared: Counter[str] = Counter()
    implied: Counter[str] = Counter()
    for item in objects:
        if item["type"] in KIND_BY_STIX_TYPE:
            declared.update(_strings(item, "x_mitre_domains"))
        for key, name in (("external_references", "source_name"), ("kill_chain_phases", "kill_chain_name")):
            entries = item.get(key)
            for entry in entries if isinstance(entries, list) else ():
                source = _string(entry, name) if isinstance(entry, dict) else ""
                if source in DOMAIN_BY_SOURCE:
                    implied[DOMAIN_BY_SOURCE[source]] += 1
                if item["type"] == _MATRIX and isinstance(entry, dict):
                    declared.update({_string(entry, "external_id")} & set(DOMAIN_BY_SOURCE.values()))
    if declared:
        return plain(declared.most_common(1)[0][0])
    # "mitre-attack" may stand for any domain, the other names for one only.
    telling = [domain for domain, _ in implied.most_common() if domain != "enterprise-attack"]
    named = [domain for domain in DOMAIN_BY_SOURCE.values() if domain in file_name]
    return (telling or named or ["enterprise-attack"])[0]


def _domain_of(item: Stix, reference: Stix, domain: str) -> str:
    """Return the domain of an object: the bundle's, unless the object names others only."""
    declared = _strings(item, "x_mitre_domains")
    if declared:
        return domain if domain in declared else plain(declared[0])
    source = reference["source_name"]
    return domain if source == "mitre-attack" else DOMAIN_BY_SOURCE[source]


def _version(bundle: Stix, objects: Iterable[Stix], file_name: str) -> str:
    """Return the version of ATT&CK, which only some objects hold: ``x_mitre_version`` of others is their own."""
    collections = (item for item in objects if item["type"] == _COLLECTION)
    for item in (*collections, bundle):
        if version := one_line(plain(_string(item, "x_mitre_version"))):
            return version[:40]
    found = _VERSION.search(file_name)
    return found[1] if found else UNKNOWN_VERSION


def _string(item: Stix, key: str) -> str:
    """Return the string under `key`, or an empty one where there is none."""
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _strings(item: Stix, key: str) -> list[str]:
    """Return the strings of the list under `key`."""
    value = item.get(key)
    return [entry for entry in value if isinstance(entry, str) and entry] if isinstance(value, list) else []
