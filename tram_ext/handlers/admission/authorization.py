"""Authorization decorators for verbs, which ask Jupyter's Authorizer about the resource ``tram``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias, TypeVar, cast

from jupyter_server.auth.decorator import allow_unauthenticated, authorized

Verb: TypeAlias = Callable[..., Coroutine[Any, Any, None]]
V = TypeVar("V", bound=Verb)

RESOURCE: Final = "tram"


def reads(verb: V) -> V:
    """Require the action ``read`` for `verb`."""
    # Action and resource are passed explicitly: what the decorator finds out by itself it keeps for all subclasses.
    return cast("V", authorized("read", RESOURCE)(verb))


def writes(verb: V) -> V:
    """Require the action ``write`` for `verb`; the role is checked by the runner and by the services."""
    return cast("V", authorized("write", RESOURCE)(verb))


def everybody(verb: V) -> V:
    """Allow `verb` without authentication."""
    return allow_unauthenticated(verb)
