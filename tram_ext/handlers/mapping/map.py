"""``/api/tram/map`` and ``/api/tram/map-file``: proposals for a text or a document, of which nothing is kept."""

from __future__ import annotations

from functools import partial

from tornado.web import stream_request_body

from tram_ext.api.map_responses import mapped_body
from tram_ext.api.review_requests import MapRequest
from tram_ext.handlers.admission.authorization import writes
from tram_ext.handlers.documents.upload import UploadHandler
from tram_ext.handlers.items import ItemHandler


class MapHandler(ItemHandler):
    """Maps a text."""

    @writes
    async def post(self) -> None:
        """Map it."""
        body = self.body(MapRequest)
        preview = partial(self.services.previews.of_text, cancelled=self.client_gone)
        done = await self.host.run("mapping", preview, body.text, body.model, self.actor)
        self.reply(mapped_body(done.report, done.names, done.warnings))


@stream_request_body
class MapFileHandler(UploadHandler):
    """Maps a document."""

    @writes
    async def post(self) -> None:
        """Map it."""
        name, model, incoming = self.received()
        preview = partial(self.services.previews.of_file, cancelled=self.client_gone)
        done = await self.host.run("mapping", preview, incoming, name, model, self.actor)
        self.reply(mapped_body(done.report, done.names, done.warnings))
