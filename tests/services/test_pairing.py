"""A folder and a database that belong together open; strangers are refused before anything is written."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import sys
import time
from dataclasses import replace

import pytest

from tests.services.backups import KILLED, add_document, content, fill
from tests.store.test_postgres import pg_url, server
from tram_ext.domain.errors import Conflict, Unavailable
from tram_ext.domain.review import LogFilter
from tram_ext.services.backups.restore import restore
from tram_ext.services.container import Services
from tram_ext.services.data_folder.adoption import adopt
from tram_ext.services.data_folder.marks import MARK, finish
from tram_ext.services.settings import Settings
from tram_ext.store import addresses

__all__ = ["pg_url", "server"]


@pytest.fixture
def settings(tmp_path):
    """Return settings of a new folder, with the database that is in it by default."""
    return Settings(data_dir=tmp_path / "data", db_url="", default_model="nb")


@pytest.fixture
def elsewhere(settings, tmp_path):
    """Return settings of the same folder, with a database outside it."""
    (tmp_path / "databases").mkdir()
    return replace(settings, db_url=f"sqlite:///{tmp_path / 'databases' / 'other.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def configured(request, settings, elsewhere):
    """Return settings of the same folder, with a database outside it, of either kind."""
    if request.param == "sqlite":
        return elsewhere
    return replace(settings, db_url=request.getfixturevalue("pg_url"))


def everything_in(folder):
    """Return all paths below a folder with their bytes, but for what SQLite keeps beside an open database."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-wal", "-shm"))
    }


def used(settings):
    """Open a workbench, give it a bit of everything that is old, close it, and return what its folder holds."""
    with contextlib.closing(Services(settings)) as services:
        fill(services, services.users.at_the_command_line())
    for path in settings.data_dir.rglob("*"):
        os.utime(path, (0, 0))
    return everything_in(settings.data_dir)


def refused(settings):
    """Return why a workbench cannot be opened."""
    with pytest.raises(Unavailable, match="do not belong together") as caught:
        Services(settings)
    assert "Nothing was changed" in caught.value.message
    assert "jupyter tram adopt" in caught.value.message
    assert str(settings.data_dir) in caught.value.message
    assert caught.value.code == "not_paired"
    return caught.value.message


def pair_of(settings):
    """Return the id of a pair, by its folder; it opens, and sweeps."""
    with contextlib.closing(Services(settings)) as services:
        services.documents.sweep()
        services.backups.sweep()
        with services.store.read() as work:
            known = work.settings.get("data_folder")["id"]
    assert json.loads((settings.data_dir / MARK).read_bytes())["id"] == known
    assert [path.name for path in settings.data_dir.glob("*workbench*")] == [MARK]
    return known


def test_a_forgotten_variable_changes_nothing(settings, configured):
    before = used(configured)
    message = refused(settings)
    assert f"sqlite:///{settings.data_dir / 'tram.sqlite3'}" in message
    assert addresses.shown(configured.db_url) in message, "the folder says whose it is"
    assert everything_in(settings.data_dir) == before
    pair_of(configured)
    assert content(settings.data_dir).items() <= before.items()
    assert len(content(settings.data_dir)) == 6


def test_a_second_folder_of_one_database(configured, tmp_path):
    before = used(configured)
    second = replace(configured, data_dir=tmp_path / "another" / "data")
    message = refused(second)
    assert str(configured.data_dir) in message, "the database says whose it is"
    assert not second.data_dir.parent.exists()
    used(replace(second, db_url=""))
    refused(second)
    assert everything_in(configured.data_dir) == before
    pair_of(configured)


def test_a_new_pair_and_a_copy_of_it(settings, tmp_path):
    used(settings)
    pair = pair_of(settings)
    assert pair_of(settings) == pair
    copy = replace(settings, data_dir=tmp_path / "copy")
    shutil.copytree(settings.data_dir, copy.data_dir)
    assert pair_of(copy) == pair
    moved = replace(settings, data_dir=tmp_path / "moved")
    settings.data_dir.rename(moved.data_dir)
    assert pair_of(moved) == pair
    assert str(moved.data_dir) in refused(replace(moved, data_dir=tmp_path / "third", db_url=moved.database_url))
    database = (moved.data_dir / "tram.sqlite3").rename(tmp_path / "moved.db")
    assert pair_of(replace(moved, db_url=f"sqlite:///{database}")) == pair
    assert f"sqlite:///{database}" in refused(moved)


