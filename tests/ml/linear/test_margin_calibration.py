"""Calibration by margin and technique, and the logistic regressions that it is fitted with."""

from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.linear.logistic import fit_logistic, fit_logistic_by_group, probability
from tram_ext.ml.linear.margin_calibration import MarginCalibration


def world(rows: int, *, exclusive: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make logits of four techniques and what is true: one technique of a sentence, or each by itself."""
    random = np.random.default_rng(3)
    logits = random.normal(-1, 2, (rows, 4)).astype(np.float32)
    odds = np.exp(logits)
    if exclusive:
        best = [random.choice(4, p=row / row.sum()) for row in odds]
        return logits, np.eye(4, dtype=bool)[best]
    return logits, random.random(odds.shape) < odds / (1 + odds)


def test_the_identity_leaves_logits_as_they_are():
    logits, _ = world(5, exclusive=True)
    assert np.array_equal(MarginCalibration.identity(4).transform(logits), logits)


def test_where_sentences_have_one_technique_a_close_competitor_makes_it_less_likely():
    calibration = MarginCalibration().fit(*world(2000, exclusive=True))
    alone, contested = calibration.transform(np.array([[1, -4, -4, -4], [1, 1, -4, -4]], np.float32))[:, 0]
    assert alone > contested + 2


def test_where_techniques_are_independent_a_competitor_changes_little():
    calibration = MarginCalibration().fit(*world(2000, exclusive=False))
    alone, contested = calibration.transform(np.array([[1, -4, -4, -4], [1, 1, -4, -4]], np.float32))[:, 0]
    assert abs(alone - contested) < 0.5


def test_confidences_are_calibrated_where_sentences_have_one_technique():
    calibration = MarginCalibration().fit(*world(4000, exclusive=True))
    logits, truth = world(4000, exclusive=True)
    confidences = probability(calibration.transform(logits)).max(axis=1)
    hits = truth[np.arange(len(logits)), calibration.transform(logits).argmax(axis=1)]
    for low in (0.4, 0.6, 0.8):
        inside = (confidences >= low) & (confidences < low + 0.2)
        assert hits[inside].mean() == pytest.approx(confidences[inside].mean(), abs=0.06)


def test_a_technique_that_is_labelled_less_than_its_logit_says_gets_a_lower_one():
    logits, truth = world(2000, exclusive=False)
    truth[:, 2] &= np.random.default_rng(1).random(2000) < 0.3
    own = MarginCalibration().fit(logits, truth).technique_intercepts_
    assert own.argmin() == 2
    assert own[2] < np.delete(own, 2).max() - 0.7


def test_a_technique_that_is_hardly_seen_keeps_the_common_intercept():
    logits, truth = world(2000, exclusive=False)
    logits[:, 3], truth[:, 3] = -9, False
    assert abs(MarginCalibration().fit(logits, truth).technique_intercepts_[3]) < 0.1


@pytest.mark.parametrize("columns", [0, 1])
def test_nothing_to_learn_leaves_logits_as_they_are(columns):
    logits = np.ones((3, columns), np.float32)
    assert np.array_equal(MarginCalibration().fit(logits, np.zeros((3, columns), bool)).transform(logits), logits)


def test_a_single_technique_has_no_competitor():
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (500, 1)).astype(np.float32)
    found = MarginCalibration().fit(logits, random.random((500, 1)) < 1 / (1 + np.exp(-logits))).transform(logits)
    assert np.isfinite(found).all()
    assert np.corrcoef(found.ravel(), logits.ravel())[0, 1] > 0.99


def test_its_state_makes_the_same_again():
    logits, truth = world(500, exclusive=True)
    calibration = MarginCalibration().fit(logits, truth)
    assert np.array_equal(
        MarginCalibration.from_state(calibration.state()).transform(logits), calibration.transform(logits)
    )


def test_a_strong_prior_keeps_the_intercepts_of_groups_at_zero():
    logits, truth = world(800, exclusive=False)
    inputs, outcome, groups = logits.reshape(-1, 1).astype(float), truth.ravel(), np.tile(np.arange(4), 800)
    common, own = fit_logistic_by_group(inputs, outcome, groups, 4, prior_strength=1e9)
    assert np.abs(own).max() < 1e-5
    assert common == pytest.approx(fit_logistic(inputs, outcome), abs=1e-3)


def test_a_weak_prior_lets_them_meet_how_often_each_group_is_true():
    random = np.random.default_rng(5)
    groups = random.integers(0, 3, 6000)
    outcome = random.random(6000) < np.array([0.1, 0.5, 0.8])[groups]
    common, own = fit_logistic_by_group(np.zeros((6000, 0)), outcome, groups, 3, prior_strength=1.0)
    assert 1 / (1 + np.exp(-common[-1] - own)) == pytest.approx(np.array([0.1, 0.5, 0.8]), abs=0.03)
