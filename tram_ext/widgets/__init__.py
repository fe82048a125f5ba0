"""Interactive widgets for notebooks, each with a static summary where widgets cannot run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tram_ext.widgets.annotator import Annotator
    from tram_ext.widgets.jobs import JobQueue
    from tram_ext.widgets.matrix import TechniqueMatrix
    from tram_ext.widgets.models import ModelTable
    from tram_ext.widgets.status import StatusWidget
    from tram_ext.widgets.technique import TechniqueSentences
    from tram_ext.widgets.training import TrainingPanel
    from tram_ext.widgets.upload import ReportUpload

__all__ = [
    "Annotator",
    "JobQueue",
    "ModelTable",
    "ReportUpload",
    "StatusWidget",
    "TechniqueMatrix",
    "TechniqueSentences",
    "TrainingPanel",
]

_PLACES = {
    "Annotator": "annotator",
    "JobQueue": "jobs",
    "ModelTable": "models",
    "ReportUpload": "upload",
    "StatusWidget": "status",
    "TechniqueMatrix": "matrix",
    "TechniqueSentences": "technique",
    "TrainingPanel": "training",
}


def __getattr__(name: str) -> Any:
    # ipywidgets takes longer to import than all the rest of what a kernel needs of this package.
    if name in _PLACES:
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
