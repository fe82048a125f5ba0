"""Handlers of paths that do not exist."""

from __future__ import annotations

from tram_ext.domain.errors import NotFound
from tram_ext.handlers.admission import addresses
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.base import TramHandler


class NothingHereHandler(TramHandler):
    """Responds to unknown paths below TRAM's with 404."""

    @reads
    async def get(self) -> None:
        """Fail with 404."""
        raise NotFound("Not found.")

    @writes
    async def post(self) -> None:
        """Fail with 404."""
        raise NotFound("Not found.")

    @writes
    async def put(self) -> None:
        """Fail with 404."""
        raise NotFound("Not found.")

    @writes
    async def patch(self) -> None:
        """Fail with 404."""
        raise NotFound("Not found.")

    @writes
    async def delete(self) -> None:
        """Fail with 404."""
        raise NotFound("Not found.")


class WrongBaseHandler(TramHandler):
    """Responds to paths with a wrong base URL, which occur where proxy and server disagree about it."""

    public = True

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Fail with the right base URL; without authentication, and without opening the workbench."""
        self.check_host()
        raise NotFound(addresses.wrong_base(self.request.path, self.base_url))
