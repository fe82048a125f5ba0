"""The decorators every verb carries: Jupyter's Authorizer is asked about the resource ``tram``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias, TypeVar, cast

from jupyter_server.auth.decorator import allow_unauthenticated, authorized

Verb: TypeAlias = Callable[..., Coroutine[Any, Any, None]]
V = TypeVar("V", bound=Verb)

RESOURCE: Final = "tram"


def reads(verb: V) -> V:
    """Let only those call `verb` who may read here."""
    # Action and resource are passed explicitly: what the decorator finds out by itself it keeps for all subclasses.
    return cast("V", authorized("read", RESOURCE)(verb))


def writes(verb: V) -> V:
    """Let only those call `verb` who may write here; what exactly, the service decides by the role."""
    return cast("V", authorized("write", RESOURCE)(verb))


def everybody(verb: V) -> V:
    """Let anybody call `verb`, logged in or not."""
    return allow_unauthenticated(verb)
