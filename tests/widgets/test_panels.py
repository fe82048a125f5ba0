"""Panels of controls: the queue, models, a technique's sentences, training; each also as words."""

from __future__ import annotations

import re

import pytest

from tests import corpus
from tests.widgets.conftest import eventually
from tram_ext.domain.errors import NotFound
from tram_ext.domain.models import TrainingRequest
from tram_ext.workbenches.local import LocalConnection
from tram_ext.workbenches.workbench import Workbench

pytest.importorskip("tram_ext.widgets.table", reason="the widgets are not built (pip install .)", exc_type=ImportError)

from tram_ext.widgets import JobQueue, ModelTable, TechniqueSentences, TrainingPanel

HOSTILE = "<img src=x onerror=alert(1)>"


def cells(table, name):
    return [row["cells"][name] for row in table.rows]


def act(table, action, key):
    table._handle_custom_msg({"action": action, "key": key}, [])


def test_all_sentences_of_a_technique(workbench):
    connection = workbench.connection
    first = connection.sentences({"technique": "T1486"}).records[0]
    connection.change_sentence(first["id"], {"text": HOSTILE, "disposition": "reject"})
    panel = TechniqueSentences("t1486", workbench)
    assert panel._table.caption == "T1486 Data Encrypted for Impact"
    assert cells(panel._table, "review") == ["rejected"] + ["accepted"] * 5
    assert len(panel.result) == 6
    data, _ = panel._repr_mimebundle_()
    assert HOSTILE not in data["text/html"]
    assert "&lt;img src=x" in data["text/html"]
    assert "accepted" in data["text/plain"]
    panel._review.value = "reject"
    assert cells(panel._table, "text") == [HOSTILE]
    assert len(panel.result) == 1
    with pytest.raises(NotFound):
        TechniqueSentences("T9999", workbench)
    panel.close()


def test_models_and_going_back(workbench, services, ann):
    services.trainings.train(TrainingRequest("nb"), ann)
    panel = ModelTable(workbench)
    assert cells(panel._table, "state") == ["in use, the default", "kept"]
    assert [len(row["actions"]) for row in panel._table.rows] == [0, 1]
    act(panel._table, "restore", "nb:1")
    assert cells(panel._table, "state") == ["kept", "in use, the default"]
    assert "proposes from now on" in panel.said.value
    assert len(panel.result) == 2
    act(panel._table, "restore", "nb:9")
    assert "tram-Widget-bad" in panel.said.value
    panel.close()


def test_who_may_not_is_told_so(services, vic):
    workbench = Workbench(LocalConnection(services, vic))
    panel = ModelTable(workbench)
    act(panel._table, "restore", "nb:1")
    assert "tram-Widget-bad" in panel.said.value
    training = TrainingPanel(workbench)
    training._train.click()
    assert "tram-Widget-bad" in training.said.value
    training.close()


def test_the_queue_shows_and_cancels(workbench):
    assert "No document waits." in JobQueue(workbench)._repr_mimebundle_()[0]["text/plain"]
    import io

    for number in range(3):
        text = " ".join([f"Report {number}.", *(sentence for group in corpus.SENTENCES.values() for sentence in group)])
        workbench.connection.upload(f"{number}{HOSTILE}.txt", io.BytesIO(text.encode()))
    panel = JobQueue(workbench, everything=True)
    eventually(lambda: len(panel._table.rows) == 3)
    act(panel._table, "cancel", panel._table.rows[0]["key"])
    assert len(panel.result) == 3
    assert HOSTILE not in panel._repr_mimebundle_()[0]["text/html"]
    panel.close()


def test_training_from_choice_to_comparison(workbench):
    panel = TrainingPanel(workbench)
    assert "36 sentences of 1 report, 6 techniques" in panel._counted.value
    assert cells(panel._support, "sentences") == [6] * 6
    panel._train.click()
    assert (panel._train.disabled, panel._measure.disabled, panel._bar.cancel.disabled) == (True, True, False)
    eventually(lambda: "version 2" in panel.said.value, 60)
    assert (panel._train.disabled, panel._measure.disabled, panel._bar.cancel.disabled) == (False, False, True)
    assert (panel._version.value, panel._beside.value) == (2, 1)
    assert panel.card["version"] == 2
    assert panel.result["state"].tolist() == ["Done"]
    assert set(panel.comparison.columns) >= {"attack_id", "f1", "change", "precision", "recall"}
    assert "as before" in panel._comparison._headline.value
    assert "Reliability" in panel._comparison._charts.value
    assert re.search(
        r"Calibration error [\d.]+ points; chance alone makes about [\d.]+ on so many sentences",
        panel._comparison._charts.value,
    )
    assert "version 1" in panel._comparison._charts.value
    data, _ = panel._repr_mimebundle_()
    assert "Model nb, version 2" in data["text/plain"]
    panel._version.value = 1
    panel._restore.click()
    assert workbench.connection.model("nb")["version"] == 1
    panel.close()


def test_a_learning_curve_is_measured_shown_and_found_again(workbench):
    panel = TrainingPanel(workbench)
    versions = len(workbench.versions("nb"))
    assert panel._chart.layout.display == "none"
    assert list(panel.curve.columns) == ["share", "sentences", "f1_weighted", "f1_micro", "f1_macro"]
    panel._measure.click()
    assert (panel._train.disabled, panel._measure.disabled, panel._bar.cancel.disabled) == (True, True, False)
    eventually(lambda: "measured on 36 sentences" in panel.said.value, 60)
    assert (panel._train.disabled, panel._measure.disabled, panel._bar.cancel.disabled) == (False, False, True)
    assert panel.curve["sentences"].is_monotonic_increasing
    assert panel.curve["share"].iloc[-1] == 1.0
    assert panel.curve["f1_micro"].iloc[-1] == pytest.approx(panel.card["f1_micro"], abs=1e-3), "the last is the card's"
    for again in (panel, TrainingPanel(workbench)):
        assert again._chart.layout.display == ""
        assert again._chart.value.count("<polyline") == 3
        assert "nb on 36 sentences" in again._chart.value
        assert "Learning curve" in again._repr_mimebundle_()[0]["text/plain"]
    assert len(workbench.versions("nb")) == versions
    panel._model.value = "dummy"
    assert panel._chart.layout.display == "none", "the curve is another model's"
    panel.close()


def test_what_another_panel_began_is_followed_and_cancelled(workbench):
    begun = workbench.connection.measure_learning("nb")["id"]
    panel = TrainingPanel(workbench)
    if workbench.connection.learning_curve(begun)["state"] in ("Queued", "Running"):
        panel._bar.cancel.click()
    eventually(lambda: panel._train.disabled is False, 60)
    eventually(lambda: workbench.connection.learning_curve(begun)["state"] in ("Cancelled", "Done"), 60)
    panel.close()


def test_nothing_to_train_on_is_said(workbench):
    report = workbench.connection.reports().records[0]
    workbench.connection.change_report(report["id"], {"use_for_training": False, "name": HOSTILE})
    panel = TrainingPanel(workbench)
    assert "0 sentences of 0 reports" in panel._counted.value
    assert [row["cells"]["name"] for row in panel._left_out.rows] == [HOSTILE]
    panel._train.click()
    eventually(lambda: "tram-Widget-bad" in panel.said.value)
    assert panel._train.disabled is False
    panel._measure.click()
    eventually(lambda: "tram-Widget-bad" in panel.said.value and panel._measure.disabled is False)
    panel.close()
