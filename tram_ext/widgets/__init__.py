"""Interactive views for notebooks; each shows words and tables where widgets cannot run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tram_ext.widgets.annotator import Annotator
    from tram_ext.widgets.matrix import TechniqueMatrix
    from tram_ext.widgets.status import StatusWidget

__all__ = ["Annotator", "StatusWidget", "TechniqueMatrix"]

_PLACES = {
    "Annotator": "annotator",
    "StatusWidget": "status",
    "TechniqueMatrix": "matrix",
}


def __getattr__(name: str) -> Any:
    # ipywidgets takes longer to import than all the rest of what a kernel needs of this package.
    if name in _PLACES:
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
