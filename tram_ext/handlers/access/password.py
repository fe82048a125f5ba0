"""``/api/tram/password``."""

from __future__ import annotations

from tram_ext.api.review_requests import PasswordRequest
from tram_ext.domain.users import Permission
from tram_ext.handlers.access.password_check import PasswordCheck
from tram_ext.handlers.admission.authorization import writes
from tram_ext.handlers.items import ItemHandler
from tram_ext.services.access.throttle import Origin


class PasswordHandler(ItemHandler, PasswordCheck):
    """One's own password."""

    PERMISSION = Permission.READ

    @writes
    async def post(self) -> None:
        """Change it; tokens issued before end."""
        body = self.body(PasswordRequest)
        change = self.services.users.change_own_password
        await self.check(Origin(f"user {self.actor.id}"), change, self.actor, body.current, body.new)
        self.reply_nothing()
