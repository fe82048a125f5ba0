"""ATT&CK in the workbench: loading, loading again, looking up."""

from __future__ import annotations

import json

import pytest

from tests import corpus
from tram_ext.domain.attack import AttackStatus
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.services.attack.attack import BUILTIN_REPORT
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

KNOWN = len(corpus.TECHNIQUES) + 3


def test_loading_again_changes_nothing(services, ann, tmp_path):
    before = services.attack.techniques(everything=True)
    loaded = services.attack.load_file(corpus.write_bundle(tmp_path), ann)
    assert (loaded.added, loaded.changed) == (0, 0)
    assert services.attack.techniques(everything=True) == before
    assert len(services.attack.releases()) == 1


def test_a_later_bundle_adds_and_is_recorded(services, ann, tmp_path):
    loaded = services.attack.load_file(corpus.write_bundle(tmp_path, ("T1110", "Brute Force")), ann)
    assert (loaded.added, loaded.changed) == (1, 0)
    (release,) = services.attack.releases()
    assert (release.domain, release.version) == ("enterprise-attack", "1.1")


def test_a_bundle_that_only_names_techniques_takes_nothing_from_what_is_known(services, ann, tmp_path):
    before = services.attack.techniques(everything=True)
    (release,) = services.attack.releases()
    bundle = json.loads(corpus.write_bundle(tmp_path, ("T1110", "Brute Force")).read_text())
    for item in bundle["objects"]:
        for field in ("description", "kill_chain_phases"):
            item.pop(field, None)
    bare = tmp_path / "report.json"
    bare.write_text(json.dumps(bundle))

    loaded = services.attack.load_file(bare, ann)

    assert (loaded.added, loaded.changed) == (1, 0)
    assert [item for item in services.attack.techniques(everything=True)[0] if item.attack_id != "T1110"] == before[0]
    assert services.attack.releases() == [release]


def test_retired_becomes_active_when_a_bundle_brings_it(services, ann, tmp_path):
    sentences = [corpus.sentence("Common protocols in volume.", corpus.UNKNOWN)]
    services.imports.import_report(corpus.export_bytes(sentences=sentences), ann)
    retired = services.attack.find(corpus.UNKNOWN)
    services.attack.load_file(corpus.write_bundle(tmp_path, (corpus.UNKNOWN, "Common protocols")), ann)
    active = services.attack.find(corpus.UNKNOWN)
    assert (active.id, active.status, active.name) == (retired.id, AttackStatus.ACTIVE, "Common protocols")
    with services.store.read() as work:
        assert [sentence.techniques for sentence in work.training_data.accepted()] == [(corpus.UNKNOWN,)]


def test_lists(services):
    active, total = services.attack.techniques()
    assert [item.attack_id for item in active] == sorted([*corpus.TECHNIQUES, corpus.SUCCESSOR])
    assert total == len(active)
    everything, total = services.attack.techniques(everything=True)
    assert total == len(everything) == KNOWN
    page, total = services.attack.techniques(limit=2, offset=1)
    assert page == active[1:3]
    assert total == len(active)


def test_look_up(services):
    found = services.attack.find(" t1059.001 ")
    assert services.attack.get(found.id) == found
    assert services.attack.find(corpus.REVOKED).revoked_by == corpus.SUCCESSOR
    with pytest.raises(NotFound, match="No loaded ATT&CK object"):
        services.attack.find("T4711")
    with pytest.raises(NotFound, match="No AttackObject matches"):
        services.attack.get(4711)


def test_a_bundle_cut_in_half_changes_nothing(services, ann, tmp_path):
    path = corpus.write_bundle(tmp_path, ("T1110", "Brute Force"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Invalid):
        services.attack.load_file(path, ann)
    assert services.attack.techniques(everything=True)[1] == KNOWN


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    """Return services with the ATT&CK that ships with the project."""
    opened = Services(Settings(data_dir=tmp_path_factory.mktemp("packaged") / "data", db_url=""))
    opened.attack.load_default()
    yield opened
    opened.close()


def test_the_packaged_attack(packaged):
    (release,) = packaged.attack.releases()
    assert release.domain == "enterprise-attack"
    assert packaged.attack.techniques()[1] > 600
    ann = packaged.users.of_jupyter("ann")
    (report,), _ = packaged.reports.list(ann)
    assert report.builtin == BUILTIN_REPORT
    assert report.accepted_sentences == report.total_sentences > 10_000


def test_a_builtin_report_that_was_deleted_stays_deleted(packaged):
    ann = packaged.users.of_jupyter("ann")
    packaged.attack.load_default()
    for report in packaged.reports.list(ann)[0]:
        packaged.reports.delete(report.id, ann)
    with packaged.store.engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM attack_releases")  # as if ATT&CK had never been loaded
    packaged.attack.load_default()
    assert packaged.attack.is_loaded()
    assert packaged.reports.list(ann) == ([], 0)
