"""Jupyter's two questions, who asks and whether they may, answered as strictly as a site of its own might."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.base.handlers import log


class Staff(IdentityProvider):
    """Everybody is who a header says, as where a proxy in front identifies people; bearers' tokens are unheard of."""

    async def get_user(self, handler: Any) -> User | None:
        if "Authorization" in handler.request.headers:
            log().error("A TOKEN WAS SHOWN TO JUPYTER")
        name = handler.request.headers.get("X-Staff")
        return Employee(name) if name else None


class Employee(User):
    """A user as this site's authorizer wants them."""

    may = frozenset({"read"})


class ReadOnly(Authorizer):
    """What each employee may."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        return action in user.may  # type: ignore[attr-defined] - of an employee


class NoContents(Authorizer):
    """Everything is allowed but to read the server's files."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        return resource != "contents"
