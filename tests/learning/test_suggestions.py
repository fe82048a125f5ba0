from __future__ import annotations

import time

import pytest

from tests.learning.conftest import ACCEPT, REJECT, decide, report_under_review, sentences_of
from tram_ext.domain.assertions import Assertion, MappingSource
from tram_ext.domain.errors import Conflict, NotFound


@pytest.fixture
def report(services):
    return report_under_review(services)


def suggested(services, report, ann, **options):
    found = services.suggestions.of_report(report.id, ann, **options)
    return {each.id: {item.attack_id: item for item in each.suggestions} for each in found.sentences}


def test_without_decisions_it_is_what_the_model_says(services, report, ann):
    found = services.suggestions.of_report(report.id, ann)
    assert (found.model, found.version, found.accepted, found.rejected) == ("linear", 1, 0, 0)
    for sentence in found.sentences:
        for item in sentence.suggestions:
            assert item.confidence == pytest.approx(item.before, abs=0.01)


def test_an_accepted_sentence_lifts_its_like_and_a_rejected_one_lowers_it(services, report, ann):
    first, second, *_ = sentences_of(services, report.id, ann)
    before = suggested(services, report, ann)[second.id]["T1566.001"].confidence
    decide(services, first, ACCEPT, ann)
    lifted = suggested(services, report, ann)
    assert first.id not in lifted
    assert lifted[second.id]["T1566.001"].confidence > before
    decide(services, first, REJECT, ann)
    lowered = suggested(services, report, ann)[second.id]["T1566.001"]
    assert lowered.confidence < before
    assert lowered.before == pytest.approx(before, abs=0.01)


def test_what_a_person_adds_is_suggested_for_the_like(services, report, ann):
    otto = sentences_of(services, report.id, ann)[2]
    services.mappings.add(report.id, otto.id, Assertion("T1574.001"), ann)
    decide(services, otto, ACCEPT, ann)
    twin = services.sentences.create(report.id, _edit(otto.text), ann)
    found = suggested(services, report, ann, model="nb", news_only=True)[twin.id]["T1574.001"]
    assert found.is_proposed
    assert found.is_news
    assert found.mapping_id is None
    assert found.name == "DLL"


def test_nothing_is_written_and_undo_takes_the_effect_back(services, report, ann):
    first, *others = sentences_of(services, report.id, ann)
    before = suggested(services, report, ann)
    decide(services, first, ACCEPT, ann)
    assert suggested(services, report, ann) != before
    assert sentences_of(services, report.id, ann)[1:] == others, "neither mappings nor versions of the others changed"
    services.undo.undo(report.id, ann)
    assert suggested(services, report, ann) == before


def test_what_a_person_or_the_text_put_there_is_not_judged(services, report, ann):
    heading = sentences_of(services, report.id, ann)[4]
    (mapping,) = heading.mappings
    services.mappings.delete(mapping.id, ann)
    assert "T1059.001" not in suggested(services, report, ann).get(heading.id, {}), (
        "who takes it away is not asked again"
    )
    services.mappings.add(report.id, heading.id, Assertion("T1059.001"), ann)
    assert sentences_of(services, report.id, ann)[4].mappings[0].source is MappingSource.PERSON
    assert "T1059.001" not in suggested(services, report, ann).get(heading.id, {})


def test_a_single_sentence_names_techniques_that_are_not_proposed_too(services, report, ann):
    first, second, *_ = sentences_of(services, report.id, ann)
    decide(services, first, ACCEPT, ann)
    found = services.suggestions.of_sentence(second.id, ann)
    assert found.version == second.version
    assert found.suggestions[0].attack_id == "T1566.001"
    assert len(found.suggestions) >= 5
    confidences = [item.confidence for item in found.suggestions]
    assert confidences == sorted(confidences, reverse=True)
    whole = suggested(services, report, ann)[second.id]["T1566.001"].confidence
    assert confidences[0] == pytest.approx(whole, abs=0.01), "the same as among all sentences of the report"


@pytest.mark.parametrize("model", ["nb", "dummy"])
def test_models_of_tram_suggest_as_well(services, report, ann, model):
    first, second, *_ = sentences_of(services, report.id, ann)
    decide(services, first, ACCEPT, ann)
    found = services.suggestions.of_sentence(second.id, ann, model=model)
    assert found.suggestions[0].attack_id == "T1566.001"


def test_errors(services, report, ann):
    with pytest.raises(NotFound, match="Report"):
        services.suggestions.of_report(999, ann)
    with pytest.raises(NotFound, match="Sentence"):
        services.suggestions.of_sentence(999, ann)
    with pytest.raises(Conflict, match="not trained"):
        services.suggestions.of_report(report.id, ann, model="logreg")


@pytest.mark.real_data
@pytest.mark.timeout(300)
def test_eleven_thousand_sentences_follow_a_decision_within_a_second(services, ann, real_data):
    data = (real_data / "tram-bootstrap.json").read_bytes().replace(b'"accept"', b"null")
    report = services.imports.import_report(data, ann).report
    assert report.total_sentences > 11_000
    every = sentences_of(services, report.id, ann)
    services.suggestions.of_report(report.id, ann)
    for sentence in every[:3]:
        decide(services, sentence, ACCEPT, ann)
        began = time.perf_counter()
        found = services.suggestions.of_sentence(every[10].id, ann)
        assert time.perf_counter() - began < 1
        assert found.suggestions
    began = time.perf_counter()
    whole = services.suggestions.of_report(report.id, ann, news_only=True)
    seconds = time.perf_counter() - began
    assert whole.accepted == 3
    assert seconds < 5, f"{seconds:.2f} s"


def _edit(text):
    from tram_ext.domain.edits import SentenceEdit

    return SentenceEdit(text)
