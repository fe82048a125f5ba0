from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.ml.conftest import make_corpus
from tram_ext.domain.errors import Conflict
from tram_ext.ml.label_errors import find_label_errors

WRONG = {3: "T1486", 40: "T1566.001", 77: "T1003.001", 90: "T1059.001"}


@pytest.fixture(scope="module")
def mislabelled():
    """Return a corpus with some labels exchanged, and what they were."""
    clean = make_corpus()
    labels = list(clean.labels)
    wrong = {row: other for row, other in WRONG.items() if labels[row] != (other,)}
    for row, other in wrong.items():
        labels[row] = (other,)
    return replace(clean, labels=tuple(labels)), {row: clean.labels[row][0] for row in wrong}


@pytest.mark.parametrize("name", ["nb", "logreg"])
def test_wrong_labels_come_first_with_what_they_should_be(mislabelled, name):
    training, right = mislabelled
    found = find_label_errors(name, training, min_examples=4)
    first = found[: len(right)]
    assert {each.row: each.instead for each in first} == right
    for each in first:
        assert training.labels[each.row] == (each.label,)
        assert each.instead_confidence > each.confidence
        assert 0 < each.doubt <= 1
    assert [each.doubt for each in found] == sorted((each.doubt for each in found), reverse=True)


def test_a_model_that_knows_no_technique_is_checked_both_ways(mislabelled):
    training, _ = mislabelled
    silent = tuple(f"The weather report number {i} spoke of rain over the harbour." for i in range(30))
    labels = list(training.labels)
    forgotten = next(row for row, own in enumerate(labels) if own == ("T1486",) and row not in WRONG)
    labels[forgotten] = ()
    texts = (*training.texts, *silent)
    more = replace(
        training,
        texts=texts,
        labels=(*labels, *[()] * 29, ("T1486",)),
        groups=(*training.groups, *["weather"] * 30),
        builtin=(False,) * len(texts),
    )
    found = {(each.row, each.label): each for each in find_label_errors("linear", more, min_examples=4)}
    assert found[forgotten, ""].instead == "T1486"
    assert found[len(texts) - 1, "T1486"].instead == ""


def test_the_executor_changes_nothing(mislabelled):
    training, _ = mislabelled
    with ThreadPoolExecutor(2) as pool:
        assert find_label_errors("nb", training, min_examples=4, executor=pool) == find_label_errors(
            "nb", training, min_examples=4
        )


def test_sentences_of_attack_are_neither_checked_nor_trained_on(mislabelled):
    training, right = mislabelled
    builtin = tuple(row in right for row in range(len(training.texts)))
    assert not {each.row for each in find_label_errors("nb", replace(training, builtin=builtin), min_examples=4)} & set(
        right
    )
    with pytest.raises(Conflict, match="0 accepted sentences of your own"):
        find_label_errors("nb", replace(training, builtin=(True,) * len(training.texts)), min_examples=4)


def test_progress_is_told(two_techniques):
    said = []
    find_label_errors("nb", two_techniques, min_examples=4, progress=lambda share, stage: said.append((share, stage)))
    assert said[-1] == (1.0, "fold 5 of 5")