class TestWithoutAnId:
    """Folders and databases of 0.1.0, which know nothing of each other."""

    @pytest.fixture
    def settings(self, folder_of_0_1_0):
        return Settings(data_dir=folder_of_0_1_0, db_url="", default_model="nb")

    def test_they_belong_together_where_the_database_names_the_files(self, settings, folder_of_0_1_0):
        before = content(folder_of_0_1_0)
        assert pair_of(settings) == pair_of(settings)
        assert content(folder_of_0_1_0) == before

    @pytest.mark.parametrize("kept", ["documents", "models"])
    def test_an_empty_database(self, settings, folder_of_0_1_0, tmp_path, kept):
        (other,) = {"documents", "models"} - {kept}
        shutil.rmtree(folder_of_0_1_0 / other)
        aside = (folder_of_0_1_0 / "tram.sqlite3").rename(tmp_path / "aside.sqlite3")
        before = everything_in(folder_of_0_1_0)
        for number in range(3):
            message = refused(settings)
            assert "uploaded files" in message if kept == "documents" else "3 models" in message
            assert "does not exist yet" in message
            assert everything_in(folder_of_0_1_0) == before | ({"tram.sqlite3": b""} if number else {})
            (folder_of_0_1_0 / "tram.sqlite3").touch()
        shutil.copy(aside, folder_of_0_1_0 / "tram.sqlite3")
        pair_of(settings)

    def test_a_database_with_other_files(self, settings, folder_of_0_1_0, tmp_path):
        other = replace(settings, data_dir=tmp_path / "other")
        used(other)
        stranger = replace(settings, db_url=f"sqlite:///{other.data_dir / 'tram.sqlite3'}")
        before = everything_in(folder_of_0_1_0)
        assert "belongs to the folder" in refused(stranger)
        with contextlib.closing(sqlite3.connect(other.data_dir / "tram.sqlite3")) as connection:
            connection.execute("DELETE FROM settings")
            connection.commit()
        assert "names none of them" in refused(stranger)
        assert everything_in(folder_of_0_1_0) == before

    def test_the_files_are_not_there(self, settings, folder_of_0_1_0, tmp_path):
        """A folder that is not mounted looks so."""
        for name in ("documents", "models"):
            (folder_of_0_1_0 / name).rename(tmp_path / name)
            (folder_of_0_1_0 / name).mkdir()
        before = everything_in(folder_of_0_1_0)
        assert "the database names 11 stored files, and the folder holds none" in refused(settings)
        assert everything_in(folder_of_0_1_0) == before, "nothing was migrated"
        for name in ("documents", "models"):
            (folder_of_0_1_0 / name).rmdir()
            (tmp_path / name).rename(folder_of_0_1_0 / name)
        pair_of(settings)

    def test_without_files_on_either_side(self, settings, folder_of_0_1_0):
        with contextlib.closing(sqlite3.connect(folder_of_0_1_0 / "tram.sqlite3")) as connection:
            connection.execute("UPDATE documents SET purged_on = created_on")
            connection.execute("DELETE FROM model_versions")
            connection.commit()
        for name in ("documents", "models"):
            shutil.rmtree(folder_of_0_1_0 / name)
        pair_of(settings)


def test_a_mark_that_is_damaged_or_lost(settings):
    used(settings)
    mark = settings.data_dir / MARK
    for damage in (b"", b"{", b"[]", b'{"id": "../../x", "database": "x"}', b"\xff" * 100_000):
        mark.write_bytes(damage)
        before = everything_in(settings.data_dir)
        with pytest.raises(Unavailable, match=r"workbench\.json is damaged.*jupyter tram adopt"):
            Services(settings)
        assert everything_in(settings.data_dir) == before
    mark.unlink()
    assert "the folder has no id" in refused(settings)
    adopt(settings)
    pair_of(settings)


