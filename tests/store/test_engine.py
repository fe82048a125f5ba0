"""SQLite as it is opened: modes, pragmas, places where it does not belong."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from tram_ext.domain.errors import Conflict, Invalid, Unavailable
from tram_ext.domain.tasks import TaskKind
from tram_ext.store.database import Store
from tram_ext.store.engine import BUSY_TIMEOUT, file_system_of, open_engine

NOBODY = 65534


def pragma(engine, name):
    with engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_pragmas(store):
    assert pragma(store.engine, "journal_mode") == "wal"
    assert pragma(store.engine, "foreign_keys") == 1
    assert pragma(store.engine, "busy_timeout") == BUSY_TIMEOUT * 1000
    assert pragma(store.engine, "synchronous") == 2


def test_pragmas_hold_on_every_connection(store):
    with store.engine.connect() as one, store.engine.connect() as other:
        found = [connection.execute(text("PRAGMA foreign_keys")).scalar() for connection in (one, other)]
    assert found == [1, 1]


def test_a_dangling_row_is_a_conflict(store):
    with pytest.raises(Conflict, match="Somebody else changed this"), store.write() as work:
        work.tasks.add(TaskKind.TRAINING, "nb", {}, created_by=4711, owner="nobody", lease=1)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_only_the_owner_reads_database_and_side_files(store, path):
    with store.write() as work:
        work.settings.set("key", value=1)
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert files == {"tram.sqlite3": 0o600, "tram.sqlite3-wal": 0o600, "tram.sqlite3-shm": 0o600}


@pytest.mark.parametrize("url", ["nonsense", "", "sqlite://", "nosuch+thing://host/db"])
def test_bad_urls(url):
    with pytest.raises(Invalid):
        open_engine(url)


def test_memory_is_refused():
    with pytest.raises(Invalid, match="needs the path of a file"):
        open_engine("sqlite:///:memory:")
    assert not Path(":memory:").exists()


def test_missing_folder(tmp_path):
    with pytest.raises(Unavailable, match="folder exists"):
        Store.open(f"sqlite:///{tmp_path / 'no' / 'tram.sqlite3'}")


def test_a_folder_in_the_place_of_the_file(path, url):
    path.mkdir()
    with pytest.raises(Unavailable, match="cannot be opened for writing"):
        Store.open(url)


WITHOUT_RIGHTS = """
    import os, sys
    import sqlalchemy.dialects.sqlite.pysqlite
    from tram_ext.domain.errors import TramError
    from tram_ext.store.database import Store
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        Store.open(f"sqlite:///{sys.argv[1]}/tram.sqlite3")
    except TramError as error:
        print(type(error).__name__, error.message)
    """


@pytest.fixture
def folder_of_somebody_else():
    """Return a folder which root's children without root's rights can reach."""
    with tempfile.TemporaryDirectory(prefix="tram-test-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        folder.chmod(0o700)
        yield folder
        folder.chmod(0o700)


@pytest.mark.skipif(os.name != "posix", reason="accounts and modes are POSIX's")
def test_read_only_file(folder_of_somebody_else, start_python):
    file = folder_of_somebody_else / "tram.sqlite3"
    Store.open(f"sqlite:///{file}").close()
    file.chmod(0o400)
    if os.geteuid() == 0:
        os.chown(file, NOBODY, NOBODY)
    said, _ = start_python(WITHOUT_RIGHTS, folder_of_somebody_else).communicate(timeout=30)
    assert said.startswith("Unavailable")
    assert "cannot be opened for writing (Permission denied)" in said


@pytest.mark.skipif(os.name != "posix", reason="accounts and modes are POSIX's")
def test_read_only_folder(folder_of_somebody_else, start_python):
    folder_of_somebody_else.chmod(0o500)
    said, _ = start_python(WITHOUT_RIGHTS, folder_of_somebody_else).communicate(timeout=30)
    assert said.startswith("Unavailable")
    assert "TRAM_DATA_DIR" in said


def test_file_system_of(tmp_path):
    assert file_system_of(tmp_path) == file_system_of(tmp_path / "not" / "there")
    if sys.platform == "linux":
        assert file_system_of(Path("/proc/self")) == "proc"


def test_network_file_system_gets_a_rollback_journal(path, url, caplog):
    with caplog.at_level(logging.WARNING):
        engine = open_engine(url, network_file_systems={file_system_of(path.parent)})
    assert pragma(engine, "journal_mode") == "delete"
    assert "network file system" in caplog.text
    assert "TRAM_DB_URL" in caplog.text
    engine.dispose()


def test_network_file_system_takes_a_database_out_of_wal(store, path, url):
    with store.write() as work:
        work.settings.set("kept", value=[1, 2])
    store.close()
    engine = open_engine(url, network_file_systems={file_system_of(path.parent)})
    assert pragma(engine, "journal_mode") == "delete"
    engine.dispose()
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT value FROM settings WHERE key = 'kept'").fetchone() == ("[1, 2]",)
    plain.close()


def test_local_file_system_is_not_spoken_of(store, caplog):
    assert "network" not in caplog.text
