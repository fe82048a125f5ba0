"""Importing exports: all or nothing, each content once, old ids resolved."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import corpus
from tram_ext.domain.attack import AttackStatus
from tram_ext.domain.errors import Forbidden, Invalid
from tram_ext.domain.review import SentenceFilter
from tram_ext.services.container import Services


def count(services):
    with services.store.read() as work:
        return work.reports.count(), work.sentences.count(SentenceFilter()), work.attack.count()


def accepted(services):
    with services.store.read() as work:
        return {sentence.text: set(sentence.techniques) for sentence in work.training_data.accepted()}


def test_a_report_enters_whole(services, ann, report):
    assert (report.accepted_sentences, report.reviewing_sentences, report.total_sentences) == (36, 2, 38)
    assert (report.name, report.created_by, report.status) == ("Six ways in", "ann", "Reviewing")
    assert accepted(services) == {text: {key} for key, texts in corpus.SENTENCES.items() for text in texts}


def test_the_same_content_again_is_the_report_that_is_there(services, ann, ben, report):
    before = count(services)
    text = json.dumps(corpus.export(), indent=3, sort_keys=True) + "\n"
    again = services.imports.import_report(text.encode("utf-16"), ben)
    assert (again.is_new, again.report.id, again.report.created_by) == (False, report.id, "ann")
    assert count(services) == before


def test_what_was_edited_since_stays_edited(services, ann, report):
    services.reports.set_use_for_training(report.id, ann, use=False)
    again = services.imports.import_report(corpus.export_bytes(), ann)
    assert not again.is_new
    assert again.report.use_for_training is False
    assert again.report.version == 2


def test_other_content_is_another_report(services, ann, report):
    other = services.imports.import_report(corpus.export_bytes("Six ways out"), ann)
    assert other.is_new
    assert other.report.id != report.id


def test_after_a_deletion_it_enters_anew(services, ann, report):
    services.reports.delete(report.id, ann)
    assert count(services)[:2] == (0, 0)
    again = services.imports.import_report(corpus.export_bytes(), ann)
    assert again.is_new
    assert again.report.id > report.id, "a number is never given twice"


def test_at_once_from_two_processes_it_enters_once(services, settings, ann):
    other = Services(settings)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda s: s.imports.import_report(corpus.export_bytes(), ann), [services, other] * 2))
    other.close()
    assert sorted(item.is_new for item in found) == [False, False, False, True]
    assert len({item.report.id for item in found}) == 1


def test_a_revoked_technique_becomes_its_successor(services, ann):
    sentences = [corpus.sentence("A DLL was planted.", corpus.REVOKED)]
    found = services.imports.import_report(corpus.export_bytes(sentences=sentences), ann)
    assert accepted(services) == {"A DLL was planted.": {corpus.SUCCESSOR}}
    (warning,) = found.warnings
    assert corpus.REVOKED in warning
    assert corpus.SUCCESSOR in warning


def test_a_revoked_technique_beside_its_successor_becomes_one(services, ann):
    sentence = corpus.sentence("A DLL was planted.", corpus.REVOKED, corpus.SUCCESSOR)
    for mapping, confidence in zip(sentence["mappings"], ("80.5", "40.0"), strict=True):
        mapping["confidence"] = confidence
    found = services.imports.import_report(corpus.export_bytes(sentences=[sentence]), ann)
    with services.store.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT confidence FROM mappings WHERE report_id = {found.report.id}").all()
    assert rows == [(80.5,)], "the surer one is kept"


def test_an_unknown_technique_is_kept_as_retired(services, ann):
    sentences = [corpus.sentence("Common protocols in volume.", corpus.UNKNOWN)]
    sentences[0]["mappings"][0]["name"] = "Common, high volume protocols"
    found = services.imports.import_report(corpus.export_bytes(sentences=sentences), ann)
    retired = services.attack.find(corpus.UNKNOWN)
    assert (retired.status, retired.name) == (AttackStatus.RETIRED, "Common, high volume protocols")
    assert accepted(services) == {}
    assert "never trained on" in found.warnings[0]
    assert services.imports.import_report(corpus.export_bytes("Again", sentences=sentences), ann).is_new
    assert services.attack.find(corpus.UNKNOWN).id == retired.id


def test_a_deprecated_technique_is_kept_and_said(services, ann):
    sentences = [corpus.sentence("An LC_MAIN was hijacked.", corpus.DEPRECATED)]
    found = services.imports.import_report(corpus.export_bytes(sentences=sentences), ann)
    assert "deprecated" in found.warnings[0]
    assert services.attack.find(corpus.DEPRECATED).status is AttackStatus.DEPRECATED


@pytest.mark.parametrize("wrong", ["T99", "T1059.1", "t1059", "S0002", "", None, 1059])
def test_a_malformed_technique_refuses_the_whole_file(services, ann, wrong):
    before = count(services)
    export = corpus.export()
    export["sentences"][17]["mappings"][0]["attack_id"] = wrong
    with pytest.raises(Invalid, match=r"sentences\[17\]\.mappings\[0\]\.attack_id"):
        services.imports.import_report(json.dumps(export).encode(), ann)
    assert count(services) == before


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe\xfa", b'"report"', corpus.export_bytes()[:-100]]
)
def test_what_is_no_export(services, ann, data):
    before = count(services)
    with pytest.raises(Invalid):
        services.imports.import_report(data, ann)
    assert count(services) == before


def test_a_viewer_may_not_import(services, vic):
    with pytest.raises(Forbidden):
        services.imports.import_report(corpus.export_bytes(), vic)
    assert count(services)[0] == 0


def test_an_import_is_logged(services, ann, report):
    with services.store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT user_name, action, target_id FROM review_actions WHERE action = 'import report'"
        ).all()
    assert rows == [("ann", "import report", report.id)]
