"""MITRE ATT&CK as the workbench keeps it: techniques, tactics, groups, software, procedure examples."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

TECHNIQUE_ID: Final = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?")


class AttackKind(str, Enum):
    """What an ATT&CK object is."""

    TECHNIQUE = "technique"
    TACTIC = "tactic"
    GROUP = "group"
    SOFTWARE = "software"
    CAMPAIGN = "campaign"
    MITIGATION = "mitigation"
    DETECTION = "detection"


class AttackStatus(str, Enum):
    """The life-cycle status of an ATT&CK object.

    ``RETIRED`` is ours: an id that some report names and that no loaded ATT&CK knows.
    """

    ACTIVE = "active"
    DEPRECATED = "deprecated"
    REVOKED = "revoked"
    RETIRED = "retired"


UNKNOWN_VERSION: Final = "unknown"


@dataclass(frozen=True, slots=True)
class AttackRelease:
    """One loaded version of one ATT&CK domain."""

    domain: str
    version: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether the bundle names its ATT&CK version; one that holds only some objects does not."""
        return self.version != UNKNOWN_VERSION


@dataclass(frozen=True, slots=True)
class AttackObject:
    """One object of ATT&CK.

    Attributes
    ----------
    attack_id : str
        ATT&CK's own id: ``T1059.003``, ``TA0002``, ``G0016``, ``S0002``.
    description : str
        ATT&CK's text without markup and citations; ``is_excerpt`` where it is only its beginning.
    tactics : tuple of str
        For a technique, the short names of its tactics (``defense-evasion``).
    shortname : str
        For a tactic, its short name.
    position : int or None
        For a tactic, its column in the matrix, from 0.
    revoked_by : str or None
        The attack id of the successor, where ATT&CK names one.
    version : int
        Rises by one with every change in the store; what an ``ETag`` is made of.
    id : int or None
        The row in the store; None for an object that is not stored.
    """

    attack_id: str
    kind: AttackKind
    name: str
    domain: str
    stix_id: str = ""
    description: str = ""
    is_excerpt: bool = False
    url: str = ""
    tactics: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    shortname: str = ""
    position: int | None = None
    status: AttackStatus = AttackStatus.ACTIVE
    revoked_by: str | None = None
    version: int = 1
    id: int | None = None

    @property
    def parent_id(self) -> str | None:
        """The id of a sub-technique's parent (``T1059`` for ``T1059.003``), None for other ids."""
        return self.attack_id.split(".")[0] if "." in self.attack_id else None

    def filled_from(self, older: AttackObject) -> AttackObject:
        """Return the object with empty fields filled from an older copy: a report's own bundle holds names alone."""
        excerpt = self.is_excerpt if self.description else older.is_excerpt
        return replace(
            self,
            description=self.description or older.description,
            is_excerpt=excerpt,
            url=self.url or older.url,
            tactics=self.tactics or older.tactics,
            aliases=self.aliases or older.aliases,
        )

    def state(self) -> dict[str, Any]:
        """Return all fields but row and version, JSON-compatible, for storing and comparing."""
        return {
            "attack_id": self.attack_id,
            "kind": self.kind.value,
            "name": self.name,
            "domain": self.domain,
            "stix_id": self.stix_id,
            "description": self.description,
            "is_excerpt": self.is_excerpt,
            "url": self.url,
            "tactics": list(self.tactics),
            "aliases": list(self.aliases),
            "shortname": self.shortname,
            "position": self.position,
            "status": self.status.value,
            "revoked_by": self.revoked_by,
        }


@dataclass(frozen=True, slots=True)
class ProcedureExample:
    """A sentence of ATT&CK that says how a group or a piece of software used a technique."""

    technique_id: str
    source_id: str
    source_name: str
    text: str
    is_excerpt: bool = False


@dataclass(frozen=True)
class KnowledgeBase:
    """The content of one ATT&CK bundle.

    Attributes
    ----------
    skipped : dict of str to int
        How many objects of which STIX type were not understood and left out.
    """

    release: AttackRelease
    objects: tuple[AttackObject, ...]
    procedure_examples: tuple[ProcedureExample, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)


def is_technique_id(text: str) -> bool:
    """Whether `text` has the form of a technique's or sub-technique's id, known or not."""
    return TECHNIQUE_ID.fullmatch(text) is not None
