"""Exports of reviewed reports in the formats that analysts use, and import of TRAM's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from tram_ext.domain.errors import NotAcceptable
from tram_ext.exports.bundle import ExportBundle, Rendered, ReviewedReport

__all__ = ["ExportBundle", "Format", "Rendered", "ReviewedReport", "formats", "render"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of exports.

    Attributes
    ----------
    name : str
        What ``?format=`` call it.
    suffix : str
        What file names end with.
    title : str
        What people call it.
    several : bool
        Whether one file holds several reports.
    """

    name: str
    media_type: str
    suffix: str
    title: str
    several: bool
    module: str


class _Module(Protocol):
    def render_bundle(self, bundle: ExportBundle) -> bytes: ...


_FORMATS: Final = (
    Format("json", "application/json", ".json", "TRAM report export", several=True, module="tram_json"),
    Format(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
        "Word document",
        several=False,
        module="docx",
    ),
    Format(
        "navigator",
        "application/x-attack-navigator-layer+json",
        ".layer.json",
        "ATT&CK Navigator layer",
        several=True,
        module="navigator",
    ),
    Format("stix", "application/stix+json;version=2.1", ".stix.json", "STIX 2.1 bundle", several=True, module="stix"),
    Format("csv", "text/csv; charset=utf-8", ".csv", "Table (CSV)", several=True, module="csv"),
)


def formats() -> tuple[Format, ...]:
    """Return the formats, TRAM's own first."""
    return _FORMATS


def render(name: str, bundle: ExportBundle) -> Rendered:
    """Render reviewed reports as a file.

    Parameters
    ----------
    name : str
        A format's name: ``json``, ``docx``, ``navigator``, ``stix``, ``csv``.

    Raises
    ------
    NotAcceptable
        There is no such format, or it holds one report only and `bundle` has several or none.
    """
    chosen = next((item for item in _FORMATS if item.name == name), None)
    if chosen is None:
        raise NotAcceptable(f"There is no format {name!r}. There are: {_listed(_FORMATS)}.")
    if not chosen.several and len(bundle.reports) != 1:
        fitting = _listed([item for item in _FORMATS if item.several])
        raise NotAcceptable(f"A {chosen.title} holds one report; for several, take one of: {fitting}.")
    # Each format brings its own libraries; only the one asked for is loaded.
    module = cast("_Module", import_module(f"{__name__}.{chosen.module}"))
    return Rendered(module.render_bundle(bundle), chosen.media_type, chosen.suffix)


def _listed(items: Sequence[Format]) -> str:
    return ", ".join(item.name for item in items)
