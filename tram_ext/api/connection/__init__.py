"""The calls that Python makes to a workbench, each defined once for both transports."""

from __future__ import annotations

from tram_ext.api.connection.arguments import MappingChanges, ReportChanges, SentenceChanges, SentenceQuery, Step
from tram_ext.api.connection.caller import Answer, ExportFile, Page
from tram_ext.api.connection.connection import Connection

__all__ = [
    "Answer",
    "Connection",
    "ExportFile",
    "MappingChanges",
    "Page",
    "ReportChanges",
    "SentenceChanges",
    "SentenceQuery",
    "Step",
]
