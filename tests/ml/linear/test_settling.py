from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.linear.calibrate import ENOUGH_REPORTS, HeldOut, Settled, settle

TECHNIQUES = 3
SENTENCES = 12
SPEAKING = "The loader creates a task that starts it after every reboot"


def settled(reports: int, error: float) -> Settled:
    """Settle scores of reports in which every fourth sentence has a technique, and `error` of the scores are random."""
    random = np.random.default_rng(1)
    n = reports * SENTENCES
    truth = np.zeros((n, TECHNIQUES), bool)
    truth[np.arange(0, n, 4), random.integers(0, TECHNIQUES, len(range(0, n, 4)))] = True
    scores = np.where(truth, 1.0, -1.0) + random.normal(0, 0.2, truth.shape)
    scores = np.where(random.random(truth.shape) < error, random.normal(0, 1, truth.shape), scores).astype(np.float32)
    ranks = np.full_like(scores, -1.0)
    return settle(
        HeldOut(
            texts=[SPEAKING] * n,
            truth=truth,
            direct=truth,
            groups=np.repeat(np.arange(reports), SENTENCES),
            own=np.arange(TECHNIQUES),
            scores=scores,
            ranks=ranks,
            evidence=ranks,
        )
    )


def test_enough_read_reports_set_the_threshold_to_half_of_the_f1_they_reach():
    assert settled(ENOUGH_REPORTS, error=0).threshold == pytest.approx(0.5, abs=0.01)
    assert 0.3 < settled(ENOUGH_REPORTS, error=0.5).threshold < 0.48


def test_few_read_reports_leave_it_to_the_share_that_is_let_through():
    assert settled(ENOUGH_REPORTS - 1, error=0).threshold > 0.9


def test_reports_without_techniques_do_not_count():
    found = settled(ENOUGH_REPORTS, error=0)
    n = 400
    silent = np.zeros((n, TECHNIQUES), bool)
    truth = silent.copy()
    truth[:SENTENCES, 0] = True
    scores = np.where(truth, 1.0, -1.0).astype(np.float32)
    one_speaks = settle(
        HeldOut(
            texts=[SPEAKING] * n,
            truth=truth,
            direct=truth,
            groups=np.arange(n) // 16,
            own=np.arange(TECHNIQUES),
            scores=scores,
            ranks=scores,
            evidence=scores,
        )
    )
    assert one_speaks.threshold > found.threshold
