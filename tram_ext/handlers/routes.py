"""The routes, made from the table of operations; every path works with and without a slash at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jupyter_server.base.handlers import Template404, TrailingSlashHandler
from tornado.routing import PathMatches, Rule
from tornado.web import Application

from tram_ext.api.operations.operation import Operation
from tram_ext.api.operations.table import OPERATIONS
from tram_ext.handlers.access.password import PasswordHandler
from tram_ext.handlers.access.tokens import RefreshHandler, TokenHandler
from tram_ext.handlers.base import TramHandler
from tram_ext.handlers.calls import CallHandler, handler_of
from tram_ext.handlers.documents.download import DownloadHandler
from tram_ext.handlers.documents.page import PageHandler
from tram_ext.handlers.documents.upload import UploadHandler
from tram_ext.handlers.host import WorkbenchHost
from tram_ext.handlers.nothing_here import NothingHereHandler, WrongBaseHandler
from tram_ext.handlers.openapi import DocsHandler, OpenApiHandler
from tram_ext.handlers.reports.report_mappings import ReportMappingHandler, ReportMappingListHandler

_OWN: Final[Mapping[str, type[TramHandler]]] = {
    "/api/token/": TokenHandler,
    "/api/token/refresh/": RefreshHandler,
    "/api/report-mappings/": ReportMappingListHandler,
    "/api/report-mappings/{id}/": ReportMappingHandler,
    "/api/download/{id}": DownloadHandler,
    "/api/tram/reports/{id}/page": PageHandler,
    "/api/tram/openapi.json": OpenApiHandler,
    "/api/tram/docs": DocsHandler,
}
"""Paths whose handlers are written by hand: they issue tokens, or answer with more than JSON."""

_BASES: Final[Mapping[str, type[CallHandler]]] = {
    "/api/upload/": UploadHandler,
    "/api/tram/map-file": UploadHandler,
    "/api/tram/attack/upgrade": UploadHandler,
    "/api/tram/password": PasswordHandler,
}
"""Paths whose calls bring a file, or wait in a queue of their own."""


def _made() -> Iterator[tuple[str, type[TramHandler]]]:
    by_path: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, []).append(operation)
    # A fixed part comes before a parameter in the same place: ``models/compare`` is no model.
    for path in sorted(by_path, key=lambda path: [part.startswith("{") for part in path.split("/")]):
        pattern = re.sub(r"{\w+}", "([^/]+)", path.replace(".", r"\.").removesuffix("/")) + "/?"
        yield pattern, _OWN.get(path) or handler_of(path, by_path[path], _BASES.get(path, CallHandler))


ROUTES: Final[tuple[tuple[str, type[TramHandler]], ...]] = (
    *_made(),
    (
        r"/api/(?:token|train-model|upload|jobs|download|attack|reports|report-mappings|sentences|mappings|tram)(?:/.*)?",
        NothingHereHandler,
    ),
)

_MISPLACED: Final = r"/(?:.*/)?api/(?:token|train-model|upload|report-mappings|tram)(?:/.*)?"


def routes(name: str, host: WorkbenchHost) -> list[tuple[str, type[TramHandler], dict[str, Any]]]:
    """Return the routes for a Jupyter server, which puts its ``base_url`` before them."""
    return [(pattern, handler, {"name": name, "host": host}) for pattern, handler in ROUTES]


def explain_wrong_bases(application: Application, name: str, host: WorkbenchHost) -> None:
    """Answer paths that nothing else answers, and that would be ours below another base URL.

    They come behind all other routes, other extensions' included, and before Jupyter redirects what ends in a slash or
    shows a page that there is nothing.
    """
    rules = application.wildcard_router.rules
    last = [place for place, rule in enumerate(rules) if rule.target in {TrailingSlashHandler, Template404}]
    rule = Rule(PathMatches(_MISPLACED), WrongBaseHandler, {"name": name, "host": host})
    rules.insert(min(last, default=len(rules)), rule)
