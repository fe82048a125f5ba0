"""Hashes and checks passwords with argon2id, a limited number at a time."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from tram_ext.domain.errors import Invalid
from tram_ext.services.access.throttle import HASHED_AT_ONCE

MINIMUM_LENGTH: Final = 8
MAXIMUM_LENGTH: Final = 1024
_LONGEST_TYPED: Final = 4 * MAXIMUM_LENGTH
"""Characters that may become a password of the greatest length, when they are composed."""


class Passwords:
    """Makes and checks hashes; blocks the calling thread, so call it from a worker thread.

    A password is hashed as RFC 8265 prepares it (OpaqueString): composed (NFC), and with every kind of space as a plain
    one, so that it is the same on every keyboard. Hashes made by 0.1.0 are of what was typed: that is tried, too, where
    it differs.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turns = threading.BoundedSemaphore(HASHED_AT_ONCE)

    def hash(self, password: str) -> str:
        """Return the hash of a new password.

        Raises
        ------
        Invalid
            The password is too short, or absurdly long.
        """
        prepared = _prepared(password) if len(password) <= _LONGEST_TYPED else password
        if len(prepared) < MINIMUM_LENGTH:
            raise Invalid.field("password", f"A password needs at least {MINIMUM_LENGTH} characters.")
        if len(prepared) > MAXIMUM_LENGTH:
            raise Invalid.field("password", f"A password has at most {MAXIMUM_LENGTH} characters.")
        with self._turns:
            return self._hasher.hash(prepared)

    def check(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; None takes the same time, and is never right."""
        decoy = self._decoy  # made before the first answer, whomever that is about
        forms = _forms(password)
        # What is too long to be a password is compared with one that nobody has: it takes as long, too.
        compared = stored if stored is not None and forms else decoy
        with self._turns:
            right = any(self._matches(compared, form) for form in forms or [""])
        return right and compared is not decoy

    def is_outdated(self, stored: str, password: str) -> bool:
        """Whether today's hash of `password`, which is the one behind `stored`, would be another kind of hash."""
        prepared = _prepared(password)
        if not MINIMUM_LENGTH <= len(prepared) <= MAXIMUM_LENGTH:
            return False  # what was long enough as it was typed, and could not be chosen today
        if self._hasher.check_needs_rehash(stored):
            return True
        if prepared == password:
            return False
        with self._turns:
            return not self._matches(stored, prepared)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_hex(16))

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def _prepared(password: str) -> str:
    """Return `password` as RFC 8265, section 4.2, prepares it."""
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def _forms(password: str) -> list[str]:
    """Return what may have been hashed when `password` was chosen."""
    if len(password) > _LONGEST_TYPED:
        return []
    forms = dict.fromkeys((_prepared(password), password))
    return [form for form in forms if len(form) <= MAXIMUM_LENGTH]
