"""Mapping a report again: the model's proposals change, what people decided stays."""

from __future__ import annotations

import pytest

from tests import corpus
from tram_ext.domain.assertions import Assertion, Disposition, MappingSource
from tram_ext.domain.errors import Cancelled, Conflict, Forbidden, NotFound, PreconditionFailed
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.review import LogFilter, SentenceFilter
from tram_ext.services.review.sentence_mappings import MappingEdit
from tram_ext.services.review.sentences import SentenceEdit

LETTERS = "The victims opened an email attachment, an unpaid invoice."


@pytest.fixture
def fresh(services, ann, report):
    """Return a report that awaits review, with proposals of a model that is long gone, and a trained one."""
    services.trainings.train(TrainingRequest("nb"), ann)
    old = {"attack_id": "T1486", "name": "x", "confidence": "33.0", "source": "model"}
    sentences = [
        corpus.sentence(f"{LETTERS} {n}", order=n, disposition=None) | {"mappings": [dict(old)]} for n in range(6)
    ]
    imported = services.imports.import_report(corpus.export_bytes("Fresh", sentences=sentences), ann).report
    return imported, services.sentences.list(SentenceFilter(report_id=imported.id), ann)[0]


def mapped(services, report, actor):
    found, _ = services.sentences.list(SentenceFilter(report_id=report.id), actor)
    return [{m.attack_id: m.source for m in sentence.mappings} for sentence in found]


def test_proposals_change_and_decisions_stay(services, ben, fresh):
    report, (accepted, added, noted, changed, taken, _plain) = fresh
    services.sentences.change(accepted.id, SentenceEdit(disposition=Disposition.ACCEPT, decides=True), ben)
    services.mappings.add(report.id, added.id, Assertion("T1053.005"), ben)
    services.mappings.change(noted.mappings[0].id, MappingEdit(note="mind this"), ben)
    services.mappings.change(changed.mappings[0].id, MappingEdit(attack_id="T1003.001"), ben)
    made, _ = services.mappings.add(report.id, taken.id, Assertion("T1566.001"), ben)
    services.mappings.delete(made.id, ben)
    done = services.remapping.remap(report.id, "nb", ben)
    assert done.report.ml_model == "nb"
    found = mapped(services, report, ben)
    model, person = MappingSource.MODEL, MappingSource.PERSON
    assert found[0] == {"T1486": model}, "decided: untouched"
    assert found[1]["T1053.005"] is person
    assert found[1]["T1566.001"] is model
    assert "T1486" not in found[1]
    assert found[2] == {"T1486": model, "T1566.001": model}, "a note keeps what it stands on"
    assert found[3]["T1003.001"] is person
    assert "T1566.001" not in found[4], "what was taken away does not come back"
    assert found[5]["T1566.001"] is model
    assert services.log.list(LogFilter(report_id=report.id), ben)[0][0].action == "map again"


def test_it_is_one_step_to_undo(services, ben, fresh):
    report, _ = fresh
    before = mapped(services, report, ben)
    services.remapping.remap(report.id, "nb", ben)
    after = mapped(services, report, ben)
    assert after != before
    services.undo.undo(report.id, ben)
    assert (mapped(services, report, ben), services.reports.get(report.id, ben).ml_model) == (before, "humans")
    services.undo.redo(report.id, ben)
    assert (mapped(services, report, ben), services.reports.get(report.id, ben).ml_model) == (after, "nb")


def test_again_changes_nothing(services, ben, fresh):
    report, _ = fresh
    assert services.remapping.remap(report.id, "nb", ben).changed > 0
    again = services.remapping.remap(report.id, "nb", ben)
    assert again.changed == 0


def test_it_is_cancelled_while_the_model_works(services, ben, fresh):
    report, _ = fresh
    before = services.reports.get(report.id, ben), mapped(services, report, ben)
    with pytest.raises(Cancelled):
        services.remapping.remap(report.id, "nb", ben, cancelled=lambda: True)
    assert (services.reports.get(report.id, ben), mapped(services, report, ben)) == before


def test_refusals(services, ben, vic, fresh):
    report, _ = fresh
    with pytest.raises(Forbidden):
        services.remapping.remap(report.id, "nb", vic)
    with pytest.raises(NotFound, match="No Report"):
        services.remapping.remap(4711, "nb", ben)
    with pytest.raises(NotFound):
        services.remapping.remap(report.id, "oracle", ben)
    with pytest.raises(Conflict, match="not trained"):
        services.remapping.remap(report.id, "logreg", ben)
    with pytest.raises(PreconditionFailed):
        services.remapping.remap(report.id, "nb", ben, expected={17})
