"""Response bodies of techniques and tactics with all attributes that ATT&CK has, and of upgrades of ATT&CK."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from tram_ext.domain.attack import AttackObject, AttackRelease
from tram_ext.domain.attack_upgrades import Effect, Upgrade


class TechniqueBody(TypedDict):
    """A technique or a tactic.

    `tactics` are the short names of a technique's tactics; `shortname` and `position`, the column in the matrix from 0,
    are a tactic's. `description` is only its beginning where `is_excerpt`.
    """

    attack_id: str
    name: str
    kind: str
    domain: str
    status: str
    revoked_by: str | None
    parent: str | None
    tactics: list[str]
    aliases: list[str]
    shortname: str
    position: int | None
    description: str
    is_excerpt: bool
    url: str


def technique_body(item: AttackObject) -> TechniqueBody:
    """Return the response body of a technique or a tactic."""
    return {
        "attack_id": item.attack_id,
        "name": item.name,
        "kind": item.kind.value,
        "domain": item.domain,
        "status": item.status.value,
        "revoked_by": item.revoked_by,
        "parent": item.parent_id,
        "tactics": list(item.tactics),
        "aliases": list(item.aliases),
        "shortname": item.shortname,
        "position": item.position,
        "description": item.description,
        "is_excerpt": item.is_excerpt,
        "url": item.url,
    }


class ReleaseBody(TypedDict):
    """A version of one of ATT&CK's domains, and the file that it came from."""

    domain: str
    version: str
    source: str


class EffectBody(TypedDict):
    """The effect of an upgrade on a technique: its replacement, and the number of its mappings."""

    fate: Literal["revoked", "renamed", "retired"]
    attack_id: str
    name: str
    new_id: str
    new_name: str
    mappings: int
    reports: int


class UpgradeBody(TypedDict):
    """The effects of an upgrade of ATT&CK, done or previewed.

    `before` is what was loaded of this domain; `effects` are on techniques that mappings name; `added` and `changed`
    count ATT&CK's objects.
    """

    preview: bool
    before: ReleaseBody | None
    after: ReleaseBody
    effects: list[EffectBody]
    added: int
    changed: int


def upgrade_body(done: Upgrade, *, preview: bool) -> UpgradeBody:
    """Return the response body of an upgrade."""
    return {
        "preview": preview,
        "before": None if done.before is None else _release_body(done.before),
        "after": _release_body(done.after),
        "effects": [_effect_body(effect) for effect in done.effects],
        "added": done.added,
        "changed": done.changed,
    }


def _release_body(release: AttackRelease) -> ReleaseBody:
    return {"domain": release.domain, "version": release.version, "source": release.source}


def _effect_body(effect: Effect) -> EffectBody:
    return {
        "fate": effect.fate.value,
        "attack_id": effect.attack_id,
        "name": effect.name,
        "new_id": effect.new_id,
        "new_name": effect.new_name,
        "mappings": effect.mappings,
        "reports": effect.reports,
    }
