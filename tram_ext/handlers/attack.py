"""``/api/attack/``."""

from __future__ import annotations

from functools import partial

from tram_ext.api.responses import attack_object_body
from tram_ext.handlers.authorization import reads
from tram_ext.handlers.base import TramHandler


class AttackListHandler(TramHandler):
    """All techniques."""

    @reads
    async def get(self) -> None:
        """List them by id."""
        limit, offset = self.page()
        found, total = await self.call(partial(self.services.attack.techniques, limit=limit, offset=offset))
        self.reply_page([attack_object_body(item) for item in found], total)


class AttackHandler(TramHandler):
    """One technique."""

    @reads
    async def get(self, object_id: str) -> None:
        """Show it."""
        found = await self.call(self.services.attack.get, self.id_of(object_id, "AttackObject"))
        self.reply(attack_object_body(found))