KILL_AT = """
import os, signal, sys
from pathlib import Path
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

folder, event, end, number = sys.argv[1:]
seen = 0

def watch(name, arguments):
    global seen
    if name == event and any(str(item).endswith(end) for item in arguments):
        seen += 1
        if seen == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
Services(Settings(data_dir=Path(folder), db_url="", default_model="nb")).close()
print("done")
"""


@pytest.mark.parametrize("is_old", [False, True])
@pytest.mark.parametrize(
    ("event", "end", "number", "drafts"),
    [
        ("open", "/FOLDER", 1, 0),  # before there is a draft
        ("open", "/FOLDER", 2, 1),  # with the draft, before the database has the id
        ("os.rename", MARK, 1, 1),  # when the database has it
    ],
)
def test_killed_while_the_id_is_written(settings, folder_of_0_1_0, start_python, event, end, number, drafts, is_old):
    if is_old:
        settings = replace(settings, data_dir=folder_of_0_1_0)
    folder = settings.data_dir
    process = start_python(KILL_AT, folder, event, end.replace("FOLDER", folder.name), number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == KILLED, out
    assert not (folder / MARK).exists()
    found = [path.name for path in folder.glob("*workbench-*")]
    assert len(found) == drafts
    pair = pair_of(settings)
    assert [name for name in found if pair in name] == (found if end == MARK else [])


TOGETHER = """
import sys, time
from pathlib import Path
from tram_ext.domain.errors import Unavailable
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

folder, url, moment = sys.argv[1:]
print("ready", flush=True)
while time.time() < float(moment):
    pass
try:
    services = Services(Settings(data_dir=Path(folder), db_url=url, default_model="nb"))
except Unavailable as error:
    print(error.code)
else:
    with services.store.read() as work:
        print(work.settings.get("data_folder")["id"])
    services.close()
"""


def at_once(start_python, *places):
    moment = time.time() + 3
    processes = [start_python(TOGETHER, *place, moment) for place in places]
    said = [process.communicate(timeout=60)[0].split() for process in processes]
    assert all(len(words) == 2 and words[0] == "ready" for words in said), said
    return [words[1] for words in said]


def test_many_processes_open_a_new_pair_at_once(settings, start_python):
    found = at_once(start_python, *[(settings.data_dir, "")] * 4)
    assert set(found) == {pair_of(settings)}


def test_the_last_step_may_have_been_made_by_another_process(settings):
    Services(settings).close()
    before = (settings.data_dir / MARK).read_bytes()
    finish(settings.data_dir, pair_of(settings))
    assert (settings.data_dir / MARK).read_bytes() == before


def test_many_databases_want_one_new_folder(settings, start_python, tmp_path):
    urls = [f"sqlite:///{tmp_path / f'{number}.db'}" for number in range(4)]
    found = at_once(start_python, *[(settings.data_dir, url) for url in urls])
    winners = [url for url, said in zip(urls, found, strict=True) if said != "not_paired"]
    assert len(winners) == 1, found
    assert pair_of(replace(settings, db_url=winners[0])) in found


def test_one_new_database_is_wanted_by_many_folders(settings, start_python, tmp_path, pg_url):
    folders = [tmp_path / f"folder {number}" for number in range(4)]
    found = at_once(start_python, *[(folder, pg_url) for folder in folders])
    winners = [folder for folder, said in zip(folders, found, strict=True) if said != "not_paired"]
    assert len(winners) == 1, found
    assert pair_of(replace(settings, data_dir=winners[0], db_url=pg_url)) in found


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="to root and on Windows nothing is read-only")
def test_a_read_only_folder(settings, folder_of_0_1_0):
    folder_of_0_1_0.chmod(0o500)
    try:
        with pytest.raises(Unavailable, match="cannot be written to"):
            Services(replace(settings, data_dir=folder_of_0_1_0))
    finally:
        folder_of_0_1_0.chmod(0o700)


