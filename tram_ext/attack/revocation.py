"""Resolution of revoked ATT&CK ids."""

from __future__ import annotations

from collections.abc import Mapping

from tram_ext.domain.attack import AttackObject, AttackStatus


def resolve(attack_id: str, objects_by_id: Mapping[str, AttackObject]) -> str | None:
    """Return the active id that replaces `attack_id`.

    Parameters
    ----------
    attack_id : str
        The id of any ATT&CK object, known or not.
    objects_by_id : mapping of str to AttackObject
        The loaded objects by their ids.

    Returns
    -------
    str or None
        The id itself where it is active; the active end of its chain of successors where it is revoked; None where it
        is unknown or deprecated, and where the chain leads in a circle or to an object that is not active.
    """
    seen: set[str] = set()
    current: str | None = attack_id
    while current is not None and current not in seen:
        seen.add(current)
        found = objects_by_id.get(current)
        if found is None:
            return None
        if found.status is AttackStatus.ACTIVE:
            return current
        current = found.revoked_by if found.status is AttackStatus.REVOKED else None
    return None
