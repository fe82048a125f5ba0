import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import pytest

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.evaluation.crossvalidation import cross_validate
from tram_ext.ml.training import train


def test_the_holdout_of_seed_0_is_what_a_training_reports(corpus):
    found = cross_validate("nb", corpus, split="holdout")
    card = train("nb", corpus, min_examples=4, progress=lambda share, stage: None).card
    assert found["figures"]["f1_weighted"]["values"] == [pytest.approx(card.f1_weighted)]
    assert found["figures"]["f1_weighted"]["spread"] is None


@pytest.mark.parametrize("split", ["folds", "documents"])
def test_every_pair_is_tested_once_a_seed(corpus, split):
    found = cross_validate("logreg", corpus, split=split, k=3, seeds=(0, 1), threshold=0.25)
    assert sum(row["support"] for row in found["techniques"]) == 2 * 120
    micro = found["figures"]["f1_micro"]
    assert len(micro["values"]) == 2
    assert micro["mean"] == pytest.approx(sum(micro["values"]) / 2)
    assert micro["spread"] >= 0
    assert ("document_f1" in found["figures"]) == (split == "documents")
    assert json.dumps(found)


def test_the_executor_changes_nothing(corpus):
    alone = cross_validate("nb", corpus, k=4, seeds=(0, 1))
    with ThreadPoolExecutor(3) as threads:
        assert cross_validate("nb", corpus, k=4, seeds=(0, 1), executor=threads) == alone
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        assert cross_validate("nb", corpus, k=4, seeds=(0, 1), executor=processes) == alone


def test_progress_counts_the_folds(corpus):
    told = []
    cross_validate("nb", corpus, k=3, progress=lambda share, stage: told.append((share, stage)))
    assert told == [(1 / 3, "fold 1 of 3"), (2 / 3, "fold 2 of 3"), (1.0, "fold 3 of 3")]


def test_the_error_of_a_fold_reaches_the_caller(corpus):
    one_document = replace(
        corpus,
        groups=tuple("all" if row < 119 else "rest" for row in range(120)),
        labels=(*corpus.labels[:119], ("T1486",)),
    )
    with ThreadPoolExecutor(1) as pool, pytest.raises(Conflict, match="nothing to learn from"):
        cross_validate("nb", one_document, split="documents", k=2, executor=pool)


@pytest.mark.parametrize(
    ("arguments", "field"), [({"split": "odd"}, "split"), ({"seeds": ()}, "seeds"), ({"seeds": (1, 1)}, "seeds")]
)
def test_wrong_arguments_are_named(corpus, arguments, field):
    with pytest.raises(Invalid) as caught:
        cross_validate("nb", corpus, **arguments)
    assert list(caught.value.fields) == [field]
