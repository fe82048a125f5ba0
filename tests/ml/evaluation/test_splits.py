from collections import Counter

import pytest
from sklearn.model_selection import train_test_split

from tram_ext.domain.errors import Conflict
from tram_ext.ml.evaluation.splits import folds, folds_by_group, holdout
from tram_ext.ml.model import TrainingSet


def training(labels, groups=None):
    n = len(labels)
    return TrainingSet(tuple(map(str, range(n))), tuple(labels), tuple(groups or ["x"] * n), (False,) * n)


SINGLE = training([("T1",)] * 30 + [("T2",)] * 20)


def test_the_holdout_is_trams():
    labels = [own[0] for own in SINGLE.labels]
    a, b = train_test_split(range(50), test_size=0.2, shuffle=True, random_state=0, stratify=labels)
    assert holdout(SINGLE) == (a, b)
    assert holdout(SINGLE, seed=1) != (a, b)


def test_a_technique_of_one_sentence_is_trained_on_and_none_is_a_stratum():
    rows = training([("T1", "T2")] * 30 + [()] * 30 + [("T3",)])
    train, test = holdout(rows)
    assert 60 in train
    assert Counter(bool(rows.labels[row]) for row in test) == {True: 6, False: 6}
    assert sorted([*train, *test]) == list(range(61))


@pytest.mark.parametrize("labels", [[], [("T1",)], [("T1",), ("T1",), ("T2",), ("T2",), ("T3",), ("T3",)]])
def test_too_little_to_hold_out_is_said(labels):
    with pytest.raises(Conflict, match="too little data"):
        holdout(training(labels))


def test_nothing_to_measure_in_what_is_held_out_is_said():
    with pytest.raises(Conflict, match="None of the 6 sentences"):
        holdout(training([("T1",), ("T2",)] + [()] * 30))


def test_folds_hold_every_row_once_and_techniques_evenly():
    parts = folds(SINGLE, 5)
    assert sorted(row for part in parts for row in part) == list(range(50))
    for part in parts:
        assert Counter(SINGLE.labels[row][0] for row in part) == {"T1": 6, "T2": 4}
    assert folds(SINGLE, 5) == parts
    assert folds(SINGLE, 5, seed=1) != parts


def test_folds_by_group_keep_documents_whole_and_are_of_a_size():
    groups = [f"g{i % 11}" for i in range(110)]
    rows = training([("T1",)] * 110, groups)
    parts = folds_by_group(rows, 5)
    assert sorted(row for part in parts for row in part) == list(range(110))
    homes = {
        group: {n for n, part in enumerate(parts) if any(groups[row] == group for row in part)} for group in groups
    }
    assert all(len(home) == 1 for home in homes.values())
    assert {len(part) for part in parts} == {20, 30}


def test_folds_that_cannot_be_made():
    with pytest.raises(Conflict, match="1 documents"):
        folds_by_group(SINGLE, 2)
    with pytest.raises(Conflict, match="1 folds"):
        folds(SINGLE, 1)
    with pytest.raises(Conflict, match="51 folds of 50 sentences"):
        folds(SINGLE, 51)
