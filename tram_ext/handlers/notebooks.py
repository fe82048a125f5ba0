"""``/api/tram/notebooks``: what the launcher copies to the reader's folder."""

from __future__ import annotations

from tram_ext.api.notebooks import notebook_file_body
from tram_ext.handlers.admission.authorization import reads
from tram_ext.handlers.base import TramHandler
from tram_ext.services import notebooks


class NotebookListHandler(TramHandler):
    """The notebooks and their sample reports."""

    @reads
    async def get(self) -> None:
        """Show all with their contents."""
        found = await self.host.run("work", lambda: list(notebooks.files()))
        self.reply([notebook_file_body(file.path, file.content) for file in found])
