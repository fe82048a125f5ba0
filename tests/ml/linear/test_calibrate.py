from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.linear.calibrate import ENOUGH_REPORTS, Calibration, HeldOut, calibrate

TECHNIQUES = 3
SENTENCES = 12
BEHAVIOUR = "The loader creates a task that starts it after every reboot"


def calibrated(reports: int, error: float) -> Calibration:
    """Calibrate to scores of reports in which every fourth sentence has a technique, and `error` of the scores are random."""
    random = np.random.default_rng(1)
    n = reports * SENTENCES
    truth = np.zeros((n, TECHNIQUES), bool)
    truth[np.arange(0, n, 4), random.integers(0, TECHNIQUES, len(range(0, n, 4)))] = True
    scores = np.where(truth, 1.0, -1.0) + random.normal(0, 0.2, truth.shape)
    scores = np.where(random.random(truth.shape) < error, random.normal(0, 1, truth.shape), scores).astype(np.float32)
    unrelated = np.full_like(scores, -1.0)
    return calibrate(
        HeldOut(
            texts=[BEHAVIOUR] * n,
            truth=truth,
            direct=truth,
            groups=np.repeat(np.arange(reports), SENTENCES),
            frequent=np.arange(TECHNIQUES),
            svm_scores=scores,
            log_proba=unrelated,
            feature_scores=unrelated,
        )
    )


def test_enough_reviewed_reports_set_the_threshold_to_half_of_the_f1_they_reach():
    assert calibrated(ENOUGH_REPORTS, error=0).threshold == pytest.approx(0.5, abs=0.01)
    assert 0.3 < calibrated(ENOUGH_REPORTS, error=0.5).threshold < 0.48


def test_with_few_reviewed_reports_the_threshold_is_set_by_recall():
    assert calibrated(ENOUGH_REPORTS - 1, error=0).threshold > 0.9


def test_reports_without_techniques_do_not_count():
    found = calibrated(ENOUGH_REPORTS, error=0)
    n = 400
    truth = np.zeros((n, TECHNIQUES), bool)
    truth[:SENTENCES, 0] = True
    scores = np.where(truth, 1.0, -1.0).astype(np.float32)
    one_report = calibrate(
        HeldOut(
            texts=[BEHAVIOUR] * n,
            truth=truth,
            direct=truth,
            groups=np.arange(n) // 16,
            frequent=np.arange(TECHNIQUES),
            svm_scores=scores,
            log_proba=scores,
            feature_scores=scores,
        )
    )
    assert one_report.threshold > found.threshold
