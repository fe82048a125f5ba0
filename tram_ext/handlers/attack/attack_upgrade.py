"""``/api/tram/attack/upgrade``: another version of ATT&CK, with the mappings that there are."""

from __future__ import annotations

from functools import partial

from tornado.web import stream_request_body

from tram_ext.api.attack_responses import upgrade_body
from tram_ext.domain.users import Permission
from tram_ext.handlers.admission.authorization import writes
from tram_ext.handlers.documents.upload import UploadHandler
from tram_ext.services.access.policies import require


@stream_request_body
class AttackUpgradeHandler(UploadHandler):
    """Goes over to the ATT&CK in a STIX bundle; with ``?preview=1`` says what that would do."""

    @property
    def is_preview(self) -> bool:
        """Whether nothing is to be changed."""
        return self.argument("preview") not in ("", "0", "false")

    async def begin(self) -> None:
        """Refuse who may not do it before the bundle arrives."""
        if not self.is_preview:
            require(self.actor, Permission.ADMINISTER)
        await super().begin()

    @writes
    async def post(self) -> None:
        """Do it, in one step that its author can undo."""
        name, _, incoming = self.received()
        upgrade = partial(self.services.attack_upgrades.of_received, preview=self.is_preview)
        done = await self.host.run("export", upgrade, incoming, name, self.actor)
        self.reply(upgrade_body(done, preview=self.is_preview))
