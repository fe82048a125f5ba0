from __future__ import annotations

import time

import pytest

from tests.learning.conftest import ACCEPT, report_under_review, sentences_of, users
from tram_ext.domain.errors import Conflict, Invalid, NotFound

TECHNIQUE = "T1566.001"


@pytest.fixture(scope="module")
def invoice(shared, ann):
    return sentences_of(shared, report_under_review(shared).id, ann)[0]


def words(sentence, explanation):
    return [sentence.text[reason.start : reason.end] for reason in explanation.reasons]


@pytest.mark.parametrize("model", ["linear", "nb"])
def test_a_mapping_has_words_and_examples(shared, ann, invoice, model):
    found = shared.explanations.of_mapping(invoice.mappings[0].id, ann, model=model)
    assert (found.attack_id, found.name, found.model, found.version) == (
        TECHNIQUE,
        "Spearphishing Attachment",
        model,
        1,
    )
    assert words(invoice, found)[0] in invoice.text.split()
    if model == "nb":
        assert {"email", "attachment"} <= set(words(invoice, found))
    assert [reason.weight for reason in found.reasons] == sorted((r.weight for r in found.reasons), reverse=True)
    assert 0 < found.confidence <= 100
    assert found.note == ""
    assert {example.report_name for example in found.examples} == {"Six ways in"}
    assert all(TECHNIQUE in example.techniques for example in found.examples)
    assert not any(TECHNIQUE in example.techniques for example in found.others)
    similarities = [example.similarity for example in found.examples]
    assert len(similarities) == 3
    assert similarities == sorted(similarities, reverse=True)
    assert "attachment" in found.examples[0].text


def test_a_technique_that_is_not_mapped_can_be_explained(shared, ann, invoice):
    found = shared.explanations.of_sentence(invoice.id, "t1486", ann)
    assert (found.attack_id, found.model) == ("T1486", "linear")
    assert found.confidence < found.threshold
    assert all("T1486" in example.techniques for example in found.examples)


def test_an_accepted_sentence_is_not_its_own_example(shared, ann):
    for sentence in sentences_of(shared, 1, ann)[:8]:
        found = shared.explanations.of_mapping(sentence.mappings[0].id, ann)
        assert sentence.id not in {example.sentence_id for example in (*found.examples, *found.others)}


def test_a_model_without_reasons_says_so(shared, ann, invoice):
    found = shared.explanations.of_mapping(invoice.mappings[0].id, ann, model="dummy")
    assert found.reasons == ()
    assert found.note == "The model 'dummy' cannot say which words weighed."
    assert found.examples


def test_a_technique_that_the_model_does_not_know(shared, ann, invoice):
    found = shared.explanations.of_sentence(invoice.id, "T1574.001", ann, model="nb")
    assert (found.confidence, found.reasons, found.examples) == (None, (), ())
    assert "does not know T1574.001" in found.note


def test_what_does_not_exist(shared, ann, invoice):
    with pytest.raises(NotFound, match="Mapping"):
        shared.explanations.of_mapping(999, ann)
    with pytest.raises(NotFound, match="Sentence"):
        shared.explanations.of_sentence(999, TECHNIQUE, ann)
    with pytest.raises(Invalid, match="T9999"):
        shared.explanations.of_sentence(invoice.id, "T9999", ann)
    with pytest.raises(NotFound):
        shared.explanations.of_sentence(invoice.id, TECHNIQUE, ann, model="oracle")
    with pytest.raises(Conflict, match="not trained"):
        shared.explanations.of_sentence(invoice.id, TECHNIQUE, ann, model="logreg")


def test_it_is_quick_once_it_is_warm(shared, ann, invoice):
    mapping = invoice.mappings[0].id
    shared.explanations.of_mapping(mapping, ann)
    began = time.perf_counter()
    for _ in range(5):
        shared.explanations.of_mapping(mapping, ann)
    assert (time.perf_counter() - began) / 5 < 0.15


def test_numpy_stays_out_of_the_process_that_asks(trained, start_python):
    code = """
        import sys
        from pathlib import Path
        from tram_ext.services.container import Services
        from tram_ext.services.settings import Settings

        if __name__ == "__main__":
            services = Services(Settings(data_dir=Path(sys.argv[1]), db_url="", default_model="linear"))
            (ann, *_) = services.users.list()
            assert services.explanations.of_mapping(1, ann).examples
            assert services.suggestions.of_report(2, ann).sentences
            services.close()
            print([name for name in ("numpy", "scipy", "sklearn") if name in sys.modules])
    """
    out, _ = start_python(code, trained).communicate(timeout=60)
    assert out.strip() == "[]"


def test_what_was_accepted_since_becomes_an_example_and_what_was_deleted_is_none(services):
    ann = users(services)["ann"]
    report = report_under_review(services)
    first, second, *_ = sentences_of(services, report.id, ann)
    assert second.id not in nearest(services, first, ann)
    services.bulk.decide(report.id, [second.id], ACCEPT, ann)
    services.reports.set_use_for_training(1, ann, use=False)
    deadline = time.monotonic() + 5
    while nearest(services, first, ann) != {second.id} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert nearest(services, first, ann) == {second.id}
    services.reports.delete(report.id, ann)
    with pytest.raises(NotFound):
        services.explanations.of_mapping(first.mappings[0].id, ann)


def nearest(services, sentence, actor):
    found = services.explanations.of_mapping(sentence.mappings[0].id, actor)
    return {example.sentence_id for example in found.examples}
