"""``/api/mappings/``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from tram_ext.api.review_requests import MappingPatch, MappingReplacement, MappingRequest
from tram_ext.api.review_responses import mapping_body
from tram_ext.domain.reports import Mapping
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler


class MappingHandlerBase(ItemHandler):
    """What handlers of mappings share."""

    NOUN = "Mapping"

    def reply_mapping(self, mapping: Mapping, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Answer with a mapping."""
        self.reply_item(mapping_body(mapping), mapping.version, status)


class MappingListHandler(MappingHandlerBase):
    """All mappings."""

    @reads
    async def get(self) -> None:
        """List those of a sentence, or all."""
        sentence_id, services = self.number_argument("sentence-id"), self.services
        await self.reply_list(
            lambda limit, offset: services.mappings.list(sentence_id, self.actor, limit=limit, offset=offset),
            mapping_body,
        )

    @writes
    async def post(self) -> None:
        """Put a technique on a sentence; the one that is there already is shown as it is."""
        body = self.body(MappingRequest)
        add = self.services.mappings.add
        made, is_new = await self.call(add, body.report, body.sentence, body.assertion(), self.actor)
        self.reply_mapping(made, HTTPStatus.CREATED if is_new else HTTPStatus.OK)


class MappingHandler(MappingHandlerBase):
    """One mapping."""

    @reads
    async def get(self, mapping_id: str) -> None:
        """Show it."""
        self.reply_mapping(await self.call(self.services.mappings.get, self.key(mapping_id), self.actor))

    @writes
    async def put(self, mapping_id: str) -> None:
        """Change technique and confidence."""
        await self._change(mapping_id, MappingReplacement)

    @writes
    async def patch(self, mapping_id: str) -> None:
        """Change what the body names."""
        await self._change(mapping_id, MappingPatch)

    @writes
    async def delete(self, mapping_id: str) -> None:
        """Take it off its sentence."""
        remove = partial(self.services.mappings.delete, expected=self.expected())
        await self.call(remove, self.key(mapping_id), self.actor)
        self.reply_nothing()

    async def _change(self, mapping_id: str, kind: type[MappingReplacement | MappingPatch]) -> None:
        key = await self.existing(mapping_id, self.services.mappings.get)
        edit = self.body(kind).edit()
        change = partial(self.services.mappings.change, expected=self.expected())
        self.reply_mapping(await self.call(change, key, edit, self.actor))
