"""Copies of a SQLite database: taken while others work with it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database; without them it may not be the whole of it."""


def database_file(url: str) -> Path | None:
    """Return the file of a SQLite database, None for a database of another kind."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


class SteadyReader:
    """A connection that sees a database as it was when it was made, whatever others write."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            self._connection.close()
            raise

    def copy(self, target: Path) -> None:
        """Write what it sees into a new file that only its owner can read."""
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(target)) as writing:
            self._connection.backup(writing)

    def schema(self) -> str:
        """Return the revision of its tables."""
        return str(self._connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def is_in_use(path: Path) -> bool:
    """Whether a process has this database open; what is no database is not in use.

    SQLite keeps a lock on the side files of a write-ahead log as long as anybody has them open. Without such a log only
    a transaction shows.
    """
    if not path.is_file() or not path.stat().st_size:  # SQLite would delete the log of an empty one
        return False
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        except sqlite3.DatabaseError:
            return False
    return False


def make_single_file(path: Path) -> None:
    """Bring everything that SQLite may keep beside a database into its file."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
