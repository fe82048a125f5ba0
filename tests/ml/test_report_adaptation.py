from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.nearest_neighbors import tfidf_vectors
from tram_ext.ml.report_adaptation import adapt

TEXTS = [
    "The loader registers a scheduled task",
    "The loader registers one more scheduled task",
    "A mail brought the attachment",
    "Nothing happened on Monday",
]


def moved(confidences, decided, truth):
    """Return by how much the confidences move of the sentences that are not decided, the others in zeros."""
    before = np.array(confidences, np.float32)
    pending = [row for row in range(len(TEXTS)) if row not in decided]
    order = [*pending, *decided]
    truth = np.array(truth, bool).reshape(len(decided), before.shape[1])
    after = np.zeros_like(before)
    after[pending] = (
        adapt(before[order], tfidf_vectors(TEXTS)[order], len(pending), truth)[: len(pending)] - before[pending]
    )
    return after


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
    texts = [TEXTS[0], TEXTS[3], TEXTS[0], TEXTS[0]]
    found = adapt(confidences, tfidf_vectors(texts), 2, np.ones((2, 1), bool))
    assert found[0, 0] > 0.5
    assert found[1, 0] < 0.05


@pytest.mark.parametrize("pending", [0, 1, 3])
def test_confidences_stay_confidences(pending):
    found = adapt(
        np.array([[0.0, 1.0]] * 4, np.float32), tfidf_vectors(TEXTS), pending, np.ones((4 - pending, 2), bool)
    )
    assert found.shape == (pending, 2)
    assert ((found > 0) & (found < 1)).all()


def test_lines_of_indicators_are_no_neighbours():
    lines = ["203.0.113.7 203.0.113.9", "198.51.100.3 198.51.100.4", TEXTS[0], TEXTS[0]]
    found = adapt(np.full((4, 1), 0.2, np.float32), tfidf_vectors(lines), 3, np.ones((1, 1), bool))
    assert found[2, 0] > 0.5
    order = tfidf_vectors(lines)[[1, 2, 3, 0]]
    assert adapt(np.full((4, 1), 0.2, np.float32), order, 3, np.ones((1, 1), bool))[0, 0] < 0.3
