"""The status widget's Python side; what it looks like is tested with the view."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tram_ext.widgets import assets

pytest.importorskip("tram_ext.widgets.status", reason="the widgets are not built (pip install .)", exc_type=ImportError)

import tram_ext.widgets
from tram_ext.widgets import StatusWidget
from tram_ext.widgets.status import summary_lines

READY = {
    "version": "0.1.0",
    "ready": True,
    "preparing": None,
    "error": None,
    "attack": [{"domain": "enterprise-attack", "version": "18.1", "techniques": 691}],
    "default_model": {"name": "default", "version": 3},
    "counts": {"reports": 12, "sentences": 11130, "builtin_reports": 1, "builtin_sentences": 15895, "jobs": 0},
    "tasks": [],
}


def test_the_view_gets_the_status_and_its_changes():
    widget = StatusWidget(READY)
    assert widget.get_state()["status"] == READY
    widget.status = {**READY, "ready": False}
    assert widget.get_state()["status"]["ready"] is False


def test_the_module_and_the_styles_travel_with_the_widget():
    state = StatusWidget(READY).get_state()
    assert "progressbar" in state["_esm"]
    assert ".tram-Status" in state["_css"]
    assert "http://" not in state["_css"]


def test_a_place_without_widgets_shows_words():
    data, _ = StatusWidget({**READY, "ready": False, "error": "<script>no</script>"})._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "&lt;script&gt;" in data["text/html"]
    assert "<script>" not in data["text/html"]
    assert "691 techniques" in data["text/plain"]


@pytest.mark.parametrize(
    ("status", "first"),
    [
        ({}, "TRAM: not connected yet"),
        (READY, "TRAM 0.1.0: ready"),
        ({"version": "1", "ready": False, "preparing": None}, "TRAM 1: preparing"),
        (
            {"version": "1", "ready": False, "preparing": {"stage": "Training", "progress": 0.5}},
            "TRAM 1: preparing: Training, 50%",
        ),
        ({"version": "1", "ready": False, "error": "disk full"}, "TRAM 1: preparation failed: disk full"),
    ],
)
def test_each_state_has_its_words(status, first):
    assert summary_lines(status)[0] == first


def test_what_is_there_and_in_progress_has_its_words():
    assert summary_lines(READY)[3:] == ["12 reports, 11,130 sentences", "15,895 sentences of built-in examples"]
    training = {"kind": "learning curve", "id": 3, "model": "linear", "progress": 0.32, "stage": "fitting"}
    busy = {**READY, "counts": {"reports": 1, "sentences": 1, "builtin_sentences": 0, "jobs": 2}, "tasks": [training]}
    assert summary_lines(busy)[3:] == [
        "1 report, 1 sentence",
        "2 documents to read and map",
        "Learning curve of linear: 32%",
    ]


def test_a_missing_build_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "_STATIC", tmp_path)
    with pytest.raises(ImportError, match=r"pip install \."):
        assets.asset("status.js")


def test_the_package_lists_its_widgets_and_knows_no_others():
    assert "StatusWidget" in dir(tram_ext.widgets)
    with pytest.raises(AttributeError, match="Nothing"):
        _ = tram_ext.widgets.Nothing


def test_importing_the_package_loads_no_widget_library():
    code = "import sys, tram_ext.widgets; assert not {'ipywidgets', 'anywidget'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
