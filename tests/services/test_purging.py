"""Purging: old files go, and only they; their reports, names and log stay."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.services.backups import add_document
from tram_ext.domain.errors import Forbidden, NotFound
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.domain.review import LogFilter
from tram_ext.store.tables import documents, jobs

DATA = b"Beacons went out to a server every minute. " * 9
NOW = datetime.now(UTC)
MONTH = timedelta(days=30)


@pytest.fixture
def add(services, ann):
    """Return a function that uploads a text so many days ago, and maps it unless it is to wait."""

    def added(name, days, *, waits=False):
        key = add_document(services, ann, name, DATA)
        new = NewReport(
            name=name, text=DATA.decode(), ml_model="nb", sentences=(NewSentence(text="Beacons.", order=0),)
        )
        done = {}
        if not waits:
            with services.store.write() as work:
                report = work.reports.add(new, {}, created_by=ann.id, document_id=key)
            done = {"status": "Done", "report_id": report}
        with services.store.engine.connect().execution_options(tram_write=True) as connection, connection.begin():
            then = {"created_on": NOW - timedelta(days=days)}
            connection.execute(update(documents).where(documents.c.id == key).values(then))
            connection.execute(update(jobs).where(jobs.c.document_id == key).values({**then, **done}))
        return key

    return added


def files(services):
    return {path.name for path in services.settings.documents_dir.iterdir()}


def test_old_files_go_and_nothing_else(services, ann, vic, add):
    old, young, waiting = add("old.txt", 31), add("young.txt", 29), add("waiting.txt", 99, waits=True)
    path = services.documents.open(old, vic)[1]
    (previewed,) = services.purging.preview(NOW - MONTH, ann)
    assert previewed.id == old
    assert path.is_file()
    (purged,) = services.purging.purge(NOW - MONTH, ann)
    assert (purged.id, purged.name) == (old, "old.txt")
    assert not path.exists()
    with pytest.raises(NotFound, match=rf"was purged on {NOW:%Y}") as refused:
        services.documents.open(old, vic)
    assert refused.value.code == "purged"
    for key in (young, waiting):
        assert services.documents.open(key, vic)[1].read_bytes() == DATA
    report = services.reports.list(vic)[0][0]
    assert (report.name, report.text, report.total_sentences) == ("old.txt", DATA.decode(), 1)
    entry = services.log.list(LogFilter(report_id=report.id), ann)[0][0]
    assert (entry.action, entry.user_name, entry.target_id, entry.before["name"]) == (
        "purge document",
        "ann",
        old,
        "old.txt",
    )
    assert services.purging.purge(NOW - MONTH, ann) == []


def test_the_same_file_again_is_there_again(services, ann, vic, add):
    key = add("old.txt", 31)
    services.purging.purge(NOW - MONTH, ann)
    assert files(services) == set()
    assert add_document(services, ann, "old.txt", DATA) == key
    document, path = services.documents.open(key, vic)
    assert path.read_bytes() == DATA
    assert document.purged_on is None
    assert services.purging.preview(NOW - MONTH, ann) == [], "it is as old as its last upload"
    assert services.reports.list(vic)[1] == 1, "its report is still there"


def test_what_a_killed_purge_left_behind_goes_later(services, ann, add):
    add("old.txt", 31)
    (name,) = files(services)
    with services.store.write() as work:
        work.documents.purge(NOW - MONTH)
    path = services.settings.documents_dir / name
    os.utime(path, (0, 0))
    services.documents.sweep()
    assert files(services) == set()


def test_a_backup_does_not_miss_what_was_purged(services, ann, add, tmp_path):
    add("old.txt", 31)
    services.purging.purge(NOW - MONTH, ann)
    assert services.backups.back_up(tmp_path / "b.zip", ann).manifest.missing == ()


def test_only_admins_purge(services, ann, ben, add):
    add("old.txt", 31)
    for work in (services.purging.preview, services.purging.purge):
        with pytest.raises(Forbidden):
            work(NOW, ben)
    assert len(files(services)) == 1
