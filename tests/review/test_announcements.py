"""What open views hear after a change: numbers, after it is stored, and nothing after a refusal."""

from __future__ import annotations

import pytest

from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.domain.review import ReviewChange
from tram_ext.services.review.sentences import SentenceEdit


@pytest.fixture
def heard(services):
    changes = []
    services.changes.listener = changes.append
    return changes


def test_each_action_is_announced_once(services, report, ben, sentences, heard):
    first, second = sentences()[:2]
    services.sentences.change(first.id, SentenceEdit(disposition=Disposition.REJECT, decides=True), ben)
    services.mappings.add(report.id, second.id, Assertion("T1486"), ben)
    services.undo.undo(report.id, ben)
    services.segmentation.merge([first.id, second.id], ben)
    assert heard == [
        ReviewChange("reject", report.id, (first.id,)),
        ReviewChange("add mapping", report.id, (second.id,)),
        ReviewChange("undo add mapping", report.id, (second.id,)),
        ReviewChange("merge sentences", report.id, (first.id, second.id)),
    ]


def test_silence_where_nothing_changed(services, report, ben, sentences, heard):
    same = SentenceEdit(disposition=Disposition.ACCEPT, decides=True)
    services.sentences.change(sentences()[0].id, same, ben)
    with pytest.raises(Conflict):
        services.undo.undo(report.id, ben)
    with pytest.raises(NotFound):
        services.sentences.delete(4711, ben)
    assert heard == []


def test_reports(services, report, ann, heard):
    services.reports.set_use_for_training(report.id, ann, use=False)
    services.reports.delete(report.id, ann)
    assert [(change.action, change.report_id) for change in heard] == [
        ("use for training", report.id),
        ("delete report", report.id),
    ]
