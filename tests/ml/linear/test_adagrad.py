import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tram_ext.ml.linear.adagrad import fit_softmax, log_softmax


@pytest.fixture(scope="module")
def problem():
    random = np.random.default_rng(0)
    classes = random.integers(0, 3, 900)
    x = (random.random((900, 30)) < 0.1 + 0.5 * (np.arange(30) % 3 == classes[:, None])).astype(np.float32)
    return x, classes, sparse.csr_matrix(np.eye(3, dtype=np.float32)[classes]), np.ones(900, np.float32)


def test_sparse_and_dense_inputs_give_the_same_weights(problem):
    x, _, targets, weights = problem
    dense, sparse_ = (
        fit_softmax(rows, targets, weights, epochs=2, input_scale=1) for rows in (x, sparse.csr_matrix(x))
    )
    for one, other in zip(dense, sparse_, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_it_predicts_as_scikit_learn_does(problem):
    x, classes, targets, weights = problem
    coef, intercept = fit_softmax(x, targets, weights, epochs=10, input_scale=1)
    scores = log_softmax(x @ coef + intercept)
    assert np.exp(scores).sum(axis=1) == pytest.approx(1, abs=1e-5)
    peer = LogisticRegression(max_iter=1000).fit(x, classes)
    assert np.mean(scores.argmax(axis=1) == peer.predict(x)) > 0.97


def test_the_intercept_is_the_log_prior_by_weight(problem):
    x, classes, targets, weights = problem
    heavy = np.where(classes == 1, 3 * weights, weights)
    _, intercept = fit_softmax(x, targets, heavy, epochs=1, input_scale=1)
    shares = np.bincount(classes, heavy) / heavy.sum()
    assert np.exp(intercept) == pytest.approx(shares, abs=1e-5)


def test_progress_is_reported_by_epoch(problem):
    x, _, targets, weights = problem
    seen = []
    fit_softmax(x, targets, weights, epochs=4, input_scale=1, progress=seen.append)
    assert seen == [0.25, 0.5, 0.75, 1]
