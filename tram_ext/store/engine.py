"""Opening a database: SQLite in WAL mode with its pragmas, or whatever URL SQLAlchemy knows."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Container
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import URL, Connection, Engine, ExceptionContext, NullPool, create_engine, event
from sqlalchemy.exc import ArgumentError

from tram_ext.domain.errors import Invalid, Unavailable
from tram_ext.store import addresses
from tram_ext.store.database_file import make_ready, require_writable

_log = logging.getLogger(__name__)

BUSY_TIMEOUT: Final = 30.0
"""Seconds that a writer waits for another to finish."""

_WRITERS_LOCK: Final = 0x7472616D
"""The key of the lock that writers of one PostgreSQL database take: what checks and then writes relies on it."""

NETWORK_FILE_SYSTEMS: Final = frozenset(
    "9p afs afpfs ceph cifs davfs fuse.davfs2 fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs glusterfs gpfs lustre "
    "ncpfs nfs nfs4 smb smb2 smb3 smbfs webdav".split()
)


def open_engine(url: str | URL, network_file_systems: Container[str] = NETWORK_FILE_SYSTEMS) -> Engine:
    """Create the engine of a database; a missing SQLite file is created.

    Parameters
    ----------
    url : str or sqlalchemy.URL
        Any database URL of SQLAlchemy; SQLite and PostgreSQL are supported.
    network_file_systems : container of str
        Types of file systems on which SQLite's write-ahead log is unsafe.

    Raises
    ------
    Invalid
        `url` is not a database URL, or its driver is not installed.
    Unavailable
        The file's folder is missing, read-only, or not ours; or the file is not the whole of a database.
    """
    parsed = addresses.parsed(url)
    try:
        if parsed.get_backend_name() != "sqlite":
            return _taught_server(create_engine(parsed, pool_pre_ping=True))
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT}, pool_size=10, max_overflow=20)
    except ArgumentError as error:
        raise _no_url(error) from error
    except ImportError as error:
        raise _no_driver(error) from error
    path = Path(parsed.database or "")
    make_ready(path)
    journal = "DELETE" if _on_network(path, network_file_systems) else "WAL"
    _teach_sqlite(engine, journal)
    return engine


def engine_of_existing(url: str | URL) -> Engine | None:
    """Create an engine for reading an existing database; None where its file is missing or empty.

    Raises
    ------
    Invalid
        As :func:`open_engine`.
    Unavailable
        The file cannot be written to.
    """
    parsed = addresses.parsed(url)
    try:
        if parsed.get_backend_name() != "sqlite":
            return _taught_server(create_engine(parsed, poolclass=NullPool))
        path = Path(parsed.database or "").absolute()
        if not _holds_something(path):
            return None
        require_writable(path)
        # Not read-only: whoever reads a write-ahead log first has to mend it.
        address = f"{path.as_uri()}?mode=rw"
        return create_engine(
            parsed, poolclass=NullPool, creator=lambda: sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT)
        )
    except ArgumentError as error:
        raise _no_url(error) from error
    except ImportError as error:
        raise _no_driver(error) from error


def _holds_something(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError as error:
        raise Unavailable(f"The database {path} cannot be opened ({error.strerror}). Is it yours?") from error


def _no_url(error: ArgumentError) -> Invalid:
    return Invalid(f"This is not a database URL of SQLAlchemy: {error}")


def _no_driver(error: ImportError) -> Invalid:
    return Invalid(f"The driver of this database is not installed: {error}. Install it with pip.")


def file_system_of(path: Path) -> str:
    """Return the type of the file system that holds `path`, such as ``ext4`` or ``nfs``."""
    resolved = path.resolve()
    best, kind = -1, ""
    for partition in psutil.disk_partitions(all=True):
        mount = Path(partition.mountpoint)
        # Of two mounts at one place the later one is what is seen: an automounter's lies below what it mounted.
        if len(mount.parts) >= best and resolved.is_relative_to(mount):
            best, kind = len(mount.parts), partition.fstype.lower()
    return kind


def _on_network(path: Path, network_file_systems: Container[str]) -> bool:
    kind = file_system_of(path)
    if kind not in network_file_systems:
        return False
    _log.warning(
        "The database %s is on a network file system (%s), where SQLite's write-ahead log is unsafe: a rollback "
        "journal is used, and work is slower. Use it from one machine only, or choose a local folder with "
        "TRAM_DATA_DIR or a PostgreSQL server with TRAM_DB_URL.",
        path,
        kind,
    )
    return True


def _taught_server(engine: Engine) -> Engine:
    """Give PostgreSQL the semantics of SQLite: one writer at a time, and snapshot reads."""
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("tram_write", False):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
            else:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    return engine


def _set_journal(cursor: sqlite3.Cursor, journal: str) -> None:
    """Set the journal mode, with retries: SQLite ignores its timeout while a database is being created."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while cursor.execute("PRAGMA journal_mode").fetchone()[0].upper() != journal:
        try:
            cursor.execute(f"PRAGMA journal_mode = {journal}")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _teach_sqlite(engine: Engine, journal: str) -> None:
    @event.listens_for(engine, "handle_error")
    def refuse_huge_numbers(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, OverflowError):  # SQLite's numbers have 64 bits, Python's any length
            raise Invalid("A number is larger than any there is in the database.") from context.original_exception

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not begin transactions by itself: BEGIN IMMEDIATE is ours to say.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}")
        _set_journal(cursor, journal)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("tram_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
