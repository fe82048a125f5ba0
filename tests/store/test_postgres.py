"""The same store on PostgreSQL, where its programs are installed: a server of its own, thrown away after."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from tests import corpus
from tests.store.older import old_database
from tests.store.test_report_uuids import EXPORTED
from tram_ext.domain.attack import AttackKind, AttackObject
from tram_ext.domain.errors import Unavailable
from tram_ext.domain.jobs import JobStatus
from tram_ext.domain.users import Role
from tram_ext.exports import tram_json
from tram_ext.store.database import Store
from tram_ext.store.engine import open_engine
from tram_ext.store.migrate import bring_up_to_date
from tram_ext.store.tables import metadata

NOBODY = 65534


def _program(name):
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        pytest.skip(f"PostgreSQL is not installed here: there is no {name}")
    return found


@pytest.fixture(scope="module")
def server():
    """Return the URL of a PostgreSQL server that listens on a socket in a folder of its own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    initdb, control = _program("initdb"), _program("pg_ctl")
    user = NOBODY if os.geteuid() == 0 else None  # PostgreSQL does not run as root
    with tempfile.TemporaryDirectory(prefix="tram-pg-") as name:
        folder = Path(name)
        if user is not None:
            os.chown(folder, user, user)
        data = folder / "data"

        def run(*command):
            done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"PostgreSQL does not run here: {done.stdout}{done.stderr}")

        run(initdb, "-D", str(data), "-U", "tram", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run(control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://tram@/{{}}?host={folder}"
        finally:
            run(control, "-D", str(data), "-w", "-m", "immediate", "stop")


@pytest.fixture
def pg_url(server, request):
    """Return the URL of a fresh database."""
    import psycopg

    folder = server.split("host=")[1]
    name = "db_" + str(abs(hash(request.node.name)))
    with psycopg.connect(host=folder, user="tram", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.format(name)


@pytest.fixture
def pg_store(pg_url):
    with contextlib.closing(Store.open(pg_url)) as opened:
        yield opened


def test_migrations_make_the_tables_of_today(pg_store):
    with pg_store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_users_of_an_older_database_keep_what_they_have(pg_url):
    composed, decomposed = "Andr\u00e9", "Andre\u0301"
    old_database(pg_url, [decomposed, composed, "ann"])
    with contextlib.closing(Store.open(pg_url)) as store, store.read() as work:
        users = work.users.list()
        assert [user.name for user in users] == [f"{composed} (2)", composed, "ann"]
        assert work.users.password_hash(users[0].id) == f"hash of {decomposed}"
        assert len({user.token_stamp for user in users} - {""}) == 3


def test_tables_of_another_program_are_refused(pg_url):
    import psycopg

    with psycopg.connect(pg_url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(Unavailable, match="tables of another program"):
        Store.open(pg_url)


def test_no_server(tmp_path):
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with pytest.raises(Unavailable, match="cannot be used"):
        Store.open(f"postgresql+psycopg://ann:s3cret@/tram?host={tmp_path}")


def test_a_report_and_its_counts(pg_store):
    found = tram_json.parse(corpus.export_bytes())
    with pg_store.write() as work:
        work.attack.put(
            AttackObject(key, AttackKind.TECHNIQUE, name, "test") for key, name in corpus.TECHNIQUES.items()
        )
        rows = {item.attack_id: item.id for item in work.attack.list()}
        key = work.reports.add(found.report, rows, created_by=None)
    with pg_store.read() as work:
        report = work.reports.get(key)
        accepted = work.training_data.accepted()
    assert (report.accepted_sentences, report.reviewing_sentences, report.total_sentences) == (36, 2, 38)
    assert [sentence.text for sentence in accepted] == [text for texts in corpus.SENTENCES.values() for text in texts]


def test_tries_at_a_job_are_counted_and_told(pg_store):
    with pg_store.write() as work:
        document = work.documents.add(
            name="a.txt", sha256="0" * 64, size=9, content_type="text/plain", stored_name="0.bin", created_by=None
        )
        number = work.jobs.add(document, name="a.txt", model=None, created_by=None)
    for take_back, status, attempts, said in (
        (lambda jobs: jobs.give_back(number, "one"), JobStatus.QUEUED, 0, ""),
        (lambda jobs: jobs.put_back(number, "one", "It died."), JobStatus.QUEUED, 1, "It died."),
        (lambda jobs: jobs.release("one"), JobStatus.QUEUED, 2, "Try 2 ended early: the server that did it ended."),
    ):
        with pg_store.write() as work:
            assert work.jobs.claim("one", 60.0, largest=9).id == number
            assert work.jobs.waiting(largest=9) is None
        with pg_store.write() as work:
            take_back(work.jobs)
            job = work.jobs.get(number)
            assert (job.status, job.attempts, job.message) == (status, attempts, said)
            assert work.jobs.waiting(passed_over=[number]) is None
    with pg_store.write() as work:
        work.jobs.claim("one", -1.0)
        assert work.jobs.waiting().has_lapsed
        assert work.jobs.claim("two", 60.0).message.startswith("Try 3 ended early: nothing was heard")
        assert not work.jobs.renew(number, "one", 60.0, progress=0.5, stage="reading", message="")


def test_no_update_is_lost(pg_store):
    with pg_store.write() as work:
        work.settings.set("count", value=0)

    def count(_):
        with pg_store.write() as work:
            work.settings.set("count", value=work.settings.get("count") + 1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(80)))
    with pg_store.read() as work:
        assert work.settings.get("count") == 80


def test_the_same_name_twice_at_once_is_added_once(pg_store):
    def add(_):
        with pg_store.write() as work:
            return (work.users.find("ann") or work.users.add("ann", Role.VIEWER, None)).id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(add, range(8)))) == 1


def test_a_reader_sees_one_state_throughout(pg_store):
    with pg_store.read() as work:
        assert work.settings.get("key") is None
        with pg_store.write() as writing:
            writing.settings.set("key", value="new")
        assert work.settings.get("key") is None


def test_opened_by_many_at_once(pg_url):
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(Store.open, [pg_url] * 4))
    for store in stores:
        with store.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
        store.close()


def test_reports_of_0_1_0_keep_what_they_were_exported_under(pg_url, older_scripts):
    engine = open_engine(pg_url)
    bring_up_to_date(engine, older_scripts)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO reports (name, text, ml_model, created_on, updated_on) VALUES (:name, '', 'nb', :at, :at)"
            ),
            [{"name": name, "at": moment} for name, moment in [*EXPORTED, *EXPORTED]],
        )
    engine.dispose()
    with contextlib.closing(Store.open(pg_url)) as store, store.read() as work:
        found = [report.uuid for report in work.reports.list()]
    assert found[: len(EXPORTED)] == list(EXPORTED.values())
    assert len(set(found)) == 2 * len(EXPORTED)
