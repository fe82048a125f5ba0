"""Upgrades to another version of ATT&CK, with a preview of the effect on existing mappings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tram_ext.attack.revocation import resolve
from tram_ext.domain.attack import AttackKind, AttackObject, AttackRelease, AttackStatus, KnowledgeBase
from tram_ext.domain.attack_upgrades import Effect, Fate, Upgrade
from tram_ext.domain.review import ATTACK, RELEASE
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.files.incoming import Incoming
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.uniting import unite
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork


@dataclass(frozen=True)
class _Future:
    """The knowledge base after the upgrade: all objects by id, known ones with their rows."""

    objects: dict[str, AttackObject]
    today: dict[str, AttackObject]


class AttackUpgrades:
    """Upgrades of the loaded ATT&CK."""

    def __init__(self, store: Store, changes: Changes, children: ChildPool, settings: Settings) -> None:
        self._store = store
        self._changes = changes
        self._children = children
        self._settings = settings

    def preview(self, path: Path, actor: User, *, name: str | None = None) -> Upgrade:
        """Return the effect that loading a STIX bundle would have on existing mappings; change nothing.

        Parameters
        ----------
        name : str, optional
            What its owner calls the file, where that is not the name it is stored under; it may hold the version.

        Raises
        ------
        Invalid
            The file is no ATT&CK bundle.
        """
        require(actor, Permission.READ)
        base = self._read(path, name)
        with self._store.read() as work:
            return _plan(work, base, _future(work, base))

    def upgrade(self, path: Path, actor: User, *, name: str | None = None) -> Upgrade:
        """Load a STIX bundle and update all mappings, in one action that its author can undo; see :meth:`preview`.

        A revoked technique gives way to its successor; where a sentence has both, the surer mapping stays.

        Raises
        ------
        Invalid
            The file is no ATT&CK bundle.
        Forbidden
            The actor is no admin.
        """
        require(actor, Permission.ADMINISTER)
        base = self._read(path, name)
        with self._store.write() as work:
            future = _future(work, base)
            plan = _plan(work, base, future)
            action = Action(work, actor, "upgrade ATT&CK", None)
            rows = _write_objects(work, action, future)
            _write_release(work, action, base.release)
            moved = {effect.attack_id: effect.new_id for effect in plan.effects if effect.fate is Fate.REVOKED}
            _move(work, action, {rows[old]: (rows[new], new) for old, new in moved.items()})
            told = action.finish()
        self._changes.tell(*told)
        return plan

    def of_received(self, incoming: Incoming, name: str, actor: User, *, preview: bool) -> Upgrade:
        """Do the same with a received file, and delete it."""
        try:
            incoming.finish()
            return (self.preview if preview else self.upgrade)(incoming.path, actor, name=name)
        finally:
            incoming.discard()

    def _read(self, path: Path, name: str | None) -> KnowledgeBase:
        # In a child: to read a bundle of 50 MB keeps an interpreter to itself for seconds, and a server has others to
        # answer.
        return self._children.run(_read_in_child, path, name, seconds=self._settings.job_timeout)


def _read_in_child(path: Path, name: str | None, progress: Callable[[float, str], None]) -> KnowledgeBase:
    from tram_ext.attack.stix import load_stix

    progress(0.0, "reading the bundle")
    return load_stix(path, name=name)


def _future(work: UnitOfWork, base: KnowledgeBase) -> _Future:
    today = {item.attack_id: item for item in work.attack.list(kind=None)}
    objects = dict(today)
    for new in base.objects:
        old = today.get(new.attack_id)
        objects[new.attack_id] = new if old is None else replace(new, id=old.id)
    brought = {item.attack_id for item in base.objects}
    for attack_id, old in today.items():
        gone = old.domain == base.release.domain and attack_id not in brought
        if gone and old.kind is AttackKind.TECHNIQUE and old.status is AttackStatus.ACTIVE:
            objects[attack_id] = replace(old, status=AttackStatus.RETIRED)
    return _Future(objects, today)


def _plan(work: UnitOfWork, base: KnowledgeBase, future: _Future) -> Upgrade:
    uses = work.mappings.uses()
    effects = []
    for _, old in sorted(future.today.items()):
        if old.id in uses and (effect := _effect(old, future.objects, uses[old.id])) is not None:
            effects.append(effect)
    known = next((release for release in work.attack.releases() if release.domain == base.release.domain), None)
    return Upgrade(
        before=known,
        after=base.release,
        effects=tuple(effects),
        added=sum(attack_id not in future.today for attack_id in future.objects),
        changed=sum(old.state() != future.objects[key].state() for key, old in future.today.items()),
    )


def _effect(old: AttackObject, objects: Mapping[str, AttackObject], uses: tuple[int, int]) -> Effect | None:
    new = objects[old.attack_id]
    successor = resolve(old.attack_id, objects)
    if successor is not None and successor != old.attack_id:
        return Effect(Fate.REVOKED, old.attack_id, old.name, successor, objects[successor].name, *uses)
    if new.status is not AttackStatus.ACTIVE and old.status is AttackStatus.ACTIVE:
        return Effect(Fate.RETIRED, old.attack_id, old.name, new.attack_id, new.name, *uses)
    if new.name != old.name:
        return Effect(Fate.RENAMED, old.attack_id, old.name, new.attack_id, new.name, *uses)
    return None


def _write_objects(work: UnitOfWork, action: Action, future: _Future) -> dict[str, int]:
    """Write new and changed objects, and return the row of every object."""
    rows = {item.attack_id: item.id for item in future.today.values() if item.id is not None}
    states = work.records.all(ATTACK)
    for attack_id, key in rows.items():
        action.update(ATTACK, key, states[key], future.objects[attack_id].state())
    fresh = [item for attack_id, item in future.objects.items() if attack_id not in rows]
    keys = action.insert(ATTACK, [item.state() for item in fresh])
    return rows | {item.attack_id: key for item, key in zip(fresh, keys, strict=True)}


def _write_release(work: UnitOfWork, action: Action, release: AttackRelease) -> None:
    values = {"domain": release.domain, "version": release.version, "source": release.source}
    for key, state in work.records.all(RELEASE).items():
        if state["domain"] == release.domain:
            action.update(RELEASE, key, state, values)
            return
    action.insert(RELEASE, [values])


def _move(work: UnitOfWork, action: Action, successors: Mapping[int, tuple[int, str]]) -> None:
    """Replace revoked techniques of mappings by their successors; of two that coincide, the surer stays.

    Parameters
    ----------
    successors : mapping of int to (int, str)
        By the row of what was revoked, the row and the id of what comes instead.
    """
    if not successors:
        return
    targets = {row for row, _ in successors.values()}
    states = work.records.of_techniques(successors.keys() | targets)
    by_place: dict[tuple[int, int], list[int]] = {}
    for key, state in states.items():
        row = state["attack_object_id"]
        by_place.setdefault((state["sentence_id"], successors.get(row, (row, ""))[0]), []).append(key)
    names = dict(successors.values())
    for (_, row), keys in by_place.items():
        unite(action, states, keys, {"attack_object_id": row, "attack_id": names[row]})
