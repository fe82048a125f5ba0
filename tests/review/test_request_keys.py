"""Steps and undo under a key: done once, whoever sends them again, and never instead of something else."""

from __future__ import annotations

import pytest

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.edits import SentenceEdit, Step
from tram_ext.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from tram_ext.domain.review import LogFilter
from tram_ext.services.review.undo import Undo

ACCEPT = SentenceEdit(disposition=Disposition.ACCEPT, decides=True)
REJECT = SentenceEdit(disposition=Disposition.REJECT, decides=True)
ADD = Step("add", attack_id="t1486", confidence=50.0, note="why")


@pytest.fixture
def log_of(services, report, ann):
    """Return how many rows the log of the report has."""
    return lambda: services.log.list(LogFilter(report_id=report.id), ann)[1]


def rejected(sentences):
    return [place for place, sentence in enumerate(sentences()) if sentence.disposition is Disposition.REJECT]


def reject_some(services, sentences, actor, count):
    for sentence in sentences()[:count]:
        services.sentences.change(sentence.id, REJECT, actor)


def test_a_step_answers_with_the_sentence_at_its_new_version(services, ben, sentences, log_of):
    last = sentences()[-1]
    before = log_of()
    added = services.steps.take(last.id, ADD, ben, expected={last.version}, key="k")
    assert [(m.attack_id, m.confidence, m.note) for m in added.mappings][-1] == ("T1486", 50.0, "why")
    assert added.version == last.version + 1
    assert services.steps.take(last.id, ADD, ben, expected={last.version}, key="k") == added
    assert log_of() == before + 1
    with pytest.raises(PreconditionFailed):
        services.steps.take(last.id, ADD, ben, expected={last.version}, key="another")
    assert services.steps.take(last.id, ADD, ben, expected={added.version}, key="third") == added, "it is there already"
    changed = services.steps.take(last.id, Step("change", attack_id="T1486", note="surely"), ben)
    assert (changed.mappings[-1].note, changed.mappings[-1].confidence) == ("surely", 50.0)
    removed = services.steps.take(last.id, Step("remove", attack_id="T1486"), ben)
    assert removed.mappings == last.mappings
    assert services.steps.take(last.id, Step("remove", attack_id="T1486"), ben) == removed
    with pytest.raises(NotFound, match="T1486 is not on this sentence"):
        services.steps.take(last.id, Step("change", attack_id="T1486", note="x"), ben)
    decided = services.steps.take(last.id, Step("decide", disposition=Disposition.REJECT), ben)
    assert decided.disposition is Disposition.REJECT
    with pytest.raises(Invalid):
        services.steps.take(last.id, Step("add", attack_id="T0000"), ben)
    with pytest.raises(NotFound):
        services.steps.take(10**6, ADD, ben)


def test_a_key_stands_for_one_request_of_one_user(services, report, ben, cat, sentences):
    first, second = sentences()[:2]
    services.steps.take(first.id, Step("decide", disposition=Disposition.REJECT), ben, key="k")
    for call in (
        lambda: services.steps.take(second.id, Step("decide", disposition=Disposition.REJECT), ben, key="k"),
        lambda: services.steps.take(first.id, Step("decide"), ben, key="k"),
        lambda: services.undo.undo(report.id, ben, key="k"),
    ):
        with pytest.raises(Conflict, match="Idempotency-Key was used for another request"):
            call()
    assert rejected(sentences) == [0]
    services.steps.take(second.id, Step("decide", disposition=Disposition.REJECT), cat, key="k")
    assert rejected(sentences) == [0, 1]


def test_who_may_not_review_takes_no_step(services, report, vic, sentences):
    with pytest.raises(Forbidden):
        services.steps.take(sentences()[0].id, ADD, vic, key="k")
    with pytest.raises(Forbidden):
        services.undo.undo(report.id, vic, steps=3, key="k")


def test_several_are_undone_at_once_and_once(services, report, ben, sentences, log_of):
    reject_some(services, sentences, ben, 6)
    before = log_of()
    undone = services.undo.undo(report.id, ben, steps=4, key="k")
    ids = [sentence.id for sentence in sentences()]
    assert (undone.action, undone.steps, undone.changed, undone.stopped) == ("reject", 4, 4, "")
    assert list(undone.sentence_ids) == ids[2:6]
    assert rejected(sentences) == [0, 1]
    assert services.undo.undo(report.id, ben, steps=4, key="k") == undone
    assert log_of() == before + 4
    rows = services.log.list(LogFilter(report_id=report.id), ben, limit=4)[0]
    assert len({row.batch for row in rows}) == len({row.undoes for row in rows}) == 4, "each is an action of its own"
    again = services.undo.redo(report.id, ben, steps=4, key="another")
    assert (again.steps, list(again.sentence_ids)) == (4, [ids[5], ids[4], ids[3], ids[2]])
    assert rejected(sentences) == [0, 1, 2, 3, 4, 5]
    assert services.undo.redo(report.id, ben, steps=4, key="another") == again


def test_it_stops_before_what_cannot_be_undone_and_says_why(services, report, ben, cat, sentences):
    reject_some(services, sentences, ben, 3)
    all_there_was = services.undo.undo(report.id, ben, steps=9)
    assert (all_there_was.steps, all_there_was.stopped) == (3, "There is nothing of yours to undo here.")
    services.undo.redo(report.id, ben, steps=3)
    services.sentences.change(sentences()[1].id, SentenceEdit(text="Cat knows better."), cat)
    undone = services.undo.undo(report.id, ben, steps=3)
    assert (undone.steps, undone.stopped) == (1, "cat changed this since: to undo it would lose that work.")
    assert rejected(sentences) == [0, 1]
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.undo(report.id, ben, steps=2)


def test_after_many_rows_it_stops_without_a_reason(services, report, ben, sentences):
    undo = Undo(services.store, services.changes, most_rows=40).undo
    everything = [sentence.id for sentence in sentences()]
    for disposition in (Disposition.REJECT, None, Disposition.REJECT):
        services.bulk.decide(report.id, everything, disposition, ben)
    undone = undo(report.id, ben, steps=3, key="k")
    assert (undone.steps, undone.changed, undone.stopped) == (2, 76, "")
    assert undo(report.id, ben, steps=1, key="another").steps == 1
