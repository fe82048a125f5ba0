"""The OpenAPI document: a table of operations, the document made of it, and the page that people read."""

from __future__ import annotations

from tram_ext.api.openapi.document import openapi_document
from tram_ext.api.openapi.page import Page, openapi_page
from tram_ext.api.openapi.table import OPERATIONS

__all__ = ["OPERATIONS", "Page", "openapi_document", "openapi_page"]
