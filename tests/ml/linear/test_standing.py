"""How logits are read beside each other: what accepted sentences teach about it."""

from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.linear import calibration
from tram_ext.ml.linear.margin_calibration import Standing


def world(rows: int, *, exclusive: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make logits of four techniques and what is true: one technique of a sentence, or each by itself."""
    random = np.random.default_rng(3)
    logits = random.normal(-1, 2, (rows, 4)).astype(np.float32)
    odds = np.exp(logits)
    if exclusive:
        best = [random.choice(4, p=row / row.sum()) for row in odds]
        return logits, np.eye(4, dtype=bool)[best]
    return logits, random.random(odds.shape) < odds / (1 + odds)


def test_unchanged_leaves_logits_as_they_are():
    logits, _ = world(5, exclusive=True)
    assert np.array_equal(Standing.unchanged(4).read(logits), logits)


def test_where_sentences_have_one_technique_a_rival_makes_it_less_likely():
    standing = Standing.fit(*world(2000, exclusive=True))
    alone, rivalled = standing.read(np.array([[1, -4, -4, -4], [1, 1, -4, -4]], np.float32))[:, 0]
    assert alone > rivalled + 2


def test_where_each_technique_stands_for_itself_a_rival_changes_little():
    standing = Standing.fit(*world(2000, exclusive=False))
    alone, rivalled = standing.read(np.array([[1, -4, -4, -4], [1, 1, -4, -4]], np.float32))[:, 0]
    assert abs(alone - rivalled) < 0.5


def test_confidences_are_met_where_sentences_have_one_technique():
    standing = Standing.fit(*world(4000, exclusive=True))
    logits, truth = world(4000, exclusive=True)
    confidences = calibration.probability(standing.read(logits)).max(axis=1)
    hits = truth[np.arange(len(logits)), standing.read(logits).argmax(axis=1)]
    for low in (0.4, 0.6, 0.8):
        inside = (confidences >= low) & (confidences < low + 0.2)
        assert hits[inside].mean() == pytest.approx(confidences[inside].mean(), abs=0.06)


def test_a_technique_that_is_labelled_less_than_its_logit_says_is_read_lower():
    logits, truth = world(2000, exclusive=False)
    truth[:, 2] &= np.random.default_rng(1).random(2000) < 0.3
    own = Standing.fit(logits, truth).own
    assert own.argmin() == 2
    assert own[2] < np.delete(own, 2).max() - 0.7


def test_a_technique_that_is_hardly_seen_keeps_the_common_intercept():
    logits, truth = world(2000, exclusive=False)
    logits[:, 3], truth[:, 3] = -9, False
    assert abs(Standing.fit(logits, truth).own[3]) < 0.1


@pytest.mark.parametrize("columns", [0, 1])
def test_nothing_to_learn_leaves_logits_as_they_are(columns):
    logits = np.ones((3, columns), np.float32)
    assert np.array_equal(Standing.fit(logits, np.zeros((3, columns), bool)).read(logits), logits)


def test_one_technique_has_no_rival():
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (500, 1)).astype(np.float32)
    read = Standing.fit(logits, random.random((500, 1)) < 1 / (1 + np.exp(-logits))).read(logits)
    assert np.isfinite(read).all()
    assert np.corrcoef(read.ravel(), logits.ravel())[0, 1] > 0.99


def test_what_a_file_holds_reads_the_same():
    logits, truth = world(500, exclusive=True)
    standing = Standing.fit(logits, truth)
    assert np.array_equal(Standing.from_state(standing.state()).read(logits), standing.read(logits))


def test_own_intercepts_vanish_where_they_are_held_hard():
    logits, truth = world(800, exclusive=False)
    inputs, outcome, kinds = logits.reshape(-1, 1).astype(float), truth.ravel(), np.tile(np.arange(4), 800)
    common, own = calibration.logistic_with_own(inputs, outcome, kinds, 4, pull=1e9)
    assert np.abs(own).max() < 1e-5
    assert common == pytest.approx(calibration.logistic(inputs, outcome), abs=1e-3)


def test_own_intercepts_meet_how_often_each_kind_is_true():
    random = np.random.default_rng(5)
    kinds = random.integers(0, 3, 6000)
    outcome = random.random(6000) < np.array([0.1, 0.5, 0.8])[kinds]
    common, own = calibration.logistic_with_own(np.zeros((6000, 0)), outcome, kinds, 3, pull=1.0)
    assert 1 / (1 + np.exp(-common[-1] - own)) == pytest.approx(np.array([0.1, 0.5, 0.8]), abs=0.03)
