"""The types of a call: the unchecked request, the checked call, and the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tram_ext.api import queries
from tram_ext.domain.users import User

if TYPE_CHECKING:  # the store behind them is imported when it is opened
    from tram_ext.services.container import Services

B = TypeVar("B")


def never() -> bool:
    """Return False: a client in this process waits for the answer."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call as it came in, unchecked.

    Attributes
    ----------
    item : str
        The number or name in the path.
    argument : callable
        Returns a part of the query by name, empty where it is absent.
    read_body : callable
        Returns the body; fails where it is malformed.
    expected : frozenset of int or None
        The versions of ``If-Match``; None accepts any.
    key : str or None
        The ``Idempotency-Key``.
    waits : bool
        Whether the client waits for the end of a long task.
    client_gone : callable
        Whether nobody waits for the answer any more.
    """

    item: str = ""
    argument: queries.Get
    read_body: Callable[[], Any]
    expected: frozenset[int] | None = None
    key: str | None = None
    waits: bool = False
    client_gone: Callable[[], bool] = never


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[B]):
    """A checked call: the caller may make it, its item exists where it has a body, and the body is parsed.

    Attributes
    ----------
    item : int
        The number in the path, 0 where it has none.
    name : str
        The name in the path.
    """

    services: Services
    actor: User
    item: int
    name: str
    body: B
    argument: queries.Get
    expected: frozenset[int] | None
    key: str | None
    waits: bool
    client_gone: Callable[[], bool]

    def page(self) -> tuple[int | None, int]:
        """Return ``limit`` and ``offset`` of the query."""
        return queries.page(self.argument)

    def number(self, name: str) -> int | None:
        """Return a number of the query, None where it is absent."""
        return queries.number(name, self.argument(name))

    def numbers(self, name: str) -> tuple[int, ...] | None:
        """Return numbers of the query, None where they are absent."""
        return queries.numbers(name, self.argument(name))

    def flag(self, name: str) -> bool:
        """Return a truth value of the query."""
        return queries.flag(self.argument(name))


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a list that was returned."""

    total: int
    limit: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a use case.

    Attributes
    ----------
    body : object
        What the answer says, ready for JSON; None where the operation answers nothing.
    version : int or None
        The version of the item, which becomes its ``ETag``.
    part : Slice or None
        For lists.
    status : HTTPStatus or None
        Where it is not that of the operation's first answer.
    location : str
        Path of a task that has begun.
    background : callable or None
        The work of that task; it records its own end.
    """

    body: Any = None
    version: int | None = None
    part: Slice | None = None
    status: HTTPStatus | None = None
    location: str = ""
    background: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Work that takes long and therefore runs in threads of its own kind; its result is that of the call."""

    thread: str
    work: Callable[[], Result]


def listed(
    call: Call[Any],
    find: Callable[..., tuple[Sequence[Any], int]],
    show: Callable[[Any], Any],
    *,
    default_limit: int | None = None,
) -> Result:
    """Return the part of a list that the query asks for."""
    limit, offset = call.page()
    limit = limit or default_limit
    found, total = find(limit=limit, offset=offset)
    return Result([show(item) for item in found], part=Slice(total, limit, offset))
