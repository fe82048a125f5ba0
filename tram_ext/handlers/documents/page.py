"""``/api/tram/reports/ID/page``."""

from __future__ import annotations

from tram_ext.api import queries
from tram_ext.api.operations.table import BY_NAME
from tram_ext.api.page_responses import DEFAULT_WIDTH
from tram_ext.calls.runner import number_of
from tram_ext.handlers.admission.authorization import reads
from tram_ext.handlers.base import TramHandler


class PageHandler(TramHandler):
    """Serves pages of PDFs as images."""

    @reads
    async def get(self, report_id: str) -> None:
        """Respond with a page as an image, which no cache keeps: others may use the same browser."""
        key = number_of(BY_NAME["page_image"], report_id)
        number = queries.number("number", self.argument("number"))
        width = queries.number("width", self.argument("width"))
        image = await self.call(
            self.services.pages.image,
            key,
            1 if number is None else number,
            DEFAULT_WIDTH if width is None else width,
            self.actor,
        )
        self.set_header("Content-Type", "image/webp")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, no-store")
        self.finish(image, set_content_type="image/webp")
