"""``/api/tram/password``."""

from __future__ import annotations

from tram_ext.api.review_requests import PasswordRequest
from tram_ext.domain.users import Permission
from tram_ext.handlers.authorization import writes
from tram_ext.handlers.items import ItemHandler


class PasswordHandler(ItemHandler):
    """One's own password."""

    PERMISSION = Permission.READ

    @writes
    async def post(self) -> None:
        """Change it; tokens issued before end."""
        body = self.body(PasswordRequest)
        address = self.request.remote_ip or ""
        change = self.services.users.change_own_password
        await self.host.run("login", change, self.actor, body.current, body.new, address)
        self.reply_nothing()
