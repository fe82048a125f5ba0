"""Bodies of ATT&CK's techniques and tactics with all that is known of them, beyond TRAM's id and name."""

from __future__ import annotations

from typing_extensions import TypedDict

from tram_ext.domain.attack import AttackObject


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
    """Show a technique or a tactic."""
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
