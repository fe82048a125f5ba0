"""``/api/token/`` and ``/api/token/refresh/``."""

from __future__ import annotations

from tram_ext.api.requests import RefreshRequest, TokenRequest
from tram_ext.handlers.access.password_check import PasswordCheck
from tram_ext.handlers.admission.authorization import everybody
from tram_ext.handlers.base import TramHandler


class TokenHandler(PasswordCheck):
    """Issues a pair of tokens for name and password."""

    public = True

    @everybody
    async def post(self) -> None:
        """Log in."""
        request = self.body(TokenRequest)
        user = await self.check(self.origin(), self.services.users.log_in, request.username, request.password)
        self.reply(self.services.tokens.issue(user))


class RefreshHandler(TramHandler):
    """Issues an access token for a refresh token."""

    public = True

    @everybody
    async def post(self) -> None:
        """Issue an access token."""
        request = self.body(RefreshRequest)
        self.reply(await self.call(self.services.tokens.refresh, request.refresh))
