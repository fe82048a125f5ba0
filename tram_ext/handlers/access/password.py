"""``/api/tram/password``: the use case runs in the queue of password checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tram_ext.handlers.access.password_check import PasswordCheck
from tram_ext.handlers.calls import CallHandler
from tram_ext.services.access.throttle import Origin

T = TypeVar("T")


class PasswordHandler(CallHandler, PasswordCheck):
    """Changes one's own password."""

    async def run_in(self, thread: str, function: Callable[[], T]) -> T:  # noqa: ARG002 - the queue has its own
        """Run it in the queue of password checks."""
        return await self.check(Origin(f"user {self.actor.id}"), function)
