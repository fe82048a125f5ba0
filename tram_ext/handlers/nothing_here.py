"""The answers to paths that do not exist."""

from __future__ import annotations

from tram_ext.domain.errors import NotFound
from tram_ext.handlers.admission import addresses
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.base import TramHandler


class NothingHereHandler(TramHandler):
    """Paths below ours that nothing is at."""

    @reads
    async def get(self) -> None:
        """Say so."""
        raise NotFound("Not found.")

    @writes
    async def post(self) -> None:
        """Say so."""
        raise NotFound("Not found.")

    @writes
    async def put(self) -> None:
        """Say so."""
        raise NotFound("Not found.")

    @writes
    async def patch(self) -> None:
        """Say so."""
        raise NotFound("Not found.")

    @writes
    async def delete(self) -> None:
        """Say so."""
        raise NotFound("Not found.")


class WrongBaseHandler(TramHandler):
    """Paths that would be ours below another base URL, which are asked for where a proxy and the server disagree."""

    public = True

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Say where ours are; nobody is asked who they are, and nothing is opened."""
        self.check_host()
        raise NotFound(addresses.wrong_base(self.request.path, self.base_url))
