"""ATT&CK objects in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from tram_ext.domain.attack import AttackKind, AttackObject, AttackRelease, AttackStatus
from tram_ext.store.tables import attack_objects, attack_releases
from tram_ext.store.types import utc_now


class AttackObjects:
    """Techniques and everything else of ATT&CK, by their own ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, objects: Iterable[AttackObject]) -> tuple[int, int]:
        """Insert objects or update those with the same ATT&CK id; fields that a new one leaves empty keep their value.

        Returns
        -------
        added, changed : int
            How many rows were made, and how many differ now.
        """
        known = {old.attack_id: old for old in self.list(kind=None)}
        fresh, changed = [], []
        for new in objects:
            old = known.get(new.attack_id)
            values = (new if old is None else new.filled_from(old)).state()
            if old is None:
                fresh.append(values)
            elif values != old.state():
                changed.append({**values, "row": old.id})
        if fresh:
            self._connection.execute(insert(attack_objects), fresh)
        if changed:
            columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "row"}
            columns["version"] = attack_objects.c.version + 1
            statement = update(attack_objects).where(attack_objects.c.id == bindparam("row")).values(columns)
            self._connection.execute(statement, changed)
        return len(fresh), len(changed)

    def put_release(self, release: AttackRelease) -> None:
        """Record that `release` is what is loaded of its domain."""
        self._connection.execute(delete(attack_releases).where(attack_releases.c.domain == release.domain))
        self._connection.execute(
            insert(attack_releases).values(
                domain=release.domain, version=release.version, source=release.source, loaded_on=utc_now()
            )
        )

    def releases(self) -> list[AttackRelease]:
        """Return the loaded version of each domain."""
        rows = self._connection.execute(select(attack_releases).order_by(attack_releases.c.domain))
        return [AttackRelease(domain=row.domain, version=row.version, source=row.source) for row in rows]

    def get(self, object_id: int) -> AttackObject | None:
        """Return an object by its row number."""
        return self._one(select(attack_objects).where(attack_objects.c.id == object_id))

    def find(self, attack_id: str) -> AttackObject | None:
        """Return an object by ATT&CK's id, revoked ones included."""
        return self._one(select(attack_objects).where(attack_objects.c.attack_id == attack_id))

    def list(
        self,
        *,
        kind: AttackKind | None = AttackKind.TECHNIQUE,
        statuses: Sequence[AttackStatus] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[AttackObject]:
        """Return objects in order of ATT&CK id; `kind` None means every kind, empty `statuses` any status."""
        statement = _filtered(select(attack_objects), kind, statuses).order_by(attack_objects.c.attack_id)
        if limit is not None:
            statement = statement.limit(limit)
        return [_object(row) for row in self._connection.execute(statement.offset(offset))]

    def named(self, attack_ids: Collection[str]) -> dict[str, tuple[int, str]]:
        """Return row number and name of the objects with these ids, by id; unknown ids are left out."""
        statement = select(attack_objects.c.attack_id, attack_objects.c.id, attack_objects.c.name)
        rows = self._connection.execute(statement.where(attack_objects.c.attack_id.in_(attack_ids)))
        return {attack_id: (key, name) for attack_id, key, name in rows}

    def count(self, *, kind: AttackKind | None = AttackKind.TECHNIQUE, statuses: Sequence[AttackStatus] = ()) -> int:
        """Return how many objects :meth:`list` would return."""
        found: int = self._connection.execute(
            _filtered(select(func.count()).select_from(attack_objects), kind, statuses)
        ).scalar_one()
        return found

    def active_techniques(self) -> dict[str, int]:
        """Return the number of active techniques of each domain."""
        statement = (
            select(attack_objects.c.domain, func.count().label("number"))
            .where(
                attack_objects.c.kind == AttackKind.TECHNIQUE.value,
                attack_objects.c.status == AttackStatus.ACTIVE.value,
            )
            .group_by(attack_objects.c.domain)
        )
        return {row.domain: row.number for row in self._connection.execute(statement)}

    def _one(self, statement: Select[Any]) -> AttackObject | None:
        row = self._connection.execute(statement).first()
        return None if row is None else _object(row)


def _filtered(statement: Select[Any], kind: AttackKind | None, statuses: Sequence[AttackStatus]) -> Select[Any]:
    if kind is not None:
        statement = statement.where(attack_objects.c.kind == kind.value)
    if statuses:
        statement = statement.where(attack_objects.c.status.in_([status.value for status in statuses]))
    return statement


def _object(row: Row[Any]) -> AttackObject:
    return AttackObject(
        attack_id=row.attack_id,
        kind=AttackKind(row.kind),
        name=row.name,
        domain=row.domain,
        stix_id=row.stix_id,
        description=row.description,
        is_excerpt=row.is_excerpt,
        url=row.url,
        tactics=tuple(row.tactics),
        aliases=tuple(row.aliases),
        shortname=row.shortname,
        position=row.position,
        status=AttackStatus(row.status),
        revoked_by=row.revoked_by,
        version=row.version,
        id=row.id,
    )
