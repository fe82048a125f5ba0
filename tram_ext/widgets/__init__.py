"""Interactive views for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tram_ext.widgets.status import StatusWidget

__all__ = ["StatusWidget"]


def __getattr__(name: str) -> Any:
    # ipywidgets takes longer to import than all the rest of what a kernel needs of this package.
    if name == "StatusWidget":
        from tram_ext.widgets.status import StatusWidget

        return StatusWidget
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
