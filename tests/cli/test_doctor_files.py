"""What ``doctor`` says of files and rows that do not belong together, and of a database that is damaged."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Run, call
from tests.services.backups import add_document
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings


@pytest.fixture
def uploaded(folder: Path, tmp_path: Path) -> Path:
    """Return a folder with five uploads, as it is on the disk while somebody works with it."""
    with contextlib.closing(Services(Settings(data_dir=folder, db_url="", default_model="nb"))) as services:
        ann = services.users.at_the_command_line()
        for number in range(5):
            add_document(services, ann, f"note-{number}.txt", f"Beacons went out to server {number}. ".encode())
        return Path(shutil.copytree(folder, tmp_path / "copy"))


def said(answer: Answer) -> str:
    return " ".join(answer.out.split())


def test_uploads_that_no_row_owns(uploaded: Path) -> None:
    """The log of SQLite's in which the rows stood is lost: the database is sound, and knows nothing of the files."""
    whole = Path(shutil.copytree(uploaded, uploaded.with_name("whole")))
    assert call(whole, "doctor").code == 0
    logs = sorted(uploaded.glob("tram.sqlite3-*"))
    assert [log.name for log in logs] == ["tram.sqlite3-shm", "tram.sqlite3-wal"]
    for log in logs:
        log.unlink()
    files = sorted((uploaded / "documents").glob("*.bin"))
    assert len(files) == 5
    answer = call(uploaded, "doctor")
    assert answer.code == 1
    assert "Problem: 5 uploaded files belong to no document of this database: " in said(answer)
    for file in files:
        assert file.name in answer.out
    found = call(uploaded, "doctor", "--format", "json").json
    assert found["unowned"] == [str(file) for file in files]
    assert sorted((uploaded / "documents").glob("*.bin")) == files


def test_many_of_them_are_counted(uploaded: Path) -> None:
    for number in range(30):
        (uploaded / "documents" / f"{number:032x}.bin").write_text("Words.")
    answer = call(uploaded, "doctor")
    assert "30 uploaded files belong to no document" in said(answer)
    assert "and 10 more" in said(answer)
    assert len(call(uploaded, "doctor", "--format", "json").json["unowned"]) == 30


def test_rows_whose_file_is_gone_or_another(uploaded: Path) -> None:
    first, second, *_ = sorted((uploaded / "documents").glob("*.bin"), key=lambda path: path.read_text())
    first.unlink()
    second.write_text("Cut.")
    answer = call(uploaded, "doctor")
    assert answer.code == 1
    assert f"Problem: The file of document 1, 'note-0.txt' (documents/{first.name}) is gone" in said(answer)
    assert f"'note-1.txt' (documents/{second.name}) has 4 bytes, and had 30 when it was stored" in said(answer)


def test_purged_and_half_received_files_are_no_problem(uploaded: Path) -> None:
    with contextlib.closing(sqlite3.connect(uploaded / "tram.sqlite3")) as connection, connection:
        connection.execute("UPDATE documents SET purged_on = created_on")
    half = uploaded / "documents" / ".incoming-0123456789abcdef.1.2.3-4"
    half.touch(0o600)
    answer = call(uploaded, "doctor")
    assert answer.code == 0, answer.out
    assert "Note: 5 files of purged documents" in said(answer)


def test_a_damaged_database(run: Run, folder: Path) -> None:
    database = folder / "tram.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_mappings_attack_object_id'"
        (root,) = connection.execute(query).fetchone()
    with database.open("r+b") as file:
        file.seek((root - 1) * 4096 + 2048)
        file.write(os.urandom(2048))
    answer = run("doctor")
    assert answer.code == 1
    assert "Problem: The database is damaged: " in said(answer)
    assert "jupyter tram restore FILE" in said(answer)
    assert "Content" in answer.out, "what can be read is shown all the same"


def test_a_database_that_contradicts_itself(run: Run, folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "tram.sqlite3")) as connection, connection:
        connection.execute("UPDATE reports SET sentence_count = sentence_count + 1 WHERE id = 2")
    answer = run("doctor")
    assert answer.code == 1
    assert "Problem: The database contradicts itself: reports that count other sentences than they have: 1." in said(
        answer
    )
