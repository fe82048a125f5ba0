"""Backups: whole, private, and as things were at one moment, whatever others do meanwhile."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
import zipfile
from dataclasses import replace

import pytest

from tests.services.backups import KILL_AT, KILLED, fill, manifest_of
from tram_ext.domain.errors import Conflict, Forbidden, Invalid, Unavailable
from tram_ext.domain.review import LogFilter
from tram_ext.services.backups.backup import Backups
from tram_ext.services.backups.restore import restore


def test_everything_is_in_it(services, ann, report, tmp_path):
    fill(services, ann)
    stages = []
    done = services.backups.back_up(tmp_path / "b.zip", ann, tell=lambda share, stage: stages.append((share, stage)))
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
    assert names == {"manifest.json", *done.manifest.files}
    assert {"tram.sqlite3", "signing-key", "initial-admin-password"} < names
    assert (done.manifest.count("documents"), done.manifest.count("models")) == (2, 2)
    assert (done.manifest.missing, done.manifest.settings["default_model"]) == ((), "nb")
    assert "data_dir" not in done.manifest.settings
    assert stages[-1] == (1.0, "packing")
    assert services.log.list(LogFilter(), ann)[0][0].action == "back up"
    assert list(services.settings.data_dir.glob(".*")) == []


def test_nothing_is_overwritten_unasked(services, ann, tmp_path):
    target = tmp_path / "b.zip"
    target.write_text("mine")
    with pytest.raises(Conflict, match="is there already"):
        services.backups.back_up(target, ann)
    assert target.read_text() == "mine"
    services.backups.back_up(target, ann, overwrite=True)
    assert zipfile.is_zipfile(target)


def test_who_may_where_to_and_of_what(services, ann, ben, tmp_path):
    with pytest.raises(Forbidden):
        services.backups.back_up(tmp_path / "b.zip", ben)
    with pytest.raises(Unavailable, match="cannot be written"):
        services.backups.back_up(tmp_path / "no" / "b.zip", ann)
    server = replace(services.settings, db_url="postgresql+psycopg://tram:secret@localhost/tram")
    with pytest.raises(Invalid, match="pg_dump") as refused:
        Backups(services.store, server, "").back_up(tmp_path / "b.zip", ann)
    assert "secret" not in refused.value.message
    with pytest.raises(Invalid, match="pg_restore"):
        restore(tmp_path / "b.zip", server)
    assert list(tmp_path.glob("*.zip")) == []


def test_a_file_that_is_gone_is_named(services, ann, tmp_path):
    fill(services, ann)
    gone = next(services.settings.documents_dir.glob("*.bin"))
    gone.unlink()
    with pytest.raises(Unavailable, match="is gone"):
        services.backups.back_up(tmp_path / "b.zip", ann)
    done = services.backups.back_up(tmp_path / "b.zip", ann, damaged=True)
    assert done.manifest.missing == (f"documents/{gone.name}",)


DISTURBER = """
import sys
from pathlib import Path
from tests.services.backups import add_document
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

services = Services(Settings(data_dir=Path(sys.argv[1]), db_url="", default_model="nb"))
actor, turn = services.users.at_the_command_line(), 0
while not Path(sys.argv[2]).exists():
    turn += 1
    document = add_document(services, actor, f"{turn}.txt", f"Number {turn} came. ".encode() * 50)
    sentences = tuple(NewSentence(text=f"It is {n}.", order=n) for n in range(20))
    new = NewReport(name="It came", text="It is.", ml_model="nb", sentences=sentences)
    with services.store.write() as work:
        made = work.reports.add(new, {}, created_by=actor.id, document_id=document)
    services.reports.delete(made, actor)
    if turn == 1:
        print("begun", flush=True)
services.close()
print(turn)
"""


def test_database_and_files_are_of_one_moment(services, settings, ann, start_python, tmp_path):
    """Documents come and go in another process while backups are made: each holds what its database names."""
    fill(services, ann)
    other = start_python(DISTURBER, settings.data_dir, tmp_path / "stop")
    assert other.stdout.readline() == "begun\n"
    for number in range(6):
        services.backups.back_up(tmp_path / f"{number}.zip", ann)
    (tmp_path / "stop").touch()
    out, _ = other.communicate(timeout=60)
    assert other.returncode == 0, out
    assert int(out) > 6
    for number in range(6):
        check(tmp_path / f"{number}.zip", tmp_path / f"unpacked {number}")


def check(path, folder):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    with contextlib.closing(sqlite3.connect(folder / "tram.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        named = {row[0] for row in connection.execute("SELECT stored_name FROM documents")}
        counts = "SELECT sentence_count, (SELECT count(*) FROM sentences WHERE report_id = reports.id) FROM reports"
        assert all(said == counted for said, counted in connection.execute(counts))
    assert manifest["missing"] == []
    assert {item.name for item in (folder / "documents").iterdir()} == named


MOMENTS = [("os.link", 1), ("os.link", 3), ("sqlite3.connect", 2), ("packing", 50), ("packing", 100), ("os.rename", 1)]


@pytest.mark.parametrize(("event", "number"), MOMENTS)
def test_a_killed_backup_leaves_nothing_that_looks_like_one(
    services, settings, ann, start_python, tmp_path, event, number
):
    fill(services, ann)
    target = tmp_path / "b.zip"
    process = start_python(KILL_AT, "backup", settings.data_dir, target, event, number)
    out, _ = process.communicate(timeout=60)
    # The last step is a link where the system has links: nothing is renamed then, and the backup ends well.
    assert process.returncode == (0 if event == "os.rename" else KILLED), out
    assert target.exists() == (event == "os.rename")
    services.backups.back_up(tmp_path / "again.zip", ann)
    assert manifest_of(tmp_path / "again.zip").count("documents") == 2
    assert list(settings.data_dir.glob(".backup-*")) == []
