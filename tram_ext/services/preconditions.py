"""Whether the item that a caller wants to change is still the one that the caller has seen."""

from __future__ import annotations

from collections.abc import Collection

from tram_ext.domain.errors import PreconditionFailed


def require_version(current: int, expected: Collection[int] | None) -> None:
    """Let a change pass, or refuse it.

    Parameters
    ----------
    current : int
        The version there is.
    expected : collection of int or None
        The versions that the caller would change; None: whichever there is.

    Raises
    ------
    PreconditionFailed
        The current version is none of them.
    """
    if expected is not None and current not in expected:
        raise PreconditionFailed(
            f"Somebody changed this since you read it; it is at version {current} now. Read it again, and repeat.",
            version=current,
        )
