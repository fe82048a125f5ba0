"""The Jupyter-native workbench for mapping cyber threat reports to MITRE ATT&CK."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tram_ext._version import __version__ as __version__

if TYPE_CHECKING:
    from tram_ext import errors
    from tram_ext.workbenches.opening import connect, map_text, open_workbench, workbench
    from tram_ext.workbenches.workbench import Workbench

__all__ = ["Workbench", "__version__", "connect", "errors", "map_text", "open_workbench", "workbench"]

_OPENING = "tram_ext.workbenches.opening"
_PLACES = {
    "Workbench": "tram_ext.workbenches.workbench",
    "connect": _OPENING,
    "map_text": _OPENING,
    "open_workbench": _OPENING,
    "workbench": _OPENING,
}


def __getattr__(name: str) -> Any:
    # Imported when they are asked for: servers and kernels that import the package alone pay nothing.
    if name == "errors":
        return import_module("tram_ext.errors")
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Name the server extension; its import waits until a server asks."""
    from tram_ext.app import TramExtension

    return [{"module": "tram_ext", "app": TramExtension}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Name the lab extension, for development installs."""
    return [{"src": "labextension", "dest": "tram-ext"}]
