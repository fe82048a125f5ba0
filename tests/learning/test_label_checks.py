from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import corpus
from tests.learning.conftest import sentences_of
from tram_ext.domain.assertions import Assertion, MappingSource
from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import TaskState

WRONG = "A ransom note was left beside the encrypted files."
REQUEST = TrainingRequest("nb")


@pytest.fixture
def mislabelled(services, ann):
    """Return a sentence of which somebody accepted the wrong technique."""
    sentence = next(each for each in sentences_of(services, 1, ann) if each.text == WRONG)
    services.mappings.delete(sentence.mappings[0].id, ann)
    services.mappings.add(1, sentence.id, Assertion("T1566.001"), ann)
    return sentence


def run(services, ann, **options):
    return services.label_checks.run(services.label_checks.begin(REQUEST, ann), REQUEST, ann, **options)


def test_a_wrong_label_is_found_with_what_it_should_be(services, ann, mislabelled):
    said = []
    check = run(services, ann, on_progress=lambda share, stage: said.append((share, stage)))
    assert check.task.state is TaskState.DONE
    assert check.task.elapsed_sec > 0
    assert (check.checked, check.found) == (36, len(check.doubts))
    first = check.doubts[0]
    assert (first.sentence.id, first.technique, first.instead) == (mislabelled.id, "T1566.001", "T1486")
    assert first.report_name == "Six ways in"
    assert 0 < first.doubt <= 1
    assert 0 <= first.confidence < first.instead_confidence <= 100
    assert said[0] == (0.0, "reading")
    assert "fold 5 of 5" in [stage for _, stage in said]
    assert services.label_checks.get(check.task.id, ann) == check
    assert services.trainings.list(ann)[0][0].id != check.task.id, "a check is no training"
    with pytest.raises(NotFound):
        services.trainings.get(check.task.id, ann)


def test_the_executor_changes_nothing(services, ann, mislabelled):
    with ThreadPoolExecutor(2) as pool:
        assert run(services, ann, executor=pool).doubts == run(services, ann).doubts


def test_what_was_put_right_is_not_shown_again(services, ann, mislabelled):
    check = run(services, ann)
    mapping = services.sentences.get(mislabelled.id, ann).mappings[0]
    services.mappings.delete(mapping.id, ann)
    services.mappings.add(1, mislabelled.id, Assertion("T1486", source=MappingSource.PERSON), ann)
    left = services.label_checks.get(check.task.id, ann)
    assert mislabelled.id not in {doubt.sentence.id for doubt in left.doubts}
    assert left.found == check.found - 1


def test_a_twin_with_another_label_is_shown(services, ann):
    twin = corpus.sentence("A ransom note was left beside encrypted files.", "T1566.001")
    services.imports.import_report(corpus.export_bytes("Twin", text="Twin", sentences=[twin]), ann)
    found = {doubt.sentence.text: doubt for doubt in run(services, ann).doubts}
    doubt = found[twin["text"]]
    assert doubt.twin.text == WRONG
    assert doubt.twin.techniques == ("T1486",)
    assert doubt.twin.similarity > 0.8


def test_pages(services, ann, mislabelled):
    check = run(services, ann)
    page = services.label_checks.get(check.task.id, ann, limit=1)
    assert (page.found, page.doubts) == (check.found, check.doubts[:1])
    assert services.label_checks.get(check.task.id, ann, offset=1).doubts == check.doubts[1:]


def test_too_little(services, ann):
    services.reports.set_use_for_training(1, ann, use=False)
    with pytest.raises(Conflict, match="0 accepted sentences"):
        run(services, ann)
