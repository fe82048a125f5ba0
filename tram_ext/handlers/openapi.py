"""``/api/tram/openapi.json`` and ``/api/tram/docs``: the description of the API."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from tram_ext.handlers.admission.authorization import reads
from tram_ext.handlers.base import TramHandler

if TYPE_CHECKING:
    from tram_ext.api.openapi import Page


class OpenApiHandler(TramHandler):
    """Serves the OpenAPI document."""

    @reads
    async def get(self) -> None:
        """Show it."""
        self.finish(await self.call(_document, self.base_url))


class DocsHandler(TramHandler):
    """Serves the OpenAPI document as a page."""

    @reads
    async def get(self) -> None:
        """Render the page, with a content security policy that allows neither scripts nor external resources."""
        address = f"{self.request.protocol}://{self.request.host}{self.base_url.rstrip('/')}"
        page = await self.call(_page, self.base_url, address)
        self.set_header("Content-Security-Policy", page.policy)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.write(page.html)
        self.finish(set_content_type="text/html; charset=utf-8")


# Imported with the first reader, since few servers are asked for it. The document never changes while a server runs,
# except for the name by which a reader calls the server.
@lru_cache(maxsize=1)
def _document(base_url: str) -> str:
    from tram_ext.api.openapi import openapi_document

    return json.dumps(openapi_document(base_url), ensure_ascii=False)


@lru_cache(maxsize=4)
def _page(base_url: str, address: str) -> Page:
    from tram_ext.api.openapi import openapi_page

    return openapi_page(json.loads(_document(base_url)), address)
