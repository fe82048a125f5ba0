"""The effect of another ATT&CK version on existing mappings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tram_ext.domain.attack import AttackRelease


class Fate(str, Enum):
    """What happens to a technique that mappings refer to."""

    REVOKED = "revoked"
    RENAMED = "renamed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of an upgrade on one technique that mappings refer to.

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
