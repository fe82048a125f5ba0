"""The use case of one's own password."""

from __future__ import annotations

from tram_ext.api.review_requests import PasswordRequest
from tram_ext.calls.call import Call, Later, Result


def change_password(call: Call[PasswordRequest]) -> Later:
    """Change it; tokens issued before end."""

    def work() -> Result:
        call.services.users.change_own_password(call.actor, call.body.current, call.body.new)
        return Result()

    return Later("login", work)
