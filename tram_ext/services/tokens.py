"""JSON web tokens as TRAM issues them: HS256, one hour of access, a day of refresh."""

from __future__ import annotations

import secrets
import time
from typing import Any, Final

import jwt

from tram_ext.domain.errors import NotAuthenticated, Unavailable
from tram_ext.domain.users import User
from tram_ext.services import private_files
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

_ALGORITHM: Final = "HS256"
_ACCESS: Final = "access"
_REFRESH: Final = "refresh"
_CLAIMS: Final = ("token_type", "exp", "iat", "jti", "user_id")
_CLOCK_TOLERANCE: Final = 60
"""Seconds; a token made right after its user's tokens were ended bears the coming second, one more for each time."""

_KEY_LENGTH: Final = 32
_LARGEST_ID: Final = 2**31 - 1


class Tokens:
    """Issues and checks tokens, signed with a key of this installation."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
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
            "refresh": self._encode(user, _REFRESH, self._settings.refresh_seconds),
            "access": self._encode(user, _ACCESS, self._settings.access_seconds),
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
        return {"access": self._encode(user, _ACCESS, self._settings.access_seconds)}

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
        now = int(time.time())
        claims = {
            "token_type": kind,
            "exp": now + seconds,
            "iat": max(now, user.tokens_valid_from),
            "jti": secrets.token_hex(16),
            "user_id": user.id,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def _decode(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a genuine token that has not expired."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], options={"require": list(_CLAIMS), "verify_iat": False}
            )
        except (jwt.InvalidTokenError, ValueError):
            return None
        if type(claims["user_id"]) is not int or type(claims["iat"]) is not int:
            return None
        if not 0 < claims["user_id"] <= _LARGEST_ID:
            return None
        return claims if claims["iat"] <= time.time() + _CLOCK_TOLERANCE else None

    def _user(self, claims: dict[str, Any]) -> User | None:
        """Return the user of a genuine token; None where the token was ended."""
        with self._store.read() as work:
            user = work.users.get(claims["user_id"])
        if user is None:
            raise NotAuthenticated("User not found", code="user_not_found")
        if not user.active:
            raise NotAuthenticated("User is inactive", code="user_inactive")
        return user if claims["iat"] >= user.tokens_valid_from else None


def _not_valid(why: str) -> NotAuthenticated:
    return NotAuthenticated(
        "Given token not valid for any token type",
        code="token_not_valid",
        messages=[{"token_class": "AccessToken", "token_type": "access", "message": why}],
    )
