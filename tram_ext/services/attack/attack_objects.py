"""Custom techniques, and corrections of loaded ones, written by admins."""

from __future__ import annotations

from collections.abc import Collection

from tram_ext.domain.attack import AttackKind, AttackObject, is_technique_id
from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.domain.review import ATTACK
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.preconditions import existing, state_to_change
from tram_ext.store.database import Store, UnitOfWork


class AttackObjects:
    """Writes ATT&CK objects; each write is an action to undo, apart from those in reports."""

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
            (key,) = action.insert(ATTACK, [AttackObject(attack_id, AttackKind.TECHNIQUE, name, "local").state()])
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
            state = state_to_change(work, ATTACK, object_id, old.version, expected)
            if attack_id is not None and attack_id != old.attack_id:
                _check_id(work, attack_id, object_id)
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
            state = state_to_change(work, ATTACK, object_id, old.version, expected)
            if work.mappings.is_used(object_id):
                raise Conflict(f"{old.attack_id} is on sentences of reports. Take it off them first.")
            action = Action(work, actor, "delete technique", None)
            action.delete(ATTACK, object_id, state)
            told = action.finish()
        self._changes.tell(*told)


def _existing(work: UnitOfWork, object_id: int) -> AttackObject:
    return existing(work.attack.get(object_id), "AttackObject")


def _check_id(work: UnitOfWork, attack_id: str, own: int | None) -> None:
    if not is_technique_id(attack_id):
        raise Invalid.field("attack_id", f'"{attack_id}" is not a technique id, such as T1059 or T1059.003.')
    taken = work.attack.find(attack_id)
    if taken is not None and taken.id != own:
        raise Invalid.field("attack_id", "attack object with this attack id already exists.")
