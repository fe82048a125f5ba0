"""Who may do what."""

from __future__ import annotations

from tram_ext.domain.errors import Forbidden
from tram_ext.domain.users import Permission, User


def require(actor: User, permission: Permission) -> None:
    """Let `actor` pass, or refuse.

    Raises
    ------
    Forbidden
        The actor's role does not grant `permission`.
    """
    if not actor.may(permission):
        raise Forbidden("You do not have permission to perform this action.")
