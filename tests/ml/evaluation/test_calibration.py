import numpy as np
import pytest

from tram_ext.ml.evaluation.calibration import reliability


def test_a_model_that_keeps_its_word_has_no_error():
    found = reliability([0.75] * 4, [True, True, True, False])
    assert found["ece"] == pytest.approx(0)
    assert found["bins"] == [
        {"from": pytest.approx(11 / 15), "to": pytest.approx(12 / 15), "count": 4, "confidence": 0.75, "accuracy": 0.75}
    ]


def test_the_error_is_the_mean_gap_weighted_by_rows():
    found = reliability([0.9, 0.9, 0.9, 0.5], [False, False, False, True], bins=10)
    assert found["ece"] == pytest.approx((3 * 0.9 + 1 * 0.5) / 4)


def test_the_ends_of_the_scale_have_their_bins():
    assert [row["count"] for row in reliability([0.0, 1.0], [False, True])["bins"]] == [1, 1]


def test_no_rows_no_error():
    assert reliability([], []) == {"ece": 0.0, "ece_by_chance": 0.0, "bins": []}


def test_chance_alone_makes_as_much_error_as_is_said():
    random = np.random.default_rng(0)
    confidences = random.beta(4, 1, 1500)
    drawn = [reliability(confidences.tolist(), (random.random(1500) < confidences).tolist()) for _ in range(60)]
    assert np.mean([found["ece"] for found in drawn]) == pytest.approx(drawn[0]["ece_by_chance"], rel=0.1)


def test_where_all_is_certain_chance_makes_no_error():
    assert reliability([0.0, 1.0, 1.0], [False, True, False])["ece_by_chance"] == 0
