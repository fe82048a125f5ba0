"""Decisions about single techniques: what they do to the sentence, to exports and trainings, and how they are undone."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests import corpus
from tests.review.replay import replay, state_of
from tram_ext.domain.assertions import Assertion, Disposition, MappingSource
from tram_ext.domain.edits import MappingEdit, SentenceEdit, Step
from tram_ext.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.review import LogFilter, SentenceFilter, Shown

ACCEPT, REJECT = Disposition
THREE = ("T1059.001", "T1071.001", "T1486")


@pytest.fixture
def mapped(services, ann):
    """Return a report of three sentences that await review; a model proposes three techniques on each."""
    mappings = [{"attack_id": key, "name": key, "confidence": "60.0", "source": "model"} for key in THREE]
    sentences = [
        corpus.sentence(f"They did several things at once, {n}.", order=n, disposition=None) | {"mappings": mappings}
        for n in range(3)
    ]
    return services.imports.import_report(corpus.export_bytes("Three times three", sentences=sentences), ann).report


@pytest.fixture
def found(services, mapped, vic):
    """Return the sentences of that report, read anew at each call."""
    return lambda: services.sentences.list(SentenceFilter(report_id=mapped.id), vic)[0]


@pytest.fixture
def judge(services, ben):
    """Return a function that takes a step about a technique."""

    def take(sentence, attack_id, disposition, **options):
        return services.steps.take(sentence.id, Step("judge", disposition, attack_id), ben, **options)

    return take


def ids(mappings):
    return [mapping.attack_id for mapping in mappings]


def test_one_is_accepted_and_two_are_rejected(judge, found):
    first = judge(found()[0], "t1059.001", ACCEPT)
    assert (first.disposition, first.mappings[0].disposition) == (None, ACCEPT)
    second = judge(first, "T1071.001", REJECT)
    assert (second.disposition, ids(second.mappings)) == (None, ["T1059.001", "T1486"])
    third = judge(second, "T1486", REJECT)
    assert third.disposition is ACCEPT
    assert (ids(third.mappings), ids(third.rejected_mappings)) == (["T1059.001"], ["T1071.001", "T1486"])
    assert [third.version - first.version, second.version - first.version] == [2, 1]


def test_it_is_undone_and_done_again_step_by_step(services, judge, found, mapped, ben):
    start = state_of(found())
    for technique, disposition in zip(THREE, (ACCEPT, REJECT, REJECT), strict=True):
        judge(found()[0], technique, disposition)
    end = state_of(found())
    services.undo.undo(mapped.id, ben)
    (sentence, *_) = found()
    assert (sentence.disposition, ids(sentence.rejected_mappings)) == (None, ["T1071.001"])
    services.undo.undo(mapped.id, ben, steps=2)
    assert state_of(found()) == start
    services.undo.redo(mapped.id, ben, steps=3)
    assert state_of(found()) == end
    entries, _ = services.log.list(LogFilter(report_id=mapped.id), ben)
    assert replay(start, [entry for entry in reversed(entries) if entry.action != "import report"]) == end


def test_somebody_elses_decision_is_not_undone(services, judge, found, mapped, ben, cat):
    judge(found()[0], "T1486", REJECT)
    services.steps.take(found()[0].id, Step("judge", ACCEPT, "T1486"), cat)
    with pytest.raises(Conflict, match="cat changed this"):
        services.undo.undo(mapped.id, ben)
    assert found()[0].mappings[2].disposition is ACCEPT


def test_the_log_says_what_was_proposed_and_searched(services, found, mapped, ben):
    step = Step("judge", REJECT, "T1486", searched=("T1566.001", "T1486"))
    services.steps.take(found()[0].id, step, ben)
    services.steps.take(found()[1].id, Step("decide", ACCEPT, searched=("T1053.005",)), ben)
    services.bulk.accept_above(mapped.id, 50, ben)
    entries, _ = services.log.list(LogFilter(report_id=mapped.id), ben)
    shown = [entry.shown for entry in reversed(entries) if entry.action != "import report"]
    assert shown[:2] == [Shown(THREE, ("T1566.001",)), Shown(THREE, ("T1053.005",))]
    assert shown[2] == Shown(THREE), "in bulk, too"


def test_wrong_steps_change_nothing(services, judge, found, mapped, ben, vic):
    before = found()
    with pytest.raises(NotFound, match=r"T1566\.001 is not on this sentence"):
        judge(before[0], "T1566.001", REJECT)
    with pytest.raises(PreconditionFailed):
        judge(before[0], "T1486", REJECT, expected={before[0].version + 1})
    with pytest.raises(Forbidden):
        services.steps.take(before[0].id, Step("judge", REJECT, "T1486"), vic)
    with pytest.raises(Forbidden):
        services.bulk.decide_techniques(mapped.id, ["T1486"], REJECT, vic)
    with pytest.raises(Invalid, match="techniques"):
        services.bulk.review(mapped.id, "reject-techniques", ben)
    assert found() == before


def test_a_technique_throughout(services, judge, found, mapped, ben):
    judge(found()[0], "T1486", ACCEPT)
    services.sentences.change(found()[1].id, SentenceEdit(disposition=ACCEPT, decides=True), ben)
    done = services.bulk.decide_techniques(mapped.id, ["t1486"], REJECT, ben)
    assert done.changed == 1, "what was decided before stays"
    first, second, third = found()
    assert (first.mappings[2].disposition, ids(second.mappings)) == (ACCEPT, list(THREE))
    assert ids(third.rejected_mappings) == ["T1486"]
    done = services.bulk.decide_techniques(mapped.id, THREE, ACCEPT, ben)
    assert (done.changed, done.report.status) == (2, "Accepted")
    assert [sentence.disposition for sentence in found()] == [ACCEPT] * 3
    services.undo.undo(mapped.id, ben)
    assert [sentence.disposition for sentence in found()] == [None, ACCEPT, None]


def test_a_decision_about_the_sentence_overrides_what_contradicts_it(services, judge, found, ben):
    sentence = judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)
    rejected = services.steps.take(sentence.id, Step("decide", REJECT), ben)
    assert [m.disposition for m in rejected.all_mappings] == [None, None, REJECT]
    cleared = services.sentences.change(sentence.id, SentenceEdit(decides=True), ben)
    assert [m.disposition for m in cleared.all_mappings] == [None] * 3
    assert cleared.version == rejected.version + 1


def test_mappings_are_decided_about_over_their_own_address(services, found, ben):
    mapping = found()[0].mappings[0]
    edit = MappingEdit(disposition=REJECT, decides=True)
    changed = services.mappings.change(mapping.id, edit, ben, expected={mapping.version})
    assert (changed.disposition, changed.source, changed.version) == (REJECT, MappingSource.MODEL, 2)
    assert ids(services.mappings.list(found()[0].id, ben)[0]) == ["T1071.001", "T1486"]
    assert services.mappings.get(mapping.id, ben).disposition is REJECT, "it is kept"


def test_what_was_rejected_comes_back_when_a_person_adds_it(services, judge, found, mapped, ben):
    sentence = judge(found()[0], "T1486", REJECT)
    made, is_new = services.mappings.add(mapped.id, sentence.id, Assertion("T1486"), ben)
    assert (is_new, made.disposition, made.source, made.confidence) == (True, None, MappingSource.PERSON, 100.0)
    assert made.id == sentence.rejected_mappings[0].id
    assert services.mappings.add(mapped.id, sentence.id, Assertion("T1486"), ben)[1] is False
    services.undo.undo(mapped.id, ben)
    assert ids(found()[0].rejected_mappings) == ["T1486"]


def test_taking_the_last_undecided_technique_off_decides_the_sentence(services, judge, found, ben):
    sentence = judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)
    taken = services.steps.take(sentence.id, Step("remove", attack_id="T1059.001"), ben)
    assert (taken.disposition, ids(taken.all_mappings)) == (ACCEPT, ["T1486", "T1071.001"])
    plain = services.steps.take(found()[1].id, Step("remove", attack_id="T1486"), ben)
    assert plain.disposition is None


def test_split_and_merged_sentences_keep_their_decisions(services, judge, found, ben):
    sentence = judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)
    parts = services.segmentation.split(sentence.id, 10, ben)
    for part in parts:
        assert (ids(part.rejected_mappings), part.mappings[1].disposition) == (["T1071.001"], ACCEPT)
    judge(parts[1], "T1071.001", ACCEPT)
    whole = services.segmentation.merge([part.id for part in parts], ben)
    assert {m.attack_id: m.disposition for m in whole.all_mappings} == {
        "T1059.001": None,
        "T1071.001": ACCEPT,
        "T1486": ACCEPT,
    }


def test_a_deleted_sentence_comes_back_with_what_was_rejected(services, judge, found, mapped, ben):
    judge(found()[0], "T1486", REJECT)
    before = state_of(found())
    services.sentences.delete(found()[0].id, ben)
    services.undo.undo(mapped.id, ben)
    assert state_of(found()) == before


def test_mapping_again_keeps_decisions(services, judge, found, mapped, ann, ben):
    services.imports.import_report(corpus.export_bytes(), ann)
    services.trainings.train(TrainingRequest("nb"), ann)
    sentence = judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)
    services.remapping.remap(mapped.id, "nb", ben)
    now = found()[0]
    assert ids(now.rejected_mappings) == ["T1071.001"], "and is not proposed again"
    assert next(m for m in now.mappings if m.attack_id == "T1486").disposition is ACCEPT
    assert now.disposition is sentence.disposition is None


class TestExports:
    @pytest.fixture
    def export(self, services, mapped, vic):
        return lambda name, **options: services.exports.report(mapped.id, name, vic, **options)[1].content

    @pytest.fixture
    def decided(self, judge, found):
        judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)

    @pytest.mark.usefixtures("decided")
    def test_what_was_rejected_leaves_them(self, export):
        layer = json.loads(export("navigator"))
        scored = {item["techniqueID"]: item for item in layer["techniques"]}
        assert {"T1486", "T1059.001", "T1071.001"} <= set(scored), "the other sentences bear all three"
        rows = list(csv.DictReader(io.StringIO(export("csv").decode("utf-8-sig"), newline="")))
        assert [(row["technique_id"], row["review"]) for row in rows[:2]] == [
            ("T1059.001", "awaiting review"),
            ("T1486", "accepted"),
        ]
        assert len(rows) == 8

    @pytest.mark.usefixtures("decided")
    def test_what_was_accepted_counts_before_its_sentence_is_decided(self, export):
        rows = list(csv.DictReader(io.StringIO(export("csv", accepted_only=True).decode("utf-8-sig"), newline="")))
        assert [row["technique_id"] for row in rows] == ["T1486"]
        layer = json.loads(export("navigator", accepted_only=True))
        assert [item["techniqueID"] for item in layer["techniques"] if item.get("score") or item.get("color")] == [
            "T1486"
        ]

    @pytest.mark.usefixtures("decided")
    def test_trams_format_brings_them_home(self, services, export, found, ann):
        said = json.loads(export("json"))
        (first, *_) = said["sentences"]
        assert [item["attack_id"] for item in first["mappings"]] == ["T1059.001", "T1486"]
        assert [item["attack_id"] for item in first["rejected_mappings"]] == ["T1071.001"]
        del said["uuid"]
        said["name"] = "Elsewhere"
        made = services.imports.import_report(json.dumps(said).encode(), ann).report
        there, _ = services.sentences.list(SentenceFilter(report_id=made.id), ann)
        before = [{m.attack_id: m.assertion for m in sentence.all_mappings} for sentence in found()]
        assert [{m.attack_id: m.assertion for m in sentence.all_mappings} for sentence in there] == before

    def test_faults_in_rejected_mappings_are_named(self, services, ann):
        wrong = corpus.sentence("x", order=0, disposition=None) | {"rejected_mappings": [{"attack_id": "nonsense"}]}
        with pytest.raises(Invalid, match=r"sentences\[0\]\.rejected_mappings\[0\]\.attack_id"):
            services.imports.import_report(corpus.export_bytes("Wrong", sentences=[wrong]), ann)


class TestOverviews:
    def test_the_matrix_counts_each_technique_by_its_own_decision(self, services, judge, found, mapped, vic):
        judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)
        counts = {item.attack_id: item for item in services.overviews.technique_counts([mapped.id], vic)}
        assert (counts["T1486"].accepted, counts["T1486"].proposed) == (1, 2)
        assert (counts["T1071.001"].accepted, counts["T1071.001"].proposed) == (0, 2)

    def test_a_sentence_whose_proposals_were_rejected_has_none_left(self, services, judge, found, mapped, ben, vic):
        sentence = found()[0]
        for technique in THREE:
            sentence = judge(sentence, technique, REJECT)
        assert sentence.disposition is REJECT
        by_technique = services.sentences.list(SentenceFilter(report_id=mapped.id, technique="T1486"), vic)[0]
        assert len(by_technique) == 2
        outline = next(item for item in services.overviews.reports(vic) if item.id == mapped.id)
        assert (outline.proposed, outline.rejected) == (2, 1)


class TestTraining:
    def test_a_rejected_technique_is_a_negative(self, services, store_of, judge, found, mapped):
        sentence = judge(judge(found()[0], "T1486", ACCEPT), "T1071.001", REJECT)
        judge(sentence, "T1059.001", REJECT)
        assert store_of(mapped.id) == [("T1486",)]

    def test_a_sentence_without_any_that_is_right_shows_no_technique(
        self, services, store_of, judge, found, mapped, ben
    ):
        sentence = found()[0]
        for technique in THREE:
            sentence = judge(sentence, technique, REJECT)
        services.steps.take(found()[1].id, Step("decide", REJECT), ben)
        assert store_of(mapped.id) == [()], "what was rejected as a whole teaches nothing, as in TRAM"

    def test_what_is_half_decided_teaches_nothing_yet(self, store_of, judge, found, mapped):
        judge(found()[0], "T1486", ACCEPT)
        assert store_of(mapped.id) == []

    @pytest.fixture
    def store_of(self, services):
        def read(report_id):
            with services.store.read() as work:
                return [sentence.techniques for sentence in work.training_data.accepted(only=[report_id])]

        return read


def test_ones_own_decisions_leave_nothing_to_suggest(services, judge, found, mapped, ann, ben):
    services.imports.import_report(corpus.export_bytes(), ann)
    services.trainings.train(TrainingRequest("nb"), ann)
    sentence = judge(found()[0], "T1486", REJECT)
    suggested = services.suggestions.of_sentence(sentence.id, ben, model="nb")
    assert "T1486" not in {item.attack_id for item in suggested.suggestions}
