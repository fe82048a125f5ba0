"""Techniques of one's own, and corrections of those that were loaded: what admins write by hand."""

from __future__ import annotations

from collections.abc import Collection

from tram_ext.domain.attack import AttackKind, AttackObject, is_technique_id
from tram_ext.domain.errors import Conflict, Invalid, NotFound
from tram_ext.domain.review import ATTACK, State
from tram_ext.domain.users import Permission, User
from tram_ext.services.action import Action
from tram_ext.services.changes import Changes
from tram_ext.services.policies import require
from tram_ext.services.preconditions import require_version
from tram_ext.store.database import Store, UnitOfWork


class AttackObjects:
    """Writes to ATT&CK objects; each is one step to undo, beside those in reports."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def add(self, attack_id: str, name: str, actor: User) -> AttackObject:
        """Add a technique.

        Raises
        ------
        Invalid
            The id is not a technique's, or is taken.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.write() as work:
            _check_id(work, attack_id, None)
            action = Action(work, actor, "add technique", None)
            (key,) = action.insert(ATTACK, [object_state(AttackObject(attack_id, AttackKind.TECHNIQUE, name, "local"))])
            told = action.finish()
            made = _existing(work, key)
        self._changes.tell(*told)
        return made

    def change(
        self,
        object_id: int,
        actor: User,
        *,
        attack_id: str | None = None,
        name: str | None = None,
        expected: Collection[int] | None = None,
    ) -> AttackObject:
        """Change id or name of an object; None leaves it as it is.

        Parameters
        ----------
        expected : collection of int, optional
            Versions of the object that may be changed; None is any.

        Raises
        ------
        NotFound
            There is no such object.
        Invalid
            The id is not a technique's, or is taken.
        PreconditionFailed
            The object is at another version.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.write() as work:
            old = _existing(work, object_id)
            require_version(old.version, expected)
            if attack_id is not None and attack_id != old.attack_id:
                _check_id(work, attack_id, object_id)
            state = work.records.get(ATTACK, object_id)
            assert state is not None
            action = Action(work, actor, "change technique", None)
            values = {"attack_id": attack_id or old.attack_id, "name": name or old.name}
            action.update(ATTACK, object_id, state, values)
            told = action.finish()
            changed = _existing(work, object_id)
        self._changes.tell(*told)
        return changed

    def delete(self, object_id: int, actor: User, *, expected: Collection[int] | None = None) -> None:
        """Delete an object that no mapping uses; see :meth:`change`.

        Raises
        ------
        Conflict
            Mappings use it.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.write() as work:
            old = _existing(work, object_id)
            require_version(old.version, expected)
            if work.mappings.is_used(object_id):
                raise Conflict(f"{old.attack_id} is on sentences of reports. Take it off them first.")
            state = work.records.get(ATTACK, object_id)
            assert state is not None
            action = Action(work, actor, "delete technique", None)
            action.delete(ATTACK, object_id, state)
            told = action.finish()
        self._changes.tell(*told)


def _existing(work: UnitOfWork, object_id: int) -> AttackObject:
    found = work.attack.get(object_id)
    if found is None:
        raise NotFound("No AttackObject matches the given query.")
    return found


def _check_id(work: UnitOfWork, attack_id: str, own: int | None) -> None:
    if not is_technique_id(attack_id):
        raise Invalid.field("attack_id", f'"{attack_id}" is not a technique id, such as T1059 or T1059.003.')
    taken = work.attack.find(attack_id)
    if taken is not None and taken.id != own:
        raise Invalid.field("attack_id", "attack object with this attack id already exists.")


def object_state(item: AttackObject) -> State:
    """Return the state of an ATT&CK object."""
    return {
        "attack_id": item.attack_id,
        "kind": item.kind.value,
        "name": item.name,
        "domain": item.domain,
        "stix_id": item.stix_id,
        "description": item.description,
        "is_excerpt": item.is_excerpt,
        "url": item.url,
        "tactics": list(item.tactics),
        "aliases": list(item.aliases),
        "shortname": item.shortname,
        "position": item.position,
        "status": item.status.value,
        "revoked_by": item.revoked_by,
    }
