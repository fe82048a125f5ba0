"""The permissions of each role."""

from __future__ import annotations

from tram_ext.domain.errors import Forbidden
from tram_ext.domain.users import Permission, User


def require(actor: User, permission: Permission) -> None:
    """Check that `actor` has a permission.

    Raises
    ------
    Forbidden
        The actor's role does not grant `permission`.
    """
    if not actor.may(permission):
        raise Forbidden("You do not have permission to perform this action.")
