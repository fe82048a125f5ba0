"""Users, their roles, and what each role may do."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Role(str, Enum):
    """A user's role; each includes the permissions of the one before it."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"

    def grants(self, permission: Permission) -> bool:
        """Whether the role grants `permission`."""
        return permission in _GRANTED[self]


class Permission(str, Enum):
    """A kind of action that roles are granted."""

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
    """A user of the workbench.

    Attributes
    ----------
    token_stamp : str
        What tokens of this user bear; it changes when they are withdrawn, and no clock has a say in it.
    """

    id: int
    name: str
    role: Role
    active: bool
    token_stamp: str
    created_on: datetime

    def may(self, permission: Permission) -> bool:
        """Whether the user's role grants `permission`."""
        return self.active and self.role.grants(permission)


def composed_name(name: str) -> str:
    """Return a user's name in Unicode's composed form (NFC), the one that is stored and looked up.

    Keyboards and file systems differ in whether they send ``é`` as one character or as two.
    """
    return unicodedata.normalize("NFC", name)
