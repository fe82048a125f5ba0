"""``/api/jobs/`` and ``/api/download/ID``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final

from tram_ext.api.headers import attachment
from tram_ext.api.responses import job_body
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.base import TramHandler

_NOUN: Final = "DocumentProcessingJob"
_CHUNK: Final = 1 << 20


class JobListHandler(TramHandler):
    """The queue."""

    @reads
    async def get(self) -> None:
        """List what waits, runs or failed; with ``?all=1`` everything."""
        limit, offset = self.page()
        everything = self.get_query_argument("all", "") not in ("", "0", "false")
        found, total = await self.call(
            partial(self.services.queue.list, self.actor, everything=everything, limit=limit, offset=offset)
        )
        self.reply_page([job_body(job) for job in found], total)


class JobHandler(TramHandler):
    """One job."""

    @reads
    async def get(self, job_id: str) -> None:
        """Show it."""
        self.reply(job_body(await self.call(self.services.queue.get, self.id_of(job_id, _NOUN), self.actor)))

    @writes
    async def delete(self, job_id: str) -> None:
        """Cancel it, waiting or running."""
        await self.call(self.services.queue.cancel, self.id_of(job_id, _NOUN), self.actor)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class DownloadHandler(TramHandler):
    """The bytes that were uploaded."""

    @reads
    async def get(self, document_id: str) -> None:
        """Send them, as a download and never as a page."""
        key = self.id_of(document_id, "Document")
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
