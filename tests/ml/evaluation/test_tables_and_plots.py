"""The tables and plots of notebooks, from evaluations and from model cards."""

import math

import matplotlib as mpl
import pytest

from tram_ext.ml import cards
from tram_ext.ml.evaluation import plots, tables
from tram_ext.ml.evaluation.crossvalidation import cross_validate
from tram_ext.ml.evaluation.learning import learning_curve
from tram_ext.ml.training import train


@pytest.fixture(scope="module")
def evaluation(corpus):
    return cross_validate("nb", corpus, k=3, seeds=(0, 1))


@pytest.fixture(scope="module")
def card(corpus):
    return cards.to_dict(train("nb", corpus, min_examples=4, progress=lambda share, stage: None).card)


@pytest.fixture(scope="module")
def points(corpus):
    return learning_curve("nb", corpus, shares=(0.5, 1.0))


@pytest.fixture
def pyplot():
    mpl.use("agg")
    import matplotlib.pyplot as plt

    yield plt
    plt.close("all")


def test_figures(evaluation):
    table = tables.figures(evaluation)
    assert list(table.columns) == ["mean", "spread", "seed 0", "seed 1"]
    assert table.loc["f1_micro", "mean"] == evaluation["figures"]["f1_micro"]["mean"]
    assert {"f1_weighted", "f1_macro", "top_1", "top_3", "ece", "sentence_f1_micro"} <= set(table.index)


@pytest.mark.parametrize("source", ["evaluation", "card"])
def test_tables_of_evaluations_and_cards(request, source):
    measured = request.getfixturevalue(source)
    scored = tables.techniques(measured)
    assert list(scored.columns) == ["precision", "recall", "f1", "support"]
    assert scored["support"].is_monotonic_decreasing
    bins = tables.reliability(measured)
    assert bins["count"].sum() == scored["support"].sum()
    calibration = measured["calibration"] if source == "evaluation" else measured["details"]["calibration"]
    ece = (bins["count"] * (bins["confidence"] - bins["accuracy"]).abs()).sum() / bins["count"].sum()
    assert ece == pytest.approx(calibration["ece"])
    wrong = tables.confusions(measured)
    assert list(wrong.columns) == ["truth", "predicted", "count"]
    assert (wrong["truth"] != wrong["predicted"]).all()


def test_a_card_without_measurements_makes_empty_tables():
    card = {"techniques": [], "details": {}}
    for table in (tables.techniques(card), tables.reliability(card), tables.confusions(card)):
        assert len(table) == 0
        assert len(table.columns) >= 3


def test_the_learning_curve(points):
    table = tables.learning_curve(points)
    assert table.loc[1.0, "f1_micro_mean"] == points[-1]["f1_micro"]["mean"]
    assert math.isnan(table.loc[1.0, "f1_micro_spread"])
    assert len(tables.learning_curve([])) == 0


def test_plots_draw_what_the_tables_say(pyplot, evaluation, card, points):
    axes = plots.reliability(evaluation)
    assert len(axes.lines[1].get_xdata()) == len(tables.reliability(evaluation))
    axes = plots.techniques(card, most=3)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(tables.techniques(card).index[:3])[::-1]
    axes = plots.confusions(evaluation)
    assert len(axes.patches) == len(tables.confusions(evaluation).head(15))
    axes = plots.learning_curve(points)
    assert len(axes.get_legend().get_texts()) == 3
    figure, own = pyplot.subplots()
    assert plots.reliability(card, ax=own) is own
    figure.canvas.draw()
