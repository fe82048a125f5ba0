"""``/api/attack/``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from tram_ext.api.responses import attack_object_body
from tram_ext.api.review_requests import AttackPatch, AttackRequest
from tram_ext.domain.attack import AttackObject
from tram_ext.domain.users import Permission
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler


class AttackHandlerBase(ItemHandler):
    """What handlers of ATT&CK objects share."""

    NOUN = "AttackObject"
    PERMISSION = Permission.ADMINISTER

    def reply_object(self, item: AttackObject, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Answer with an object."""
        self.reply_item(attack_object_body(item), item.version, status)


class AttackListHandler(AttackHandlerBase):
    """All techniques."""

    @reads
    async def get(self) -> None:
        """List them by id."""
        services = self.services
        await self.reply_list(
            lambda limit, offset: services.attack.techniques(limit=limit, offset=offset), attack_object_body
        )

    @writes
    async def post(self) -> None:
        """Add one."""
        body = self.body(AttackRequest)
        made = await self.call(self.services.attack_objects.add, body.attack_id, body.name, self.actor)
        self.reply_object(made, HTTPStatus.CREATED)


class AttackHandler(AttackHandlerBase):
    """One technique."""

    @reads
    async def get(self, object_id: str) -> None:
        """Show it."""
        self.reply_object(await self.call(self.services.attack.get, self.key(object_id)))

    @writes
    async def put(self, object_id: str) -> None:
        """Change id and name."""
        await self._change(object_id, AttackRequest)

    @writes
    async def patch(self, object_id: str) -> None:
        """Change what the body names."""
        await self._change(object_id, AttackPatch)

    @writes
    async def delete(self, object_id: str) -> None:
        """Delete it, where no mapping uses it."""
        remove = partial(self.services.attack_objects.delete, expected=self.expected())
        await self.call(remove, self.key(object_id), self.actor)
        self.reply_nothing()

    async def _change(self, object_id: str, kind: type[AttackRequest | AttackPatch]) -> None:
        key = await self.existing(object_id, lambda number, _actor: self.services.attack.get(number))
        values = self.body(kind).model_dump(exclude_unset=True)
        change = partial(self.services.attack_objects.change, expected=self.expected(), **values)
        self.reply_object(await self.call(change, key, self.actor))
