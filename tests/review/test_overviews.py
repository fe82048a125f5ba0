"""Many sentences at once: reports in outline, the counts of the matrix, evidence; and the same over HTTP."""

from __future__ import annotations

import json

import pytest

from tests import corpus
from tests.handlers.conftest import bearer, new_server, prepared, server, tokens
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.edits import SentenceEdit
from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.review import SentenceFilter

__all__ = ["bearer", "new_server", "prepared", "server", "tokens"]


@pytest.fixture
def review(services, ann):
    """Return the corpus as a report: 36 accepted sentences, one proposal that awaits review, one bare sentence."""
    return services.imports.import_report(corpus.export_bytes(), ann).report


def test_an_outline_holds_every_sentence_in_reading_order(services, review, vic):
    found = services.overviews.outline(review.id, SentenceFilter(), vic)
    listed, _ = services.sentences.list(SentenceFilter(report_id=review.id), vic)
    assert [item.id for item in found] == [sentence.id for sentence in listed]
    assert [item.disposition for item in found][:1] == [Disposition.ACCEPT]
    assert found[-1].least is None
    assert found[0].least == listed[0].mappings[0].confidence


def test_an_outline_obeys_every_filter(services, review, vic):
    def ids(**wanted):
        return [item.id for item in services.overviews.outline(review.id, SentenceFilter(**wanted), vic)]

    assert len(ids(undecided=True)) == 2
    assert len(ids(technique="T1486")) == 6
    assert len(ids(text="HTTPS sentence")) == 1
    some = ids(undecided=True)
    assert ids(ids=tuple(some)) == some
    assert ids(ids=()) == []


def test_the_text_of_a_report_holds_its_sentences_at_their_places(services, ann, vic):
    text = "It ran \U0001f600 twice. Nobody knew. Then it slept."
    sentences = [corpus.sentence("It ran \U0001f600 twice.") | {"start": 0, "end": 15}]
    sentences.append(corpus.sentence("Then it slept.") | {"start": 29, "end": 43})
    sentences.append(corpus.sentence("It stands nowhere."))
    exported = json.dumps(corpus.export("Places", text=text, sentences=sentences)).encode()
    report = services.imports.import_report(exported, ann).report
    found = services.overviews.text(report.id, vic)
    assert [found.text[start:end] for _, start, end in found.spans] == ["It ran \U0001f600 twice.", "Then it slept."]
    with pytest.raises(NotFound):
        services.overviews.text(4711, vic)


def test_reports_in_outline_count_as_the_whole_reports_do(services, review, ben, vic):
    first, *_ = services.sentences.list(SentenceFilter(report_id=review.id), ben)[0]
    services.sentences.change(first.id, SentenceEdit(disposition=Disposition.REJECT, decides=True), ben)
    (outline,) = services.overviews.reports(vic)
    assert (outline.accepted, outline.rejected, outline.proposed, outline.total) == (35, 1, 1, 38)
    whole = services.reports.get(review.id, vic)
    assert (outline.accepted, outline.total, outline.version) == (35, whole.total_sentences, whole.version)
    assert (outline.created_by, outline.media_type, outline.builtin) == ("ann", None, False)


def test_by_uncertainty_what_awaits_review_comes_first(services, review, ann):
    with pytest.raises(Conflict):
        services.overviews.outline(review.id, SentenceFilter(), ann, order="uncertainty")
    services.trainings.train(TrainingRequest("nb"), ann)
    found = services.overviews.outline(review.id, SentenceFilter(), ann, order="uncertainty")
    assert [item.disposition is None for item in found] == [True] * 2 + [False] * 36


def test_by_certainty_the_surest_proposals_come_first(services, review, ben, vic):
    found = services.overviews.outline(review.id, SentenceFilter(), vic, order="certainty")
    assert [item.least is None for item in found[:2]] == [False, True], (
        "awaiting review: the proposal, then the bare one"
    )
    assert all(item.disposition is not None for item in found[2:])
    for sentence in services.sentences.list(SentenceFilter(report_id=review.id), ben)[0][:2]:
        services.sentences.change(sentence.id, SentenceEdit(disposition=None, decides=True), ben)
    sure = services.overviews.outline(review.id, SentenceFilter(undecided=True), vic, order="certainty")
    confidences = [item.least for item in sure if item.least is not None]
    assert confidences == sorted(confidences, reverse=True)
    assert len(confidences) == 3


