"""Copies of a SQLite database that is in use."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tram_ext.domain.errors import Unavailable
from tram_ext.store.database_file import LOGS, require_whole

SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database; without them it may not be the whole of it."""


_ATTEMPTS: Final = 5
"""How often a database is copied until nobody writes to it meanwhile."""


class SteadyReader:
    """A connection that reads one snapshot of a database, whatever others write."""

    def __init__(self, path: Path | str) -> None:
        is_uri = isinstance(path, str)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, uri=is_uri)
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            self._connection.close()
            raise

    def copy(self, target: Path) -> None:
        """Write the snapshot to a new file that only its owner can read."""
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(target)) as writing:
            self._connection.backup(writing)

    def schema(self) -> str:
        """Return the migration revision of the snapshot."""
        return str(self._connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def snapshot(source: Path, target: Path) -> None:
    """Copy a database that cannot be written, with what its log holds, into a new file that only its owner can read.

    Raises
    ------
    Unavailable
        It is not the whole of a database, or is being changed all the time.
    OSError
        It cannot be read, or the copy not be written.
    """
    require_whole(source)
    if source.with_name(f"{source.name}-shm").exists():  # somebody works with it, or did until it was killed
        uri = f"file:{quote(str(source.resolve()))}?mode=ro"
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(SteadyReader(uri)) as reader:
            reader.copy(target)
            return
        target.unlink(missing_ok=True)
    for _ in range(_ATTEMPTS):
        before = _state(source)
        for suffix in ("", *LOGS):
            _copy_private(source, target, suffix)
        if _state(source) == before:
            make_single_file(target)
            return
    raise Unavailable(f"The database {source} is being changed, and cannot be copied. Try again in a moment.")


def _state(source: Path) -> list[tuple[int, int] | None]:
    """Return a value that changes with every write to a database file."""
    found = (source.with_name(f"{source.name}{suffix}") for suffix in ("", *LOGS))
    return [(path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None for path in found]


def _copy_private(source: Path, target: Path, suffix: str) -> None:
    place = target.with_name(f"{target.name}{suffix}")
    place.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError), source.with_name(f"{source.name}{suffix}").open("rb") as reading:
        descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as writing:
            shutil.copyfileobj(reading, writing)


def is_in_use(path: Path) -> bool:
    """Whether a process has this database open; False for a file that is not a database.

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
    """Merge the write-ahead log of a SQLite database into its main file."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
