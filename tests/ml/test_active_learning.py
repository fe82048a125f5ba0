from __future__ import annotations

import numpy as np
import pytest

from tram_ext.ml.active_learning import diversified_order, informativeness
from tram_ext.ml.nearest_neighbors import tfidf_vectors


def test_uncertain_predictions_are_worth_more_than_clear_ones():
    confidences = np.array([[0.3, 0.01, 0.01], [0.98, 0.01, 0.01], [0.01, 0.01, 0.01], [0.3, 0.29, 0.01]])
    worth = informativeness(confidences, 0.3, multi_label=True)
    assert worth[3] > worth[0] > max(worth[1], worth[2])
    assert (worth >= 0).all()
    assert (worth <= 1).all()


def test_where_one_technique_wins_the_margin_counts():
    worth = informativeness(np.array([[0.5, 0.45, 0.05], [0.9, 0.05, 0.05], [0.6, 0.2, 0.2]]), 0.25, multi_label=False)
    assert worth == pytest.approx([0.95, 0.15, 0.6])


@pytest.mark.parametrize("multi_label", [True, False])
def test_nothing_and_a_single_technique(multi_label):
    assert informativeness(np.zeros((0, 3)), 0.3, multi_label=multi_label).tolist() == []
    assert informativeness(np.zeros((2, 0)), 0.3, multi_label=multi_label).tolist() == [0, 0]
    assert informativeness(np.array([[0.3], [0.9]]), 0.3, multi_label=multi_label).shape == (2,)


def test_duplicates_come_last():
    texts = ["alpha beta", "alpha beta", "gamma delta", "epsilon"]
    assert diversified_order(np.array([0.9, 0.8, 0.7, 0.1]), tfidf_vectors(texts)).tolist() == [0, 2, 3, 1]


def test_every_sentence_comes_once_however_many_there_are():
    worth = np.linspace(1, 0, 1_500)
    found = diversified_order(worth, tfidf_vectors([f"w{i % 40} v{i % 7}" for i in range(1_500)]))
    assert sorted(found.tolist()) == list(range(1_500))
    assert found[1_000:].tolist() == list(range(1_000, 1_500))
    assert diversified_order(np.zeros(0), tfidf_vectors([])).tolist() == []
