import pytest

from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.ml.examples import data_sha256, pairs, rows_for, take, without_rare
from tram_ext.ml.model import TrainingSet
from tram_ext.ml.tram.models import LogisticModel

SET = TrainingSet(
    texts=("a", "b", "c", "d"),
    labels=(("T1", "T2"), (), ("T1",), ("T2", "T3")),
    groups=("x", "x", "y", "z"),
    builtin=(False, False, True, False),
)


class MultiLabel(LogisticModel):
    multi_label = True


class FromTexts(MultiLabel):
    learns_from_builtin = True


def test_each_technique_of_a_sentence_is_a_row():
    assert pairs(SET) == TrainingSet(
        texts=("a", "a", "c", "d", "d"),
        labels=(("T1",), ("T2",), ("T1",), ("T2",), ("T3",)),
        groups=("x", "x", "y", "z", "z"),
        builtin=(False, False, True, False, False),
    )


def test_rows_are_taken_in_the_order_asked_for():
    assert take(SET, [2, 0]).texts == ("c", "a")


def test_a_rare_technique_goes_and_a_sentence_of_it_alone_with_it():
    left, gone = without_rare(take(SET, [0, 1, 2, 3]), 2)
    assert (left.labels, gone) == ((("T1", "T2"), (), ("T1",), ("T2",)), {"T3": 1})
    left, gone = without_rare(take(SET, [1, 2, 3, 3]), 2)
    assert (left.texts, gone) == (("b", "d", "d"), {"T1": 1})


def test_the_hash_tells_texts_labels_and_their_borders_apart():
    same = TrainingSet(("ab", "c"), (("T1",), ()), ("x", "x"), (False, False))
    others = [
        TrainingSet(("a", "bc"), (("T1",), ()), ("x", "x"), (False, False)),
        TrainingSet(("ab", "c"), ((), ("T1",)), ("x", "x"), (False, False)),
        TrainingSet(("c", "ab"), ((), ("T1",)), ("x", "x"), (False, False)),
    ]
    assert len({data_sha256(one) for one in [same, *others]}) == 4
    assert data_sha256(same) == data_sha256(TrainingSet(same.texts, same.labels, ("y", "z"), (True, True)))


def test_multi_label_models_see_sentences_and_single_label_ones_pairs():
    assert rows_for(MultiLabel, SET, 1)[0] is SET
    assert len(rows_for(LogisticModel, SET, 1)[0].texts) == 5


def test_models_that_learn_from_definitions_keep_rare_techniques():
    assert rows_for(FromTexts, SET, 2) == (SET, {})
    assert rows_for(LogisticModel, SET, 2)[1] == {"T3": 1}


@pytest.mark.parametrize(
    ("rows", "least", "message"),
    [
        ([], 1, "no accepted sentence"),
        ([1], 1, "no accepted sentence"),
        ([2], 1, "1 of 1 techniques"),
        ([0, 2], 2, "1 of 2"),
    ],
)
def test_too_little_to_learn_from_is_said(rows, least, message):
    with pytest.raises(Conflict, match=message):
        rows_for(LogisticModel, take(SET, rows), least)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(Invalid, match=r"\[1, 2, 1, 1\]"):
        rows_for(LogisticModel, TrainingSet(("a",), (("T1",), ("T2",)), ("x",), (False,)), 1)
