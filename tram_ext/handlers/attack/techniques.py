"""``/api/tram/techniques/`` and ``/api/tram/tactics/``: ATT&CK with all that is known of it, to look things up."""

from __future__ import annotations

from functools import partial

from tram_ext.api.attack_responses import technique_body
from tram_ext.handlers.admission.authorization import reads
from tram_ext.handlers.items import ItemHandler


class TechniqueListHandler(ItemHandler):
    """Techniques."""

    @reads
    async def get(self) -> None:
        """List those that ``?query=`` matches, the best first; with ``?all=1`` also what is not active any more."""
        everything = self.argument("all") not in ("", "0", "false")
        search = partial(self.services.attack.search, everything=everything)
        self.reply([technique_body(item) for item in await self.call(search, self.argument("query"))])


class TechniqueHandler(ItemHandler):
    """One technique, or another object of ATT&CK."""

    @reads
    async def get(self, attack_id: str) -> None:
        """Show it."""
        self.reply(technique_body(await self.call(self.services.attack.find, attack_id)))


class TacticListHandler(ItemHandler):
    """Tactics."""

    @reads
    async def get(self) -> None:
        """List them in the order of the matrix."""
        self.reply([technique_body(item) for item in await self.call(self.services.attack.tactics)])
