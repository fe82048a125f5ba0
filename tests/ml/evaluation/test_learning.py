from concurrent.futures import ThreadPoolExecutor

import pytest

from tram_ext.domain.errors import Invalid
from tram_ext.ml.evaluation.crossvalidation import cross_validate
from tram_ext.ml.evaluation.learning import learning_curve


def test_more_sentences_are_better_and_the_last_point_is_trams_protocol(corpus):
    points = learning_curve("nb", corpus, shares=(1.0, 0.1, 0.5), seeds=(0, 1))
    assert [point["share"] for point in points] == [0.1, 0.5, 1.0]
    assert [point["sentences"] for point in points] == [10, 48, 96]
    assert points[0]["f1_micro"]["mean"] <= points[-1]["f1_micro"]["mean"]
    whole = cross_validate("nb", corpus, split="holdout", seeds=(0, 1))["figures"]
    for figure in ("f1_weighted", "f1_micro", "f1_macro"):
        assert points[-1][figure]["mean"] == pytest.approx(whole[figure]["mean"])


def test_the_executor_changes_nothing(corpus):
    told = []
    with ThreadPoolExecutor(2) as threads:
        found = learning_curve(
            "nb", corpus, shares=(0.5, 1.0), executor=threads, progress=lambda *said: told.append(said)
        )
    assert found == learning_curve("nb", corpus, shares=(0.5, 1.0))
    assert [stage for _, stage in told] == ["point 1 of 2", "point 2 of 2"]
    assert told[0][0] == pytest.approx((48 + 24) / (48 + 24 + 96 + 24)), "large parts take longer"
    assert told[1][0] == 1.0


def test_shares_that_teach_nothing_are_left_out(two_techniques):
    for share in (0.001, 0.05):  # one technique; two, and no word that is said often enough
        assert [point["share"] for point in learning_curve("nb", two_techniques, shares=(share, 1.0))] == [1.0]


@pytest.mark.parametrize("wrong", [{"shares": ()}, {"shares": (0.0,)}, {"shares": (1.5,)}, {"seeds": ()}], ids=str)
def test_wrong_arguments_are_named(corpus, wrong):
    with pytest.raises(Invalid) as caught:
        learning_curve("nb", corpus, **wrong)
    assert list(caught.value.fields) == list(wrong)
