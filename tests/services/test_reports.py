"""Reports: listing, deleting, and who may."""

from __future__ import annotations

import pytest

from tests import corpus
from tram_ext.domain.errors import Forbidden, NotFound


def test_list_and_pages(services, ann, vic, report):
    other = services.imports.import_report(corpus.export_bytes("Other"), ann).report
    assert services.reports.list(vic) == ([report, other], 2)
    assert services.reports.list(vic, limit=1) == ([report], 2)
    assert services.reports.list(vic, limit=5, offset=1) == ([other], 2)
    assert services.reports.list(vic, offset=2) == ([], 2)
    assert services.reports.get(other.id, vic) == other


def test_delete_takes_everything_along(services, ann, report):
    services.reports.delete(report.id, ann)
    with services.store.engine.connect() as connection:
        for table in ("reports", "sentences", "mappings"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    with pytest.raises(NotFound, match="No Report matches the given query"):
        services.reports.delete(report.id, ann)
    with pytest.raises(NotFound):
        services.reports.get(report.id, ann)


def test_only_admins_delete(services, ben, vic, report):
    for actor in (ben, vic):
        with pytest.raises(Forbidden):
            services.reports.delete(report.id, actor)
    assert services.reports.get(report.id, vic) == report


def test_a_viewer_does_not_decide_what_is_trained_on(services, vic, ben, report):
    with pytest.raises(Forbidden):
        services.reports.set_use_for_training(report.id, vic, use=False)
    services.reports.set_use_for_training(report.id, ben, use=False)
    assert services.reports.get(report.id, vic).use_for_training is False
