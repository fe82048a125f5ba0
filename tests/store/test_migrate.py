"""Databases of every age: none, today's, an older, a newer, another program's."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests import corpus
from tram_ext.domain.attack import AttackKind, AttackObject
from tram_ext.domain.errors import Unavailable
from tram_ext.exports import tram_json
from tram_ext.store.database import Store
from tram_ext.store.engine import open_engine
from tram_ext.store.migrate import SCRIPTS, bring_up_to_date, known_revisions
from tram_ext.store.tables import metadata

NEXT = '''
"""A later migration that changes a table which others point at."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("reports", recreate="always") as reports:
        reports.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="blue"))
    {then}
'''


@pytest.fixture
def later_scripts(tmp_path):
    """Return the migrations of a version of the project to come."""
    return _later(tmp_path / "later", "pass")


def _later(folder, then):
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_colour.py").write_text(NEXT.format(head=known_revisions()[-1], then=then))
    return folder


def fill(store):
    """Put a report with sentences and mappings into `store`."""
    found = tram_json.parse(corpus.export_bytes())
    with store.write() as work:
        work.attack.put(
            AttackObject(key, AttackKind.TECHNIQUE, name, "test") for key, name in corpus.TECHNIQUES.items()
        )
        rows = {item.attack_id: item.id for item in work.attack.list()}
        return work.reports.add(found.report, rows, created_by=None)


def rows_of(path):
    tables = ("reports", "sentences", "mappings")
    connection = sqlite3.connect(path)
    try:
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    finally:
        connection.close()


def revision_of(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()
    finally:
        connection.close()


def test_from_nothing(store, path):
    assert revision_of(path) == [(known_revisions()[-1],)]
    assert not (path.parent / "backups").exists()


def test_from_a_file_without_tables(path, url):
    open_engine(url).dispose()
    Store.open(url).close()
    assert revision_of(path) == [(known_revisions()[-1],)]


def test_reopened_unchanged(store, path, url):
    with store.write() as work:
        work.settings.set("key", value={"a": 1})
    store.close()
    again = Store.open(url)
    with again.read() as work:
        assert work.settings.get("key") == {"a": 1}
    again.close()
    assert not (path.parent / "backups").exists()


def test_migrations_make_the_tables_of_today(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_are_those_of_today(store, tmp_path):
    """Alembic compares neither checks nor partial indexes nor autoincrement: compare SQLite's own words."""
    fresh = open_engine(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    metadata.create_all(fresh)
    fresh.dispose()

    def words(file):
        connection = sqlite3.connect(file)
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' ORDER BY name"
        ).fetchall()
        connection.close()
        # A column that was added later stands on the line of the one before it; a table that was renamed is quoted.
        plain = {name: re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql) for name, sql in found}
        parts = {name: re.split(r"\n|, (?=[a-z_]+ [A-Z])", sql) for name, sql in plain.items()}
        return {name: sorted(part.strip(" ,\t") for part in said) for name, said in parts.items()}

    assert words(store.engine.url.database) == words(tmp_path / "fresh.sqlite3")


def test_one_line_of_migrations():
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    assert ScriptDirectory.from_config(config).get_heads() == [known_revisions()[-1]]


def test_older_is_backed_up_and_migrated(store, path, url, later_scripts):
    fill(store)
    store.close()
    before = rows_of(path)
    engine = open_engine(url)
    bring_up_to_date(engine, later_scripts)
    engine.dispose()

    assert revision_of(path) == [("9999",)]
    assert rows_of(path) == before, "changing a table must not cascade to what points at it"
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT DISTINCT colour FROM reports").fetchall() == [("blue",)]
    connection.close()

    (backup,) = (path.parent / "backups").iterdir()
    assert backup.name.startswith(f"tram-{known_revisions()[-1]}-")
    assert revision_of(backup) == [(known_revisions()[-1],)]
    assert rows_of(backup) == before
    if os.name == "posix":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_foreign_keys_are_on_again_after_a_migration(store, url, later_scripts):
    store.close()
    engine = open_engine(url)
    bring_up_to_date(engine, later_scripts)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ("raise RuntimeError('half way')", RuntimeError),
        ("op.execute('DELETE FROM reports')", Unavailable),
    ],
)
def test_a_migration_that_fails_leaves_no_trace(store, path, tmp_path, then, error):
    fill(store)
    store.close()
    before = rows_of(path)
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(error):
        bring_up_to_date(engine, _later(tmp_path / "failing", then))
    engine.dispose()
    assert revision_of(path) == [(known_revisions()[-1],)]
    assert rows_of(path) == before
    Store.open(f"sqlite:///{path}").close()


def test_newer_is_refused_and_untouched(url, path, later_scripts):
    engine = open_engine(url)
    bring_up_to_date(engine, later_scripts)
    engine.dispose()
    with pytest.raises(Unavailable, match=r"newer version of tram-ext .*9999.*Upgrade"):
        Store.open(url)
    assert revision_of(path) == [("9999",)]
    assert not (path.parent / "backups").exists()


@pytest.mark.parametrize(
    "content", [b"This is a letter, not a database.\n" * 100, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_not_a_database(path, url, content):
    path.write_bytes(content)
    with pytest.raises(Unavailable, match="not a tram-ext database, or is damaged"):
        Store.open(url)
    assert path.read_bytes() == content


def test_tables_of_another_program_are_refused(path, url):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(Unavailable, match="tables of another program"):
        Store.open(url)


def test_a_password_in_the_url_is_not_repeated(path, url):
    with pytest.raises(Exception) as caught:
        Store.open("postgresql+psycopg://ann:s3cret@127.0.0.1:1/tram")
    assert "s3cret" not in str(caught.value)


def test_many_processes_open_a_fresh_database_at_once(url, path, start_python):
    code = """
        import sys, time
        from tram_ext.store.database import Store
        print("ready", flush=True)
        while time.time() < float(sys.argv[2]):
            pass
        store = Store.open(sys.argv[1])
        with store.read() as work:
            print(work.reports.count())
        """
    processes = [start_python(code, url, time.time() + 3) for _ in range(4)]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert said == ["ready\n0\n"] * 4
    assert revision_of(path) == [(known_revisions()[-1],)]


def test_a_damaged_database_is_not_migrated(store, path, later_scripts):
    fill(store)
    store.close()
    with sqlite3.connect(path) as plain:
        name = "ix_sentences_report_id_disposition"
        (root,) = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
    plain.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096 + 2048)
        file.write(b"\xa5" * 2048)
    before = path.read_bytes()
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="and was not migrated"):
        bring_up_to_date(engine, later_scripts)
    engine.dispose()
    assert path.read_bytes() == before
    assert not (path.parent / "backups").exists()
