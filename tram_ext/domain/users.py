"""Users, their roles, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Role(str, Enum):
    """A user's role; each may do all that the one before it may."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"

    def grants(self, permission: Permission) -> bool:
        """Whether whoever has the role may do what `permission` names."""
        return permission in _GRANTED[self]


class Permission(str, Enum):
    """A kind of action that a role may or may not do."""

    READ = "read"
    REVIEW = "review"
    TRAIN = "train"
    ADMINISTER = "administer"


_GRANTED = {
    Role.VIEWER: {Permission.READ},
    Role.ANALYST: {Permission.READ, Permission.REVIEW, Permission.TRAIN},
    Role.ADMIN: set(Permission),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works here.

    Attributes
    ----------
    tokens_valid_from : int
        Seconds since the epoch; a token issued before does not count any more.
    """

    id: int
    name: str
    role: Role
    active: bool
    tokens_valid_from: int
    created_on: datetime

    def may(self, permission: Permission) -> bool:
        """Whether the user's role grants `permission`."""
        return self.active and self.role.grants(permission)
