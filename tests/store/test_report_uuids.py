"""Reports of databases that knew no UUIDs: each gets the one under which it was exported so far."""

from __future__ import annotations

import sqlite3

import pytest

from tram_ext.domain.reports import NewReport
from tram_ext.store.database import Store
from tram_ext.store.engine import open_engine
from tram_ext.store.migrate import bring_up_to_date

EXPORTED = {
    ("Köpenick <1>", "2024-03-04 05:06:07.123456"): "2ff5233c-30f7-4485-bcd3-d6f844661344",
    ("Whole second", "2024-03-04 05:06:07.000000"): "eb085ebc-d546-4777-bb0e-e2bc34663479",
}
"""Reports by name and moment, with the UUIDs in the STIX ids that 0.1.0 gave them."""


@pytest.fixture
def older(url, path, older_scripts):
    """Return a database of 0.1.0 with six reports, three of which were exported under one id; a seventh was deleted."""
    engine = open_engine(url)
    bring_up_to_date(engine, older_scripts)
    engine.dispose()
    twin = ("Köpenick <1>", "2024-03-04 05:06:07.123456")
    made = [
        *EXPORTED,
        twin,
        ("Whole second", "2025-01-01 00:00:00.000000"),
        twin,
        ("Last", "2025-01-01 00:00:00.000000"),
    ]
    connection = sqlite3.connect(path)
    connection.executemany(
        "INSERT INTO reports (name, text, ml_model, created_on, updated_on) VALUES (?, 'It came.', 'nb', ?, ?)",
        [(name, moment, moment) for name, moment in [*made, twin]],
    )
    connection.execute("DELETE FROM reports WHERE id = 7")
    connection.commit()
    connection.close()
    return [name for name, _ in made]


def test_they_keep_what_they_were_exported_under(older, url):
    store = Store.open(url)
    with store.read() as work:
        found = work.reports.list()
    assert [report.name for report in found] == older
    assert [report.uuid for report in found[:2]] == list(EXPORTED.values())
    assert len({report.uuid for report in found}) == len(older), "of equal ones, the oldest keeps it"
    with store.write() as work:
        assert work.reports.add(NewReport("New", "It came.", "nb"), {}, created_by=None) == 8, "no number twice"
    store.close()
    again = Store.open(url)
    with again.read() as work:
        assert [report.uuid for report in work.reports.list()][: len(found)] == [report.uuid for report in found]
    again.close()
