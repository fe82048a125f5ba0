"""Reading documents in child processes, under limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tram_ext.domain.documents import ParsedDocument
from tram_ext.services.processes import ChildPool

if TYPE_CHECKING:
    from tram_ext.documents import Limits


class Reading:
    """Turns files into text and sentences; a file that misbehaves takes only its own child with it."""

    def __init__(self, children: ChildPool, limits: Limits) -> None:
        self._children = children
        self._limits = limits

    def read(
        self,
        path: Path,
        name: str,
        *,
        on_progress: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ParsedDocument:
        """Read the file at `path`, which its owner calls `name`.

        Raises
        ------
        TramError
            What is wrong with the file, in words.
        """
        return self._children.run(
            _read,
            path,
            name,
            self._limits,
            seconds=self._limits.seconds * 2,
            on_progress=on_progress,
            cancelled=cancelled,
        )


def _read(path: Path, name: str, limits: Limits, progress: Callable[[float, str], None]) -> ParsedDocument:
    """Run in the child."""
    from tram_ext.documents.child import parse_limited

    document: ParsedDocument = parse_limited(path, name, limits, progress)
    return document
