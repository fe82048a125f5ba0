import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from tram_ext.ml.evaluation.scores import confusions, score, score_documents

TRUTH = ["T9", "T1", "T9", "T5", "T1", "T9", "T5", "T9"]
GUESS = ["T9", "T9", "T9", "T1", "T1", "T5", "T1", "T9"]


def rows(labels):
    return [(label,) for label in labels]


def test_every_figure_stands_beside_its_own_technique_whatever_the_order():
    labels = ["T9", "T1", "T5"]
    peer = precision_recall_fscore_support(TRUTH, GUESS, labels=labels, zero_division=0)
    ours = {
        row.attack_id: (row.precision, row.recall, row.f1, row.support)
        for row in score(rows(TRUTH), rows(GUESS)).techniques
    }
    for label, *expected in zip(labels, *peer, strict=True):
        assert ours[label] == pytest.approx(tuple(expected))
    assert ours["T9"][2] > ours["T1"][2] > ours["T5"][2] == 0


@pytest.mark.parametrize("average", ["weighted", "micro", "macro"])
def test_averages_are_scikit_learns(average):
    found = getattr(score(rows(TRUTH), rows([*GUESS[:-1], "T77"])), f"f1_{average}")
    assert found == pytest.approx(f1_score(TRUTH, [*GUESS[:-1], "T77"], average=average, zero_division=0))


def test_rows_of_several_techniques_and_of_none():
    found = score([("T1", "T2"), (), ("T2",)], [("T1",), ("T2",), ("T2",)])
    assert found.f1_micro == pytest.approx(2 * 2 / (3 + 3))
    assert [(row.attack_id, row.precision, row.recall) for row in found.techniques] == [("T1", 1, 1), ("T2", 0.5, 0.5)]


def test_nothing_scores_nothing():
    assert score([()], [()]).f1_micro == 0
    assert score([], []).techniques == ()


def test_confusions_come_most_frequent_first():
    assert confusions(TRUTH, GUESS, most=2) == [
        {"truth": "T5", "predicted": "T1", "count": 2},
        {"truth": "T1", "predicted": "T9", "count": 1},
    ]


def test_documents_are_scored_by_their_sets():
    found = score_documents(["a", "a", "b", "c"], [("T1",), ("T2",), ("T3",), ()], [("T1",), ("T1",), (), ("T4",)])
    assert found == {"documents": 2, "f1": pytest.approx((2 / 3 + 0) / 2), "f1_micro": pytest.approx(2 / 4)}
