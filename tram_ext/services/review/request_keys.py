"""Idempotency keys: a write that is sent again under the same key is recognised in the log, and not done again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from tram_ext.domain.errors import Conflict
from tram_ext.domain.users import User
from tram_ext.store.database import UnitOfWork

_HALF: Final = 16
"""Half of the characters of a batch's number: the first half tells who sent which key, the second what was asked."""


class RequestKey:
    """A key of one user, and what was asked under it.

    The number of an action's batch is made of both. It is written in the same transaction as the action: whether a
    request was done is known as surely as what it did, on whichever server it arrives again.

    Parameters
    ----------
    key : str or None
        None: the caller gave none, and every request is a new one.
    asked : sequence
        What the request asks for, in plain values.
    """

    def __init__(self, key: str | None, actor: User, asked: Sequence[object]) -> None:
        self._key = key
        self._actor = actor
        self._asked = repr(tuple(asked))

    def batch(self, place: int = 0) -> str:
        """Return the number for a batch; `place` counts those that one request makes."""
        if self._key is None:
            return secrets.token_hex(_HALF)
        return self._prefix(place) + _digest(self._asked)

    def was_done(self, work: UnitOfWork, place: int = 0) -> bool:
        """Whether the log has that batch.

        Raises
        ------
        Conflict
            Something else was asked under this key before.
        """
        if self._key is None:
            return False
        known = work.log.batches_from(self._prefix(place))
        if known and self.batch(place) not in known:
            raise Conflict("This Idempotency-Key was used for another request. Each needs a key of its own.")
        return bool(known)

    def _prefix(self, place: int) -> str:
        return _digest(f"{self._actor.id} {place} {self._key}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HALF]
