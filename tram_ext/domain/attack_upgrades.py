"""What another version of ATT&CK does to the mappings that there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tram_ext.domain.attack import AttackRelease


class Fate(str, Enum):
    """What becomes of a technique that mappings name."""

    REVOKED = "revoked"
    RENAMED = "renamed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an upgrade does to one technique that is in use.

    Attributes
    ----------
    name : str
        What it is called today.
    new_id, new_name : str
        What its mappings name afterwards; the same as before where it is retired.
    mappings, reports : int
        On how many sentences it is, and in how many reports.
    """

    fate: Fate
    attack_id: str
    name: str
    new_id: str
    new_name: str
    mappings: int
    reports: int


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An upgrade, planned or done.

    Attributes
    ----------
    before : AttackRelease or None
        What was loaded of this domain.
    effects : tuple of Effect
        By technique id; techniques that no mapping names are not listed.
    added, changed : int
        How many objects come, and how many are different.
    """

    before: AttackRelease | None
    after: AttackRelease
    effects: tuple[Effect, ...]
    added: int
    changed: int