def test_what_is_rejected_counts_for_nothing(services, review, ben, sentences):
    before = {count.attack_id: count for count in services.overviews.technique_counts([review.id], ben)}
    assert (before["T1071.001"].accepted, before["T1071.001"].proposed) == (6, 1)
    (victim, *_) = services.sentences.list(SentenceFilter(report_id=review.id, technique="T1486"), ben)[0]
    services.sentences.change(victim.id, SentenceEdit(disposition=Disposition.REJECT, decides=True), ben)
    after = {count.attack_id: count for count in services.overviews.technique_counts([review.id], ben)}
    assert after["T1486"].accepted == before["T1486"].accepted - 1
    shown = services.overviews.evidence("T1486", [review.id], ben, limit=20)
    assert victim.id not in {item.sentence_id for item in shown}
    assert len(shown) == 5


def test_accepted_evidence_comes_first_and_no_more_than_wanted(services, review, vic):
    found = services.overviews.evidence("t1071.001", None, vic, limit=7)
    assert [item.disposition for item in found] == [Disposition.ACCEPT] * 6 + [None]
    assert {item.report_name for item in found} == {review.name}
    assert len(services.overviews.evidence("T1071.001", None, vic, limit=2)) == 2


def test_a_report_that_is_not_there(services, vic):
    with pytest.raises(NotFound):
        services.overviews.outline(99, SentenceFilter(), vic)
    with pytest.raises(NotFound):
        services.overviews.technique_counts([99], vic)
    with pytest.raises(NotFound):
        services.overviews.evidence("T9999", None, vic, limit=1)
    assert services.overviews.technique_counts([], vic) == []


def test_a_workbench_is_known_by_the_same_name_for_ever(services, ann, vic):
    names = {services.overviews.identity(), services.status.get(ann).identity, services.status.get(vic).identity}
    assert len(names) == 1


def test_over_http(server, bearer):
    rows = server.get("/api/tram/reports/1/rows?disposition=none", **bearer["vic"]).json
    assert rows["states"] == ".."
    assert len(rows["ids"]) == len(rows["least"]) == 2
    counts = server.get("/api/tram/matrix?report-id=1", **bearer["vic"]).json
    (count,) = (item for item in counts if item["attack_id"] == "T1486")
    assert (count["name"], count["accepted"], count["proposed"]) == ("Data Encrypted for Impact", 6, 0)
    evidence = server.get("/api/tram/matrix/T1486?limit=2&report-id=1", **bearer["vic"]).json
    assert [item["disposition"] for item in evidence] == ["accept", "accept"]
    wanted = f"{rows['ids'][1]},{rows['ids'][0]}"
    some = server.get(f"/api/sentences/?ids={wanted}", **bearer["vic"]).json
    (outline,) = server.get("/api/tram/reports", **bearer["vic"]).json
    assert "text" not in outline
    assert (outline["name"], outline["proposed"], outline["total"]) == ("Six ways in", 1, 38)
    assert [item["id"] for item in some] == rows["ids"]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/tram/reports/1/rows?order=size", 400, "order"),
        ("/api/tram/reports/99/rows", 404, None),
        ("/api/tram/matrix?report-id=1,x", 400, "report-id"),
        ("/api/tram/matrix?report-id=99", 404, None),
        ("/api/sentences/?ids=1,,2", 400, "ids"),
        (f"/api/sentences/?ids={','.join(['1'] * 1001)}", 400, "ids"),
    ],
)
def test_what_cannot_be_asked_for(server, bearer, path, status, field):
    answer = server.get(path, **bearer["vic"])
    assert answer.status == status
    assert field is None or field in answer.json
