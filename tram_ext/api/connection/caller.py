"""The base of connections: making a call by the name of its operation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar, cast

from tram_ext.api.queries import written

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[R_co]):
    """A page of a list, and the total number of records."""

    records: list[R_co]
    total: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An exported file with its suggested `name`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A response body, and the total number of records if the response has one."""

    body: Any
    total: int | None = None


class Caller(ABC):
    """Base class of connections: makes a call by the name of its operation."""

    @abstractmethod
    def _send(
        self,
        name: str,
        item: int | str | None,
        *,
        query: Mapping[str, str],
        body: Any,
        expected: int | None,
        key: str | None,
    ) -> Answer:
        """Make a call.

        Parameters
        ----------
        name : str
            That of its operation.
        item : int, str or None
            The number or name in its path.
        expected : int or None
            The version that the caller has seen; None accepts any.
        key : str or None
            The call's idempotency key.
        """

    @abstractmethod
    def _upload(self, name: str, file_name: str, file: BinaryIO, query: Mapping[str, str], model: str | None) -> Any:
        """Make a call that uploads a file, and return the response body."""

    def _call(
        self,
        kind: type[R],  # noqa: ARG002 - for the type checker, which infers R from it
        name: str,
        item: int | str | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        expected: int | None = None,
        key: str | None = None,
    ) -> R:
        """Make a call that returns a `kind`."""
        return cast("R", self._send(name, item, query=written(query or {}), body=body, expected=expected, key=key).body)

    def _do(self, name: str, item: int | None = None, *, body: Any = None, expected: int | None = None) -> None:
        """Make a call that returns nothing."""
        self._send(name, item, query={}, body=body, expected=expected, key=None)

    def _page(
        self,
        kind: type[R],  # noqa: ARG002 - likewise
        name: str,
        query: Mapping[str, Any] | None = None,
        *,
        limit: int | None,
        offset: int,
    ) -> Page[R]:
        """Make a call that returns a list of `kind`, or a page of it."""
        asked = written({**(query or {}), "limit": limit, "offset": offset or None})
        answer = self._send(name, None, query=asked, body=None, expected=None, key=None)
        return Page(answer.body, offset + len(answer.body) if answer.total is None else answer.total)

    def _call_with_file(
        self,
        kind: type[R],  # noqa: ARG002 - likewise
        name: str,
        file_name: str,
        file: BinaryIO,
        *,
        query: Mapping[str, Any] | None = None,
        model: str | None = None,
    ) -> R:
        """Make a call that uploads a file and returns a `kind`."""
        return cast("R", self._upload(name, file_name, file, written(query or {}), model))
