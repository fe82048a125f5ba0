"""Preconditions of changes: the item exists, and has the version that the caller has seen."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from tram_ext.domain.errors import NotFound, PreconditionFailed
from tram_ext.domain.review import State
from tram_ext.store.database import UnitOfWork

T = TypeVar("T")


def existing(found: T | None, noun: str) -> T:
    """Return an item that was looked up, or raise NotFound.

    Parameters
    ----------
    noun : str
        What it is, in TRAM's words: ``Report``, ``DocumentProcessingJob``.

    Raises
    ------
    NotFound
        Nothing was.
    """
    if found is None:
        raise NotFound(f"No {noun} matches the given query.")
    return found


def state_to_change(work: UnitOfWork, kind: str, key: int, version: int, expected: Collection[int] | None) -> State:
    """Return the whole state of a row that is to be changed.

    Parameters
    ----------
    version : int
        The one it has, as :func:`require_version` takes it, like `expected`.

    Raises
    ------
    PreconditionFailed
        Somebody changed it since the caller has seen it.
    """
    require_version(version, expected)
    state = work.records.get(kind, key)
    assert state is not None
    return state


def require_version(current: int, expected: Collection[int] | None) -> None:
    """Check that an item has an expected version.

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