class TestAdoption:
    """Moves that are meant."""

    def test_a_database_takes_a_folder(self, settings, configured, tmp_path):
        before = used(configured)
        found = adopt(settings)
        assert not found.is_pair
        assert found.of_folder.place == addresses.shown(configured.db_url)
        assert (found.named, found.missing, found.strange) == (0, 0, 3)
        pair = pair_of(settings)
        assert content(settings.data_dir).items() <= before.items(), "no file is lost"
        refused(configured)
        back = adopt(configured)
        assert back.of_folder.id == pair
        assert (back.named, back.missing, back.strange) == (3, 0, 0)
        refused(settings)
        with contextlib.closing(Services(configured)) as services:
            entry = services.log.list(LogFilter(), services.users.at_the_command_line())[0][0]
            assert (entry.action, entry.after) == ("adopt data folder", {"folder": str(settings.data_dir)})
            document, path = services.documents.open(1, services.users.at_the_command_line())
            assert path.stat().st_size == document.size

    def test_a_folder_that_was_put_together_anew(self, configured, tmp_path):
        used(configured)
        second = replace(configured, data_dir=tmp_path / "second")
        second.data_dir.mkdir()
        shutil.copytree(configured.data_dir / "documents", second.data_dir / "documents")
        refused(second)
        found = adopt(second)
        assert (found.named, found.missing, found.strange) == (3, 1, 0)
        assert str(configured.data_dir) in str(found.of_database)
        pair_of(second)
        refused(configured)

    def test_not_while_somebody_works(self, settings, elsewhere, tmp_path):
        with contextlib.closing(Services(elsewhere)), pytest.raises(Conflict, match="Stop it, and repeat"):
            adopt(settings)
        with (
            contextlib.closing(Services(replace(settings, data_dir=tmp_path / "b"))) as services,
            pytest.raises(Conflict, match="Stop it, and repeat"),
        ):
            adopt(replace(settings, db_url=services.settings.database_url))
        pair_of(elsewhere)

    def test_killed_when_the_database_has_the_new_id(self, settings, elsewhere, start_python):
        used(elsewhere)
        old = pair_of(elsewhere)
        code = KILL_AT.replace("container import Services", "data_folder.adoption import adopt as Services")
        process = start_python(code, settings.data_dir, "os.rename", MARK, 1)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == KILLED, out
        assert pair_of(settings) != old
        refused(elsewhere)


class TestRestoring:
    """A backup brings a pair of its own."""

    @pytest.fixture
    def backup(self, settings, tmp_path):
        used(settings)
        with contextlib.closing(Services(settings)) as services:
            services.backups.back_up(tmp_path / "b.zip", services.users.at_the_command_line())
        return tmp_path / "b.zip"

    def test_into_its_own_place(self, settings, backup):
        old, before = pair_of(settings), content(settings.data_dir)
        (aside,) = restore(backup, settings).aside
        assert pair_of(settings) != old
        assert content(settings.data_dir) == before
        assert pair_of(replace(settings, data_dir=aside)) == old, "what was there is a pair still"

    def test_elsewhere(self, settings, backup, tmp_path):
        other = replace(settings, data_dir=tmp_path / "other")
        restore(backup, other)
        assert pair_of(other) != pair_of(settings)
        refused(replace(settings, db_url=other.database_url))

    @pytest.mark.parametrize("damage", ["lost", "damaged", "unmarked"])
    def test_over_what_is_damaged(self, settings, backup, damage):
        before = content(settings.data_dir)
        database = settings.data_dir / "tram.sqlite3"
        if damage == "unmarked":
            (settings.data_dir / MARK).write_bytes(b"")
        elif damage == "damaged":
            database.write_bytes(b"Dear diary, " * 100)
        else:
            database.unlink()
        restore(backup, settings)
        pair_of(settings)
        assert content(settings.data_dir) == before

    def test_never_over_half_of_another_pair(self, settings, backup, tmp_path):
        theirs = replace(
            settings, data_dir=tmp_path / "theirs", db_url=f"sqlite:///{tmp_path / 'theirs.db'}", default_model="nb"
        )
        before = used(theirs)
        for half in (replace(theirs, db_url=""), replace(theirs, data_dir=tmp_path / "new")):
            refused(half)
            with pytest.raises(Unavailable, match="do not belong together"):
                restore(backup, half)
        after = everything_in(theirs.data_dir)
        assert after == before
        pair_of(theirs)


