"""``/api/tram/models/``: what can be trained, how good it is, going back to an older version."""

from __future__ import annotations

from tram_ext.api.model_responses import card_body, model_entry_body, version_body
from tram_ext.api.review_requests import RestoreRequest
from tram_ext.domain.users import Permission
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler


class ModelListHandler(ItemHandler):
    """All models."""

    @reads
    async def get(self) -> None:
        """List them."""
        entries = await self.call(self.services.models.list, self.actor)
        self.reply([model_entry_body(e.name, e.versions, e.active, is_default=e.is_default) for e in entries])


class ModelHandler(ItemHandler):
    """One model."""

    @reads
    async def get(self, name: str) -> None:
        """Show the card of the active version, or of ``?version=``."""
        number = self.number_argument("version")
        self.reply(card_body(await self.call(self.services.models.version, name, number, self.actor)))


class ModelVersionsHandler(ItemHandler):
    """The versions of a model."""

    @reads
    async def get(self, name: str) -> None:
        """List them, the newest first."""
        found = await self.call(self.services.models.versions, name, self.actor)
        self.reply([version_body(version) for version in found])


class RestoreHandler(ItemHandler):
    """Goes back to a version."""

    PERMISSION = Permission.ADMINISTER

    @writes
    async def post(self, name: str) -> None:
        """Make it the active one."""
        restore, number = self.services.models.restore, self.body(RestoreRequest).version
        self.reply(version_body(await self.call(restore, name, number, self.actor)))
