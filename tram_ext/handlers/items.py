"""What handlers of items with versions share: ETags, If-Match, filters in the query, lists made off the event loop."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final

from tram_ext.api.queries import request_key
from tram_ext.domain.users import Permission, User
from tram_ext.handlers.base import TramHandler
from tram_ext.services.access.policies import require

_WRITING: Final = ("POST", "PUT", "PATCH", "DELETE")
_TAG: Final = re.compile(r'\s*"?(\d{1,10})"?\s*')


class ItemHandler(TramHandler):
    """A handler of items that have a version."""

    NOUN: ClassVar[str] = ""
    PERMISSION: ClassVar[Permission] = Permission.REVIEW
    """What whoever writes must be allowed to, whatever the body says."""

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Refuse who may not write before looking at what they send."""
        await super().prepare()
        if self.request.method in _WRITING:
            require(self.actor, self.PERMISSION)

    def key(self, raw: str) -> int:
        """Return the number of an item in a path."""
        return self.id_of(raw, self.NOUN)

    async def existing(self, raw: str, get: Callable[[int, User], object]) -> int:
        """Return the number of an item that exists: that it does is said before what is wrong with the body."""
        key = self.key(raw)
        await self.call(get, key, self.actor)
        return key

    def expected(self) -> frozenset[int] | None:
        """Return the versions that ``If-Match`` names, None where any will do."""
        raw = self.request.headers.get("If-Match")
        if raw is None or raw.strip() == "*":
            return None
        found = (_TAG.fullmatch(tag) for tag in raw.split(","))
        # A tag that is none of ours, or a weak one, names no version there is.
        return frozenset(int(tag[1]) for tag in found if tag is not None)

    def request_key(self) -> str | None:
        """Return the ``Idempotency-Key``, None where the caller gave none.

        Raises
        ------
        Invalid
            It is empty, too long, or not plain.
        """
        return request_key(self.request.headers.get("Idempotency-Key"))

    def reply_item(self, body: Any, version: int, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Answer with an item and its ETag."""
        self.set_header("ETag", f'"{version}"')
        self.reply(body, status)

    def reply_nothing(self) -> None:
        """Answer that it is done."""
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()

    async def reply_list(
        self, find: Callable[[int | None, int], tuple[Sequence[Any], int]], show: Callable[[Any], Any]
    ) -> None:
        """Answer with a list, or the page of it that was asked for; read, built and serialised in a thread."""
        limit, offset = self.page()

        def make() -> tuple[str, int]:
            found, total = find(limit, offset)
            return json.dumps([show(item) for item in found]), total

        text, total = await self.call(make)
        self.page_headers(total)
        self.finish(text)
