"""The number of SQL statements does not grow with the number of rows."""

from __future__ import annotations

import contextlib

import pytest
from sqlalchemy import event

from tests import corpus
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.review import SentenceFilter


@contextlib.contextmanager
def counted(services):
    """Count the statements that go to the database; one for many rows is one."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(services.store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(services.store.engine, "before_cursor_execute", note)


@pytest.fixture
def reports(services, ann):
    """Return a small report and one of twenty times its size."""
    pairs = [
        corpus.sentence(s["text"], *("T1486", "T1003.001"), order=n, disposition=None)
        for n, s in enumerate(corpus.export()["sentences"] * 20)
    ]
    small = services.imports.import_report(corpus.export_bytes("Small", sentences=pairs[:20]), ann).report
    large = services.imports.import_report(corpus.export_bytes("Large", sentences=pairs), ann).report
    return small, large


CALLS = {
    "sentences": lambda s, r, a: s.sentences.list(SentenceFilter(report_id=r.id), a),
    "a page": lambda s, r, a: s.sentences.list(SentenceFilter(report_id=r.id), a, limit=r.total_sentences - 1),
    "filtered": lambda s, r, a: s.sentences.list(SentenceFilter(report_id=r.id, technique="T1486", least=1), a),
    "export": lambda s, r, a: s.exports.report(r.id, "json", a),
    "accept above": lambda s, r, a: s.bulk.accept_above(r.id, 50, a),
    "undo": lambda s, r, a: (s.bulk.accept_above(r.id, 50, a), s.undo.undo(r.id, a)),
    "decide": lambda s, r, a: s.bulk.decide(r.id, [x.id for x in s.sentences.list(SentenceFilter(report_id=r.id), a)[0]], Disposition.REJECT, a),
    "delete": lambda s, r, a: s.reports.delete(r.id, a),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_as_many_for_a_large_report_as_for_a_small_one(services, ann, reports, name):
    numbers = []
    for report in reports:
        with counted(services) as seen:
            CALLS[name](services, report, ann)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] < 40


@pytest.mark.parametrize("name", ["reports", "mappings", "report-mappings", "log"])
def test_lists_of_everything(services, ann, reports, name):
    from tram_ext.domain.review import LogFilter

    calls = {
        "reports": lambda: services.reports.list(ann),
        "mappings": lambda: services.mappings.list(None, ann),
        "report-mappings": lambda: services.exports.reports("json", ann),
        "log": lambda: services.log.list(LogFilter(), ann),
    }
    numbers = []
    for extra in range(2):
        with counted(services) as seen:
            calls[name]()
        numbers.append(len(seen))
        services.imports.import_report(corpus.export_bytes(f"More {extra}"), ann)
    assert numbers[0] == numbers[1] < 12
