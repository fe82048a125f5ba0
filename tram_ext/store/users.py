"""Users in the store."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.domain.users import Role, User, composed_name
from tram_ext.store.tables import users
from tram_ext.store.types import utc_now


class Users:
    """The repository of users; a password hash is returned by :meth:`password_hash` only.

    Names are stored and looked up in composed form (NFC), whatever form a caller has.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, role: Role, password_hash: str | None) -> User:
        """Add a user; `password_hash` None makes one that cannot log in with a password.

        Raises
        ------
        Conflict
            The name is taken.
        """
        if self.find(name) is not None:
            raise Conflict(f"There is a user {name!r} already.")
        key = self._connection.execute(
            insert(users)
            .values(
                name=composed_name(name),
                role=role.value,
                password_hash=password_hash,
                active=True,
                token_stamp=_new_stamp(),
                created_on=utc_now(),
            )
            .returning(users.c.id)
        ).scalar_one()
        found = self.get(key)
        assert found is not None
        return found

    def get(self, user_id: int) -> User | None:
        """Return a user by number."""
        row = self._connection.execute(select(users).where(users.c.id == user_id)).first()
        return None if row is None else _user(row)

    def find(self, name: str) -> User | None:
        """Return a user by name."""
        row = self._connection.execute(select(users).where(users.c.name == composed_name(name))).first()
        return None if row is None else _user(row)

    def named(self, name: str) -> User:
        """Return a user by name; raise an error where there is none.

        Raises
        ------
        NotFound
            Nobody has this name.
        """
        user = self.find(name)
        if user is None:
            raise NotFound(f"There is no user {name!r}. 'jupyter tram user list' shows who there is.")
        return user

    def list(self) -> list[User]:
        """Return all users in the order they were added."""
        return [_user(row) for row in self._connection.execute(select(users).order_by(users.c.id))]

    def count(self) -> int:
        """Return the number of users."""
        return self._connection.execute(select(func.count()).select_from(users)).scalar_one()

    def password_hash(self, user_id: int) -> str | None:
        """Return the argon2 hash of a user's password."""
        return self._connection.execute(select(users.c.password_hash).where(users.c.id == user_id)).scalar()

    def rehash(self, user_id: int, old: str, new: str) -> None:
        """Replace the hash `old` by `new` unless the password was changed since; tokens stay valid."""
        self._connection.execute(
            update(users).where(users.c.id == user_id, users.c.password_hash == old).values(password_hash=new)
        )

    def change(self, user_id: int, **values: Any) -> None:
        """Change password, role or activity of a user, and revoke the tokens issued before."""
        self._connection.execute(update(users).where(users.c.id == user_id).values(token_stamp=_new_stamp(), **values))

    def withdraw_tokens(self) -> None:
        """Revoke the tokens of all users."""
        for user_id in self._connection.execute(select(users.c.id)).scalars().all():
            self.change(user_id)

    def active_admins(self) -> int:
        """Return the number of active admins."""
        return self._connection.execute(
            select(func.count()).select_from(users).where(users.c.role == Role.ADMIN.value, users.c.active)
        ).scalar_one()


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        active=row.active,
        token_stamp=row.token_stamp,
        created_on=row.created_on,
    )


def _new_stamp() -> str:
    """Return a new random stamp for tokens; random, so that a restored database does not repeat one."""
    return secrets.token_hex(8)
