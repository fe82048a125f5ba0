import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import pytest

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.evaluation.crossvalidation import cross_validate
from tram_ext.ml.model import TrainingSet
from tram_ext.ml.training import train


@pytest.fixture
def silent_sentences(corpus):
    """Return the corpus with sentences that say nothing."""
    more = tuple(f"The weather of day {n} was fine and calm all over the coast." for n in range(12))
    return TrainingSet(
        texts=corpus.texts + more,
        labels=corpus.labels + ((),) * len(more),
        groups=corpus.groups + tuple(f"report {n % 7}" for n in range(len(more))),
        builtin=(False,) * (len(corpus.texts) + len(more)),
    )


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
    assert found["leakage"]["test"] == 2 * 120
    assert sum(row["count"] for row in found["calibration"]["bins"]) == 2 * 120
    figures = found["figures"]
    assert figures["top_1"]["mean"] <= figures["top_3"]["mean"] <= 1
    assert 0 <= figures["ece"]["mean"] <= 1
    assert "none_proposed" not in figures, "no sentence is without a technique"
    assert json.dumps(found)


def test_the_holdout_tells_what_a_model_card_tells(corpus):
    found = cross_validate("logreg", corpus, split="holdout")
    card = train("logreg", corpus, min_examples=4, progress=lambda share, stage: None).card
    assert found["calibration"]["ece"] == pytest.approx(card.details["calibration"]["ece"])
    assert found["confusions"] == card.details["confusions"]
    assert found["leakage"] == card.details["leakage"]
    assert {k: found["figures"][f"top_{k}"]["values"][0] for k in card.details["top_k"]} == card.details["top_k"]


def test_examples_of_attack_are_no_documents(corpus):
    examples = replace(corpus, builtin=tuple(group != "report 1" for group in corpus.groups))
    found = cross_validate("nb", examples, split="documents", k=3)["figures"]
    one = cross_validate("nb", replace(examples, builtin=(True,) * 120), split="documents", k=3)["figures"]
    assert "document_f1" in found
    assert "document_f1" not in one


def test_sentences_without_a_technique_are_measured(corpus, silent_sentences):
    found = cross_validate("linear", silent_sentences, k=2)
    assert 0 <= found["figures"]["none_proposed"]["mean"] <= 1


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
