"""``/api/download/ID``."""

from __future__ import annotations

from typing import Final

from tram_ext.api.headers import attachment
from tram_ext.api.operations.table import BY_NAME
from tram_ext.calls.runner import number_of
from tram_ext.handlers.admission.authorization import reads
from tram_ext.handlers.base import TramHandler

_CHUNK: Final = 1 << 20


class DownloadHandler(TramHandler):
    """Serves uploaded documents."""

    @reads
    async def get(self, document_id: str) -> None:
        """Stream the document as an attachment."""
        key = number_of(BY_NAME["download"], document_id)
        document, path = await self.call(self.services.documents.open, key, self.actor)
        self.set_header("Content-Disposition", attachment(document.name))
        self.set_header("Content-Type", "application/octet-stream")  # flushed before APIHandler would set JSON
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Length", str(document.size))
        if self.request.method == "HEAD":
            self.finish(set_content_type="application/octet-stream")
            return
        with path.open("rb") as file:
            while chunk := await self.call(file.read, _CHUNK):
                self.write(chunk)
                await self.flush()
        self.finish(set_content_type="application/octet-stream")
