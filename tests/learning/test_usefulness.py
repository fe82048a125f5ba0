from __future__ import annotations

import pytest

from tests import corpus
from tests.learning.conftest import UNDER_REVIEW, report_under_review, users
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.domain.review import SentenceFilter


@pytest.mark.parametrize("model", ["linear", "nb"])
def test_every_sentence_that_awaits_review_comes_once(shared, ann, model):
    report = report_under_review(shared)
    found, total = shared.usefulness.list(SentenceFilter(report_id=report.id), ann, model=model)
    assert total == len(found) == len(UNDER_REVIEW)
    assert {each.sentence.text for each in found} == {text for text, _ in UNDER_REVIEW}
    assert all(0 <= each.use <= 1 for each in found)


def test_without_a_report_all_are_compared_and_pages_fit_together(shared, ann):
    whole, total = shared.usefulness.list(SentenceFilter(), ann)
    assert total == len(UNDER_REVIEW) + 2, "two sentences of the corpus await review"
    pages = [shared.usefulness.list(SentenceFilter(), ann, limit=3, offset=offset)[0] for offset in (0, 3, 6)]
    assert [each for page in pages for each in page] == whole
    assert shared.usefulness.list(SentenceFilter(), ann, limit=3, offset=50) == ([], total)


def test_filters_narrow_the_choice(shared, ann):
    found, _ = shared.usefulness.list(SentenceFilter(technique="T1059.001"), ann)
    assert {each.sentence.text for each in found} == {"Encoded PowerShell started the stage.", "PowerShell [T1059.001]"}
    assert shared.usefulness.list(SentenceFilter(text="no such words"), ann) == ([], 0)


def test_decided_sentences_cannot_be_ordered(shared, ann):
    with pytest.raises(Invalid, match="await review"):
        shared.usefulness.list(SentenceFilter(disposition=Disposition.ACCEPT), ann)
    with pytest.raises(Conflict, match="not trained"):
        shared.usefulness.list(SentenceFilter(), ann, model="logreg")


def test_open_questions_come_before_what_a_model_is_sure_of(services):
    ann = users(services)["ann"]
    known = corpus.SENTENCES["T1486"][0]
    texts = [known, "An email with a PowerShell script encrypted the files."]
    sentences = [corpus.sentence(text, order=order, disposition=None) for order, text in enumerate(texts)]
    report = services.imports.import_report(corpus.export_bytes("Two", text="Two", sentences=sentences), ann).report
    found, _ = services.usefulness.list(SentenceFilter(report_id=report.id), ann, model="nb")
    assert [each.sentence.text for each in found] == texts[::-1]
    assert found[0].use > found[1].use
