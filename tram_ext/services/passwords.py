"""Passwords: argon2id hashes, made and checked with a cap on how many at once."""

from __future__ import annotations

import secrets
import threading
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from tram_ext.domain.errors import Invalid, Throttled

AT_ONCE: Final = 2
"""Hashes computed at the same time; each takes 64 MiB and some 50 ms."""

WAITING: Final = 64

MINIMUM_LENGTH: Final = 8
MAXIMUM_LENGTH: Final = 1024


class Passwords:
    """Makes and checks hashes; blocks the calling thread, so call it from a worker thread.

    Parameters
    ----------
    waiting : int
        Callers that may wait for their turn; more are told to come back.
    """

    def __init__(self, waiting: int = WAITING) -> None:
        self._hasher = PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._places = threading.BoundedSemaphore(waiting)

    def hash(self, password: str) -> str:
        """Return the hash of a new password.

        Raises
        ------
        Invalid
            The password is too short, or absurdly long.
        """
        if len(password) < MINIMUM_LENGTH:
            raise Invalid.field("password", f"A password needs at least {MINIMUM_LENGTH} characters.")
        if len(password) > MAXIMUM_LENGTH:
            raise Invalid.field("password", f"A password has at most {MAXIMUM_LENGTH} characters.")
        with self._turns:
            return self._hasher.hash(password)

    def check(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; None takes the same time, and is never right.

        Raises
        ------
        Throttled
            Too many callers wait already.
        """
        if not self._places.acquire(blocking=False):
            raise Throttled("Too many logins at once.", retry_after=1)
        try:
            with self._turns:
                return self._matches(stored or self._decoy, password[:MAXIMUM_LENGTH]) and stored is not None
        finally:
            self._places.release()

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_hex(16))

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
