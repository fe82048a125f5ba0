"""Polls background work until it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

R = TypeVar("R", bound=Mapping[str, Any])

Progress: TypeAlias = Callable[[float, str], None]
"""Is told the share that is done, from 0 to 1, and the stage in a word or two."""

_FIRST: Final = 0.05
_LONGEST: Final = 1.0
_UNDER_WAY: Final = ("Queued", "Running")


def follow(ask: Callable[[], R], state: str, progress: Progress | None, cancel: Callable[[], None]) -> R:
    """Poll until the work has ended, and return its last state; an interrupt cancels the work.

    Parameters
    ----------
    state : str
        The key of the answer that says how it stands.
    """
    pause = _FIRST
    try:
        while True:
            found = ask()
            if progress is not None:
                progress(float(found["progress"]), str(found["stage"] or found[state].lower()))
            if found[state] not in _UNDER_WAY:
                return found
            time.sleep(pause)
            pause = min(_LONGEST, 1.3 * pause)
    except KeyboardInterrupt:
        cancel()
        raise
