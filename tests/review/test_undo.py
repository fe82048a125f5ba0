"""Undo and redo: one's own last action, never at the cost of somebody else's."""

from __future__ import annotations

import pytest

from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.edits import MappingEdit, SentenceEdit
from tram_ext.domain.errors import Conflict, Forbidden, NotFound
from tram_ext.domain.review import LogFilter

ACCEPT = SentenceEdit(disposition=Disposition.ACCEPT, decides=True)
REJECT = SentenceEdit(disposition=Disposition.REJECT, decides=True)


def content(found):
    """Return what sentences say, without their versions."""
    return [
        (
            s.id,
            s.text,
            s.order,
            s.disposition,
            s.start,
            s.end,
            sorted((m.id, m.attack_id, m.confidence, m.note) for m in s.mappings),
        )
        for s in found
    ]


def everything(services, report, actor, sentences):
    """Do one action of each kind."""
    found = sentences()
    first, second, third = found[:3]
    return [
        lambda: services.sentences.change(first.id, REJECT, actor),
        lambda: services.sentences.change(first.id, SentenceEdit(text="Reworded.", order=99), actor),
        lambda: services.sentences.create(report.id, SentenceEdit("A new one."), actor),
        lambda: services.sentences.delete(second.id, actor),
        lambda: services.mappings.add(report.id, third.id, Assertion("T1486", 50.0, note="why"), actor),
        lambda: services.mappings.change(third.mappings[0].id, MappingEdit("T1071.001", 10.0, "no"), actor),
        lambda: services.mappings.delete(third.mappings[0].id, actor),
        lambda: services.bulk.accept_unmapped(report.id, actor),
        lambda: services.bulk.accept_above(report.id, 90.0, actor),
        lambda: services.bulk.decide(report.id, [s.id for s in found[:9]], None, actor),
        lambda: services.segmentation.split(third.id, 10, actor),
        lambda: services.segmentation.merge([found[5].id, found[6].id], actor),
    ]


@pytest.mark.parametrize("number", range(12))
def test_every_action_can_be_undone_and_redone(services, report, ben, sentences, number):
    before = content(sentences())
    everything(services, report, ben, sentences)[number]()
    after = content(sentences())
    assert after != before
    for _ in range(2):
        undone = services.undo.undo(report.id, ben)
        assert undone.changed > 0
        assert content(sentences()) == before
        services.undo.redo(report.id, ben)
        assert content(sentences()) == after


def test_all_of_them_back_and_forth(services, report, ben, sentences):
    states = [content(sentences())]
    for number in (0, 1, 2, 3, 4, 7, 9, 11):
        everything(services, report, ben, sentences)[number]()
        states.append(content(sentences()))
    for state in reversed(states[:-1]):
        services.undo.undo(report.id, ben)
        assert content(sentences()) == state
    with pytest.raises(Conflict, match="nothing of yours to undo"):
        services.undo.undo(report.id, ben)
    for state in states[1:]:
        services.undo.redo(report.id, ben)
        assert content(sentences()) == state
    with pytest.raises(Conflict, match="nothing of yours to redo"):
        services.undo.redo(report.id, ben)


def test_versions_only_ever_rise(services, report, ben, sentences):
    sentence = sentences()[0]
    services.sentences.change(sentence.id, REJECT, ben)
    seen = [sentence.version, sentences()[0].version]
    for turn in (services.undo.undo, services.undo.redo):
        turn(report.id, ben)
        seen.append(sentences()[0].version)
    services.sentences.delete(sentence.id, ben)
    services.undo.undo(report.id, ben)
    seen.append(sentences()[0].version)
    assert seen == sorted(set(seen))


def test_a_bulk_action_is_one_step(services, report, ben, sentences):
    before = content(sentences())
    done = services.bulk.decide(report.id, [s.id for s in sentences()], Disposition.REJECT, ben)
    assert (done.changed, done.report.accepted_sentences) == (38, 0)
    assert services.undo.undo(report.id, ben).changed == 38
    assert content(sentences()) == before


def test_a_new_action_clears_redo(services, report, ben, sentences):
    services.sentences.change(sentences()[0].id, REJECT, ben)
    services.undo.undo(report.id, ben)
    services.sentences.change(sentences()[1].id, REJECT, ben)
    with pytest.raises(Conflict, match="nothing of yours to redo"):
        services.undo.redo(report.id, ben)


def test_everybody_undoes_their_own(services, report, ben, cat, sentences):
    services.sentences.change(sentences()[0].id, REJECT, ben)
    services.sentences.change(sentences()[1].id, REJECT, cat)
    services.undo.undo(report.id, ben)
    assert [s.disposition for s in sentences()[:2]] == [Disposition.ACCEPT, Disposition.REJECT]
    services.undo.undo(report.id, cat)
    assert [s.disposition for s in sentences()[:2]] == [Disposition.ACCEPT, Disposition.ACCEPT]


def test_nothing_is_taken_from_somebody_else(services, report, ben, cat, sentences):
    sentence = sentences()[0]
    services.bulk.decide(report.id, [s.id for s in sentences()], Disposition.REJECT, ben)
    services.sentences.change(sentence.id, SentenceEdit(text="Cat knows better."), cat)
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.undo(report.id, ben)
    services.undo.undo(report.id, cat)
    services.undo.undo(report.id, ben)
    services.undo.redo(report.id, cat)
    assert sentences()[0].text == "Cat knows better."
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.redo(report.id, ben)


def test_the_same_decision_by_another_stays(services, report, ben, cat, sentences):
    sentence = sentences()[0]
    services.sentences.change(sentence.id, REJECT, ben)
    services.sentences.change(sentence.id, ACCEPT, cat)
    services.sentences.change(sentence.id, REJECT, cat)
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.undo(report.id, ben)


def test_a_sentence_on_which_others_built_stays(services, report, ben, cat):
    made = services.sentences.create(report.id, SentenceEdit("Ben's."), ben)
    services.mappings.add(report.id, made.id, Assertion("T1486"), cat)
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.undo(report.id, ben)


def test_a_mapping_whose_place_is_taken_or_gone(services, report, ben, cat, sentences):
    first = sentences()[0]
    services.mappings.delete(first.mappings[0].id, ben)
    services.mappings.add(report.id, first.id, Assertion(first.mappings[0].attack_id), cat)
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.undo(report.id, ben)
    services.undo.undo(report.id, cat)
    services.sentences.delete(first.id, cat)
    with pytest.raises(Conflict, match=r"^cat changed this since"):
        services.undo.undo(report.id, ben)


def test_undo_is_in_the_log(services, report, ann, ben, sentences):
    services.sentences.change(sentences()[0].id, REJECT, ben)
    services.undo.undo(report.id, ben)
    services.undo.redo(report.id, ben)
    entries, total = services.log.list(LogFilter(report_id=report.id), ann)
    assert total == 4
    assert [entry.action for entry in entries] == ["redo reject", "undo reject", "reject", "import report"]
    assert {entry.undoes for entry in entries[:2]} == {entries[2].batch}
    assert (entries[2].before, entries[2].after) == ({"disposition": "accept"}, {"disposition": "reject"})
    assert [entry.user_name for entry in entries] == ["ben"] * 3 + ["ann"]


def test_who_may_and_where(services, report, ann, ben, vic):
    with pytest.raises(Forbidden):
        services.undo.undo(report.id, vic)
    with pytest.raises(Forbidden):
        services.undo.undo(None, ben)
    with pytest.raises(NotFound, match="No Report matches"):
        services.undo.undo(4711, ben)
    with pytest.raises(Conflict):
        services.undo.undo(None, ann)
