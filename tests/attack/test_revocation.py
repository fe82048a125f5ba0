"""Following revoked ids."""

from __future__ import annotations

from tram_ext.attack import resolve
from tram_ext.domain.attack import AttackKind, AttackObject, AttackStatus


def technique(attack_id, status=AttackStatus.ACTIVE, revoked_by=None):
    return AttackObject(
        attack_id, AttackKind.TECHNIQUE, attack_id, "enterprise-attack", status=status, revoked_by=revoked_by
    )


OBJECTS = {
    item.attack_id: item
    for item in (
        technique("T9001"),
        technique("T9002", AttackStatus.REVOKED, "T9001"),
        technique("T9003", AttackStatus.REVOKED, "T9002"),
        technique("T9004", AttackStatus.DEPRECATED),
        technique("T9005", AttackStatus.REVOKED, "T9004"),
        technique("T9006", AttackStatus.REVOKED, "T9007"),
        technique("T9007", AttackStatus.REVOKED, "T9006"),
        technique("T9008", AttackStatus.REVOKED),
        technique("T9009", AttackStatus.REVOKED, "T9999"),
    )
}


def test_active_id_stands_for_itself():
    assert resolve("T9001", OBJECTS) == "T9001"


def test_chain_is_followed_to_its_active_end():
    assert resolve("T9002", OBJECTS) == "T9001"
    assert resolve("T9003", OBJECTS) == "T9001"


def test_no_active_end():
    for attack_id in ("T9004", "T9005", "T9006", "T9007", "T9008", "T9009", "T0000"):
        assert resolve(attack_id, OBJECTS) is None, attack_id
