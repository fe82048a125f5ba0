"""The file of a SQLite database before SQLite opens it: created in one step, or refused where it is truncated.

SQLite takes a file without content, or with less than its header, for a new database, and deletes the log beside it in
which everything may stand that was ever written. So a file comes into being with its first page, and one without is
refused.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from tram_ext.domain.errors import Unavailable
from tram_ext.store import addresses

LOGS: Final = ("-wal", "-journal")
"""What SQLite writes beside a database that is not in its file yet, or not any more."""

_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = 100
_APPLICATION_ID: Final = 0x7472616D
"""What file managers may know our databases by; SQLite asks nobody."""

_INSTEAD: Final = "or put a backup in its place with 'jupyter tram restore FILE'"


def file_of(url: str | URL) -> Path | None:
    """Return the path of a SQLite database, or None for another kind of database.

    Raises
    ------
    Invalid
        `url` is none of a database.
    """
    parsed = addresses.parsed(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def make_ready(path: Path) -> None:
    """Create a missing database with mode 0600; SQLite gives its side files the same mode.

    Raises
    ------
    Unavailable
        It cannot be made or written to, or what is there is not the whole of a database.
    """
    try:
        if not path.exists():
            _refuse_lost(path)
            _make(path)
        require_writable(path)
        require_whole(path)
    except OSError as error:
        raise _not_writable(path, error) from error


def require_writable(path: Path) -> None:
    """Raise an error where the database cannot be written: SQLite would leave side files next to a read-only one.

    Raises
    ------
    Unavailable
        It cannot be opened for writing.
    """
    try:
        os.close(os.open(path, os.O_RDWR))
    except OSError as error:
        raise _not_writable(path, error) from error


def _not_writable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"The database {path} cannot be opened for writing ({error.strerror}). "
        "Check that its folder exists and is yours, or choose another with TRAM_DATA_DIR."
    )


def damaged(path: object) -> Unavailable:
    """Return the error for a file that is damaged or is not a database of the workbench."""
    return Unavailable(
        f"The file {path} is not a tram-ext database, or is damaged. Move it away to begin anew, {_INSTEAD}."
    )


def _logs_of(path: Path) -> list[Path]:
    beside = (path.with_name(f"{path.name}{suffix}") for suffix in LOGS)
    return [log for log in beside if log.is_file() and log.stat().st_size]


def _refuse_lost(path: Path) -> None:
    for log in _logs_of(path):
        raise Unavailable(
            f"The database {path} is not there, and {log} is, which holds what was written to it last. Bring the two "
            f"together again, {_INSTEAD}. To begin anew, move {log.name} away."
        )


def _make(path: Path) -> None:
    """Create an empty database atomically, unless another process comes first."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        _settle(draft, path)
    except sqlite3.Error as error:
        raise Unavailable(f"The database {path} cannot be made: {error}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _settle(draft: Path, path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # not every file system knows hard links: take the name, and write at once
            content = draft.read_bytes()
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)


def require_whole(path: Path) -> None:
    """Raise an error for a truncated file, which SQLite would take for an empty database.

    A shorter file than its header says is damaged, unless a log beside it has what is missing.

    Raises
    ------
    Unavailable
        It is empty, cut off, or something else.
    OSError
        It cannot be read.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER)
        size = os.fstat(file.fileno()).st_size
    if not size:
        beside = "".join(f" {log} holds what was written last: keep it with a copy." for log in _logs_of(path))
        raise Unavailable(
            f"The database {path} is empty: what was in it is gone, as after a full disk or an interrupted copy."
            f"{beside} Move it away or delete it to begin anew, {_INSTEAD}."
        )
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise damaged(path)
    page, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    counted = header[24:28] == header[92:96]  # else an old SQLite wrote it, which did not say how many there are
    if counted and size < pages * (1 << 16 if page == 1 else page) and not _logs_of(path):
        raise damaged(path)
