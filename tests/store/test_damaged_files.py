"""Files in the place of a database that are none, or not the whole of one: never begun anew, never made worse."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from tram_ext.domain.errors import Unavailable
from tram_ext.store.database import Store
from tram_ext.store.engine import open_engine
from tram_ext.store.migrate import bring_up_to_date


@pytest.fixture
def whole(store, path):
    """Return the bytes of a database with something in it, which nobody has open."""
    with store.write() as work:
        work.settings.set("kept", value="x" * 9000)
    store.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return path.read_bytes()


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def refused(path, *words):
    """Hold a file to being refused, with its whole folder left as it is."""
    before = contents(path.parent)
    with pytest.raises(Unavailable) as error:
        Store.open(f"sqlite:///{path}").close()
    assert contents(path.parent) == before
    for word in (str(path), *words):
        assert word in error.value.message


def test_an_empty_file(path):
    path.touch()
    refused(path, "is empty", "jupyter tram restore", "delete it to begin anew")


def test_an_empty_file_with_a_log_that_has_everything(store, path, tmp_path):
    """SQLite would delete the log, in which all may stand that was ever written."""
    with store.write() as work:
        work.settings.set("kept", value=1)
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    shutil.copyfile(f"{path}-wal", f"{cut}-wal")
    cut.touch()
    refused(cut, "is empty", f"{cut}-wal")


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_log_without_its_database(path, suffix):
    log = path.with_name(path.name + suffix)
    log.write_bytes(b"what was written last")
    refused(path, "is not there", str(log))


@pytest.mark.parametrize("length", [1, 15, 16, 99, 100, 511, 512, 4095, 4096, 4097, 8192, 0.5, 0.9, -4096, -1])
def test_a_file_that_was_cut_off(whole, path, length):
    cut = int(len(whole) * length) if isinstance(length, float) else length
    path.write_bytes(whole[:cut])
    refused(path, "is not a tram-ext database, or is damaged", "jupyter tram restore")


@pytest.mark.parametrize(
    "content",
    [b"\0" * 40960, b"Dear diary, " * 1000, b"\0", b"SQLite format 3\0"],
    ids=["zeros", "prose", "nul", "magic"],
)
def test_a_file_that_is_something_else(path, content):
    path.write_bytes(content)
    refused(path, "is not a tram-ext database, or is damaged")


def test_a_new_database_is_never_seen_empty(path, url, start_python):
    """Processes that open it at once find none or a whole one; one that dies in between leaves nothing that is refused."""
    code = """
        import sys
        from tram_ext.store.database import Store
        Store.open(sys.argv[1]).close()
        print("done")
        """
    processes = [start_python(code, url) for _ in range(4)]
    while any(process.poll() is None for process in processes):
        assert not path.exists() or path.stat().st_size > 0
    assert [process.communicate(timeout=60)[0] for process in processes] == ["done\n"] * 4
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_database_whose_tables_were_never_made(path, url):
    """Where a process was killed between the two, the next one makes them."""
    open_engine(url).dispose()
    assert path.stat().st_size > 0
    engine = open_engine(url)
    bring_up_to_date(engine)
    engine.dispose()
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT count(*) FROM reports").fetchone() == (0,)
    plain.close()
