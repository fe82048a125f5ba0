"""Generates handlers from operations: each verb runs the use case of its operation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final, TypeVar

from jupyter_server.utils import url_path_join

from tram_ext.api.operations.operation import Operation
from tram_ext.calls.call import Later, Request, Result
from tram_ext.calls.runner import run
from tram_ext.handlers.admission.authorization import Verb, reads, writes
from tram_ext.handlers.base import TramHandler
from tram_ext.handlers.bodies import read_body

T = TypeVar("T")

_TAG: Final = re.compile(r'\s*"?(\d{1,10})"?\s*')


class CallHandler(TramHandler):
    """Runs the operations of one path."""

    OPERATIONS: ClassVar[tuple[Operation, ...]] = ()

    async def perform(self, operation: Operation, item: str = "") -> None:
        """Run an operation, and respond with its result."""
        request = Request(
            item=item,
            argument=self.argument,
            read_body=partial(read_body, self.request),
            expected=_versions(self.request.headers.get("If-Match")),
            key=self.request.headers.get("Idempotency-Key"),
            waits="respond-async" not in self.request.headers.get("Prefer", "").lower(),
            client_gone=self.client_gone,
        )
        await self.respond(operation, partial(run, operation, self.services, self.actor, request))

    async def respond(self, operation: Operation, work: Callable[[], Result | Later]) -> None:
        """Run a use case, serialise its result, both in threads, and respond with it."""
        result, text = await self.call(_serialised, work)
        if isinstance(result, Later):
            result, text = await self.run_in(result.thread, partial(_serialised, result.work))
            assert isinstance(result, Result)
        self._reply(operation, result, text)

    async def run_in(self, thread: str, function: Callable[[], T]) -> T:
        """Run a long function in a thread pool of its own."""
        return await self.host.run(thread, function)

    def _reply(self, operation: Operation, result: Result, text: str) -> None:
        if result.background is not None:
            self.host.go("training", result.background)
        if result.location:
            self.set_header("Location", url_path_join(self.base_url, result.location))
        if result.version is not None:
            self.set_header("ETag", f'"{result.version}"')
        if result.part is not None:
            self.page_headers(result.part.total, result.part.limit, result.part.offset)
        status = result.status or operation.answers[0].status
        self.set_status(status)
        self.finish(None if status is HTTPStatus.NO_CONTENT else text)


def handler_of(path: str, operations: Iterable[Operation], base: type[CallHandler] = CallHandler) -> type[CallHandler]:
    """Generate the handler of a path."""
    found = tuple(operations)
    verbs: dict[str, Any] = {o.verb.lower(): _verb(o) for o in found if o.verb.lower() not in vars(base)}
    return type(f"CallHandler of {path}", (base,), {"__doc__": f"``{path}``.", "OPERATIONS": found, **verbs})


def _verb(operation: Operation) -> Verb:
    async def verb(self: CallHandler, item: str = "") -> None:
        await self.perform(operation, item)

    verb.__name__ = operation.verb.lower()
    verb.__doc__ = f"{operation.summary}."
    return (reads if operation.verb == "GET" else writes)(verb)


def _serialised(work: Callable[[], Result | Later]) -> tuple[Result | Later, str]:
    result = work()
    return result, "" if isinstance(result, Later) else json.dumps(result.body)


def _versions(raw: str | None) -> frozenset[int] | None:
    """Return the versions that ``If-Match`` names, None where any will do."""
    if raw is None or raw.strip() == "*":
        return None
    found = (_TAG.fullmatch(tag) for tag in raw.split(","))
    # A tag that is none of ours, or a weak one, names no version there is.
    return frozenset(int(tag[1]) for tag in found if tag is not None)