class TestSweeping:
    """Only what this database gave up is ever deleted."""

    @pytest.fixture
    def services(self, settings):
        with contextlib.closing(Services(settings)) as opened:
            yield opened

    def test_a_file_that_no_row_names_stays(self, services):
        actor = services.users.at_the_command_line()
        kept = add_document(services, actor, "kept.txt", b"This is kept. " * 9)
        lost = add_document(services, actor, "lost.txt", b"The database loses this. " * 9)
        names = {path.name for path in services.settings.documents_dir.glob("*.bin")}
        with contextlib.closing(sqlite3.connect(services.settings.data_dir / "tram.sqlite3")) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("DELETE FROM documents WHERE id = ?", [lost])  # as a log that was lost would
            connection.commit()
        for name in names:
            os.utime(services.settings.documents_dir / name, (0, 0))
        services.documents.sweep()
        assert {path.name for path in services.settings.documents_dir.glob("*.bin")} == names
        assert services.documents.open(kept, actor)

    def test_what_was_given_up_goes(self, services):
        actor = services.users.at_the_command_line()
        add_document(services, actor, "kept.txt", b"This is kept. " * 9)
        key = add_document(services, actor, "gone.txt", b"This goes. " * 9)
        gone = services.documents.open(key, actor)[1]
        with services.store.write() as work:  # whoever deletes it is killed before the file is gone
            work.documents.delete(key)
        assert gone.exists()
        services.documents.sweep()
        assert not gone.exists()
        assert len(list(services.settings.documents_dir.glob("*"))) == 1
        with services.store.read() as work:
            assert work.stored_files.given_up() == []

    def test_what_cannot_be_deleted_is_tried_again(self, services, caplog):
        actor = services.users.at_the_command_line()
        key = add_document(services, actor, "gone.txt", b"This goes. " * 9)
        gone = services.documents.open(key, actor)[1]
        with services.store.write() as work:
            work.documents.delete(key)
        gone.unlink()
        gone.mkdir()  # what no system lets anybody unlink
        services.documents.sweep()
        assert "cannot be removed" in caplog.text
        gone.rmdir()
        gone.touch()
        services.documents.sweep()
        assert not gone.exists()

    def test_what_0_1_0_purged_is_given_up(self, folder_of_0_1_0):
        with contextlib.closing(sqlite3.connect(folder_of_0_1_0 / "tram.sqlite3")) as connection:
            (purged,) = connection.execute("SELECT stored_name FROM documents WHERE purged_on IS NOT NULL").fetchone()
        left, unknown = (folder_of_0_1_0 / "documents" / name for name in (purged, "ab" * 16 + ".bin"))
        for path in (left, unknown):
            path.touch(0o600)
            os.utime(path, (0, 0))
        pair_of(Settings(data_dir=folder_of_0_1_0, db_url="", default_model="nb"))
        assert not left.exists()
        assert unknown.exists()

    def test_what_others_began_stays(self, services, start_python):
        """Files and folders of killed processes that worked for another database, or for nobody knows whom."""
        process = start_python("from tram_ext.services.processes import owners\nprint(owners.this_process())")
        dead = process.communicate(timeout=60)[0].strip()
        folder = services.settings.data_dir
        with services.store.read() as work:
            pair = work.settings.get("data_folder")["id"]
        (folder / "documents").mkdir()
        others = [f"documents/.incoming-{'0' * 32}-{dead}-1", f"documents/.incoming-{dead}-1", f".backup-{dead}-1"]
        ours = [f"documents/.incoming-{pair}-{dead}-1", f".backup-{pair}-{dead}-1"]
        for name in others + ours:
            (folder / name).mkdir() if "backup" in name else (folder / name).touch()
        services.documents.sweep()
        services.backups.sweep()
        assert [name for name in others if not (folder / name).exists()] == []
        assert [name for name in ours if (folder / name).exists()] == []


def test_passwords_are_not_kept_and_not_shown():
    url = "postgresql+psycopg://ann:s3cret@db/tram?sslpassword=s3cret&host=%2Frun&passfile=s3cret"
    assert addresses.shown(url) == "postgresql+psycopg://ann:***@db/tram?host=%2Frun&passfile=hidden&sslpassword=hidden"
