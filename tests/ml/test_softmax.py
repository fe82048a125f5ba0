import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from tram_ext.ml.softmax import fit_softmax


@pytest.fixture(scope="module")
def problem():
    draw = np.random.default_rng(3)
    classes = draw.integers(0, 4, 400)
    rates = draw.gamma(0.4, 1.0, size=(4, 60))
    return sp.csr_matrix(draw.poisson(rates[classes] * 0.6).astype(np.float32)), classes


@pytest.mark.parametrize("penalty", [1.0, 5.0])
def test_it_finds_the_minimum_that_scikit_learn_finds(problem, penalty):
    counts, classes = problem
    peer = LogisticRegression(C=1 / penalty, max_iter=2000, tol=1e-8).fit(counts.astype(np.float64), classes)
    weights, biases = fit_softmax(counts, classes, 4, penalty=penalty, tolerance=1e-7, max_iterations=500)
    scores = counts @ weights + biases
    ours = np.exp(scores - scores.max(axis=1, keepdims=True))
    ours /= ours.sum(axis=1, keepdims=True)
    assert np.abs(ours - peer.predict_proba(counts)).max() < 0.01


def test_its_default_tolerance_is_near_enough_to_decide_alike(problem):
    counts, classes = problem
    peer = LogisticRegression(max_iter=2000).fit(counts.astype(np.float64), classes)
    weights, biases = fit_softmax(counts, classes, 4)
    assert np.mean((counts @ weights + biases).argmax(axis=1) == peer.predict(counts)) > 0.98


def test_it_tells_of_each_iteration_and_stops_where_told(problem):
    done = []
    fit_softmax(*problem, 4, tolerance=0, max_iterations=5, on_iteration=done.append)
    assert done == [1, 2, 3, 4, 5]


def test_it_is_deterministic(problem):
    first, second = (fit_softmax(*problem, 4)[0] for _ in range(2))
    assert np.array_equal(first, second)
