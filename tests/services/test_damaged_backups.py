"""A backup of what is damaged: refused before anything is written, and the earlier backup is there as before."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3

import pytest

from tests import corpus
from tests.services.backups import add_document, content, fill, manifest_of
from tram_ext.domain.edits import ReportEdit
from tram_ext.domain.errors import Unavailable
from tram_ext.services.backups.restore import restore
from tram_ext.services.container import Services

REFUSED = "Nothing was written, and an earlier backup is as it was"


@pytest.fixture
def earlier(settings, tmp_path):
    """Return an earlier backup of a workbench with a bit of everything; nobody has that open any more."""
    with contextlib.closing(Services(settings)) as services:
        ann = services.users.at_the_command_line()
        fill(services, ann)
        report = services.imports.import_report(corpus.export_bytes(), ann).report
        services.reports.change(report.id, ReportEdit(name="Another name"), ann)
        services.imports.import_report(corpus.export_bytes("Another report"), ann)
        services.backups.back_up(tmp_path / "b.zip", ann)
    return tmp_path / "b.zip"


def ask(settings, target, **options):
    """Back up over what is there."""
    with contextlib.closing(Services(settings)) as services:
        return services.backups.back_up(target, services.users.at_the_command_line(), overwrite=True, **options)


def refused(settings, earlier, *words, **options):
    """Hold a backup to being refused, and to leaving no trace."""
    before = earlier.read_bytes()
    with pytest.raises(Unavailable) as error:
        ask(settings, earlier, **options)
    assert earlier.read_bytes() == before
    assert {path.name for path in earlier.parent.iterdir()} == {"b.zip", "data"}
    assert list(settings.data_dir.glob(".*")) == []
    for word in (REFUSED, *words):
        assert word in error.value.message


def change(settings, *statements):
    """Change a database behind everybody's back."""
    with contextlib.closing(sqlite3.connect(settings.data_dir / "tram.sqlite3")) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


@pytest.mark.parametrize("name", ["ix_sentences_report_id_disposition", "reports", "review_actions"])
def test_a_page_that_is_not_what_it_was(settings, earlier, name):
    database = settings.data_dir / "tram.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as file:
        file.seek((root - 1) * size + size // 2)
        file.write(b"\xa5" * (size // 2))
    refused(settings, earlier, "the database is damaged", "jupyter tram restore FILE")
    refused(settings, earlier, "the database is damaged", damaged=True)


def test_rows_that_point_at_nothing(settings, earlier):
    change(settings, "UPDATE jobs SET document_id = 4711")
    refused(settings, earlier, "rows of jobs point at nothing in documents")
    refused(settings, earlier, "rows of jobs point at nothing in documents", damaged=True)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM sentences WHERE id = (SELECT max(id) FROM sentences)", "reports that count other sentences"),
        ("UPDATE mappings SET report_id = 2", "mappings on sentences of another report than theirs: "),
        ("DELETE FROM review_actions", "actions that can be undone and are not in the log: "),
        ("DROP TABLE label_checks", "the table label_checks is missing"),
        ("ALTER TABLE jobs DROP COLUMN stage", "the column stage of jobs is missing"),
    ],
)
def test_what_contradicts_itself(settings, earlier, statement, words):
    change(settings, statement)
    refused(settings, earlier, words, "--damaged")
    done = ask(settings, earlier, damaged=True)
    assert words in done.manifest.faults[0]
    assert manifest_of(earlier) == done.manifest


def test_files_that_are_gone_or_are_not_what_was_stored(settings, earlier):
    first, second = sorted((settings.data_dir / "documents").glob("*.bin"), key=lambda path: path.read_bytes())
    model = settings.data_dir / "models" / "nb-0123.skops"
    kept = {path: path.read_bytes() for path in (first, second, model)}
    first.unlink()
    refused(settings, earlier, f"document 1, 'note-0.txt' (documents/{first.name}) is gone", "--damaged")
    first.write_bytes(kept[first][:-1])
    refused(
        settings, earlier, f"(documents/{first.name}) has {len(kept[first]) - 1} bytes, and had {len(kept[first])} when"
    )
    first.write_bytes(kept[first])
    second.write_bytes(kept[second].swapcase())
    refused(settings, earlier, f"document 2, 'note-1.txt' (documents/{second.name}) is not the one that was stored")
    second.write_bytes(kept[second])
    model.write_bytes(b"A MODEL")
    refused(settings, earlier, "version 1 of model 'nb' (models/nb-0123.skops) is not the one that was stored")
    model.with_suffix(".json").unlink()
    refused(settings, earlier, "the card of version 1 of model 'nb' (models/nb-0123.json) is gone")
    done = ask(settings, earlier, damaged=True)
    assert done.manifest.missing == ("models/nb-0123.json",)
    assert len(done.manifest.faults) == 2
    restore(earlier, settings)
    assert content(settings.data_dir)["models/nb-0123.skops"] == b"A MODEL"


def test_many_faults_are_counted(settings, earlier):
    shutil.rmtree(settings.data_dir / "models")
    for path in (settings.data_dir / "documents").iterdir():
        path.unlink()
    with contextlib.closing(Services(settings)) as services:
        ann = services.users.at_the_command_line()
        names = [f"more-{number}.txt" for number in range(4)]
        for name in names:
            key = add_document(services, ann, name, f"Of {name}. ".encode() * 9)
            services.documents.open(key, ann)[1].unlink()
    refused(settings, earlier, "; and 3 more. ")


def test_uploads_that_no_row_owns_are_left_out_and_named(settings, earlier):
    """As after a log of SQLite's that was lost: the database is sound, and older than the files."""
    lost = settings.data_dir / "documents" / f"{'ab' * 16}.bin"
    lost.write_bytes(b"Words.")
    done = ask(settings, earlier)
    assert done.left_out == (lost,)
    assert not any(lost.name in name for name in done.manifest.files)
