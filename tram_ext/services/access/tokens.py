"""JSON web tokens as TRAM issues them: HS256, one hour of access, a day of refresh."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, Final

import jwt

from tram_ext.domain.errors import NotAuthenticated, Unavailable
from tram_ext.domain.users import User
from tram_ext.services.files import private_files
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

_ALGORITHM: Final = "HS256"
_ACCESS: Final = "access"
_REFRESH: Final = "refresh"
_CLAIMS: Final = ("token_type", "exp", "iat", "jti", "user_id", "stamp")
LEEWAY: Final = 30
"""Seconds that a token outlives its end: the clocks of several servers differ."""

_KEY_LENGTH: Final = 32
_LARGEST_ID: Final = 2**31 - 1


class Tokens:
    """Issues and checks tokens, signed with a key of this installation.

    A token says when it ends, and bears the stamp that its user has (``User.token_stamp``): a new password or role
    makes a new stamp, and withdraws the tokens with another one. So the clock decides when a token expires, but never
    whether it was withdrawn; and a token from what was the future before the clock was set back is as good as any.

    Tokens without a stamp, as 0.1.0 issued them, are refused: which of them were withdrawn, only its clock could tell.

    Parameters
    ----------
    clock : callable
        Seconds since the epoch; exchanged in tests.
    """

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        made = private_files.write_once(settings.key_file, secrets.token_hex(32).encode())
        self._key = made.decode("ascii", "replace")
        if len(self._key) < _KEY_LENGTH or not self._key.isascii():
            raise Unavailable(
                f"The signing key in {settings.key_file} is damaged, and tokens signed with it would prove nothing. "
                "Delete the file: a new key is made, and everybody logs in again."
            )

    def issue(self, user: User) -> dict[str, str]:
        """Return a pair of tokens, ``refresh`` and ``access``."""
        return {
            "refresh": self._encode(user, _REFRESH, self._settings.refresh_token_lifetime),
            "access": self._encode(user, _ACCESS, self._settings.access_token_lifetime),
        }

    def refresh(self, token: str) -> dict[str, str]:
        """Return a fresh access token for a refresh token.

        Raises
        ------
        NotAuthenticated
            The token is invalid, expired or of the wrong type, or its user is gone or inactive.
        """
        claims = self._decode(token)
        if claims is None:
            raise NotAuthenticated("Token is invalid or expired", code="token_not_valid")
        if claims["token_type"] != _REFRESH:
            raise NotAuthenticated("Token has wrong type", code="token_not_valid")
        user = self._user(claims)
        if user is None:
            raise NotAuthenticated("Token is invalid or expired", code="token_not_valid")
        return {"access": self._encode(user, _ACCESS, self._settings.access_token_lifetime)}

    def user_of(self, token: str) -> User:
        """Return whose access token this is.

        Raises
        ------
        NotAuthenticated
            The token is invalid, expired or of the wrong type, or its user is gone or inactive.
        """
        claims = self._decode(token)
        if claims is None:
            raise _not_valid("Token is invalid or expired")
        if claims["token_type"] != _ACCESS:
            raise _not_valid("Token has wrong type")
        user = self._user(claims)
        if user is None:
            raise _not_valid("Token is invalid or expired")
        return user

    def _encode(self, user: User, kind: str, seconds: int) -> str:
        now = int(self._clock())
        claims = {
            "token_type": kind,
            "exp": now + seconds,
            "iat": now,
            "jti": secrets.token_hex(16),
            "user_id": user.id,
            "stamp": user.token_stamp,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def _decode(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a genuine token that has not expired."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                options={"require": list(_CLAIMS), "verify_iat": False, "verify_exp": False},
            )
        except (jwt.InvalidTokenError, ValueError):
            return None
        if any(type(claims[name]) is not int for name in ("user_id", "iat", "exp")):
            return None
        if type(claims["stamp"]) is not str or not 0 < claims["user_id"] <= _LARGEST_ID:
            return None
        return claims if self._clock() < claims["exp"] + LEEWAY else None

    def _user(self, claims: dict[str, Any]) -> User | None:
        """Return the user of a genuine token; None where the token was withdrawn."""
        with self._store.read() as work:
            user = work.users.get(claims["user_id"])
        if user is None:
            raise NotAuthenticated("User not found", code="user_not_found")
        if not user.active:
            raise NotAuthenticated("User is inactive", code="user_inactive")
        return user if claims["stamp"] and claims["stamp"] == user.token_stamp else None


def _not_valid(why: str) -> NotAuthenticated:
    return NotAuthenticated(
        "Given token not valid for any token type",
        code="token_not_valid",
        messages=[{"token_class": "AccessToken", "token_type": "access", "message": why}],
    )
