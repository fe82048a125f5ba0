"""The same review on PostgreSQL, where its programs are installed."""

from __future__ import annotations

import contextlib

import pytest

from tests import corpus
from tests.review.replay import replay, state_of
from tests.review.test_attack_upgrade import EFFECTS, bundle
from tests.review.test_undo import content, everything
from tests.store.test_postgres import pg_url, server
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.review import LogFilter, SentenceFilter
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

__all__ = ["bundle", "pg_url", "server"]


@pytest.fixture
def services(pg_url, tmp_path):
    with contextlib.closing(Services(Settings(data_dir=tmp_path / "data", db_url=pg_url))) as opened:
        yield opened


@pytest.fixture
def ann(services, tmp_path):
    user = services.users.add("ann", Role.ADMIN, "correct horse")
    services.attack.load_file(corpus.write_bundle(tmp_path), user)
    return user


def test_every_action_back_and_forth_and_the_log(services, report, ann, sentences):
    begin = state_of(sentences())
    for number in range(12):
        before = content(sentences())
        everything(services, report, ann, sentences)[number]()
        after = content(sentences())
        assert after != before
        services.undo.undo(report.id, ann)
        assert content(sentences()) == before
        services.undo.redo(report.id, ann)
        assert content(sentences()) == after
        services.undo.undo(report.id, ann)
    entries, _ = services.log.list(LogFilter(report_id=report.id), ann)
    assert replay(begin, reversed(entries)) == state_of(sentences()) == begin


def test_filters_and_pages(services, report, ann, sentences):
    found = sentences()
    wanted = SentenceFilter(
        report_id=report.id, technique="T1486", disposition=Disposition.ACCEPT, least=99, text="RANSOM"
    )
    assert services.sentences.list(wanted, ann)[0] == [
        s for s in found[:36] if s.mappings[0].attack_id == "T1486" and "ransom" in s.text.lower()
    ]
    for offset in range(0, 40, 7):
        page = services.sentences.list(SentenceFilter(), ann, limit=7, offset=offset)
        assert page == (found[offset : offset + 7], 38)


def test_an_upgrade_and_its_undoing(services, report, ann, bundle, sentences):
    begin = state_of(sentences())
    assert services.attack_upgrades.upgrade(bundle, ann).effects == EFFECTS
    assert state_of(sentences()) != begin
    services.undo.undo(None, ann)
    assert state_of(sentences()) == begin
    services.reports.delete(report.id, ann)
    assert services.reports.list(ann) == ([], 0)
