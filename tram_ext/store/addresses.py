"""Database URLs: parsing, and display without passwords."""

from __future__ import annotations

import contextlib
import re
from typing import Final

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tram_ext.domain.errors import Invalid

_HIDDEN: Final = "***"
_SECRET: Final = re.compile("pass|secret", re.IGNORECASE)


def parsed(url: str | URL) -> URL:
    """Parse a database URL; nothing is opened.

    Raises
    ------
    Invalid
        It is no URL that SQLAlchemy knows, its driver is not installed, or it names an SQLite database that is no file.
    """
    try:
        found = make_url(url)
        with contextlib.suppress(NotImplementedError):  # a dialect that has no driver of its own to import
            found.get_dialect().import_dbapi()
    except (ArgumentError, ValueError) as error:  # a ValueError: a port that is no number
        # What SQLAlchemy says may quote the URL, and with it a password.
        raise Invalid(
            "This is not a database URL of SQLAlchemy, such as postgresql+psycopg://USER@HOST/DATABASE or "
            "sqlite:////home/me/tram.sqlite3."
        ) from error
    except ImportError as error:
        raise Invalid(f"The driver of this database is not installed: {error}. Install it with pip.") from error
    if found.get_backend_name() == "sqlite" and (
        not found.database or ":memory:" in found.database or "uri" in found.query
    ):
        raise Invalid(
            "SQLite needs the path of a file here, such as sqlite:////home/me/tram.sqlite3: several threads and "
            "processes work with it."
        )
    return found


def shown(url: str | URL) -> str:
    """Return a database URL with its passwords hidden, wherever they stand in it."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        return _HIDDEN
    secret = {name: "hidden" for name in found.query if _SECRET.search(name)}
    return found.update_query_dict(secret).render_as_string()
