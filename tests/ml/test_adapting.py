from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.adapting import adapt
from tram_ext.ml.neighbours import vectors

TEXTS = [
    "The loader registers a scheduled task",
    "The loader registers one more scheduled task",
    "A mail brought the attachment",
    "Nothing happened on Monday",
]


def moved(confidences, decided, truth):
    before = np.array(confidences, np.float32)
    truth = np.array(truth, bool).reshape(len(decided), before.shape[1])
    return adapt(before, vectors(TEXTS), np.array(decided, np.int64), truth) - before


def test_without_decisions_nothing_moves():
    assert not moved([[0.3, 0.2]] * 4, [], []).any()


def test_what_was_accepted_lifts_the_like_most():
    change = moved([[0.2, 0.2]] * 4, [0], [[True, False]])
    assert change[1, 0] > change[2, 0] > 0
    assert change[1, 1] < 0, "the technique that was not left on it loses"


def test_what_was_rejected_lowers_the_like_most():
    change = moved([[0.6, 0.05]] * 4, [0], [[False, False]])
    assert change[1, 0] < change[2, 0] < 0


def test_what_was_expected_moves_little():
    sure = moved([[0.95, 0.01]] * 4, [0], [[True, False]])
    assert np.abs(sure[1:]).max() < 0.05


def test_an_unknown_technique_can_rise_over_any_threshold():
    confidences = np.zeros((4, 1), np.float32)
    found = adapt(confidences, vectors([TEXTS[0]] * 3 + [TEXTS[3]]), np.array([0, 1]), np.ones((2, 1), bool))
    assert found[2, 0] > 0.5
    assert found[3, 0] < 0.05


@pytest.mark.parametrize("decided", [[0, 1, 2, 3], [3]])
def test_confidences_stay_confidences(decided):
    change = adapt(
        np.array([[0.0, 1.0]] * 4, np.float32), vectors(TEXTS), np.array(decided), np.ones((len(decided), 2), bool)
    )
    assert ((change > 0) & (change < 1)).all()
