"""The OpenAPI document, made of the table of operations, and the page that people read."""

from __future__ import annotations

from tram_ext.api.openapi.document import openapi_document
from tram_ext.api.openapi.page import Page, openapi_page

__all__ = ["Page", "openapi_document", "openapi_page"]
