from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import INTERRUPTED, Run


def test_tells_version_and_figures(run: Run) -> None:
    answer = run("train", "nb", "--report", "2", "--format", "json")
    assert answer.code == 0
    assert answer.json["model"] == "nb"
    assert answer.json["version"] == 2
    assert answer.json["counts"]["sentences"] == 40
    assert 0 <= answer.json["f1_weighted"] <= 1
    assert answer.json["elapsed_sec"] > 0


def test_prints_progress_beside_the_result(run: Run) -> None:
    answer = run("train", "nb", "--report", "2")
    assert answer.out.startswith("nb version 2: trained on 40 sentences and 4 techniques in ")
    assert "F1 weighted" in answer.out
    assert "Reading …" in answer.err


def test_excluding_everything_leaves_nothing_to_train_on(run: Run) -> None:
    answer = run("train", "nb", "--report", "2", "--exclude", "2")
    assert answer.code == 1
    assert "nothing to train on" in answer.err


def test_unknown_models_and_reports_are_said(run: Run) -> None:
    assert "There is no model 'oracle'" in run("train", "oracle").err
    answer = run("train", "nb", "--report", "99")
    assert answer.code == 1
    assert "There is no report 99" in answer.err


def test_ctrl_c_cancels_and_changes_nothing(run: Run, folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tram_ext.cli", "train", "nn_cls"],
        env={**os.environ, "TRAM_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    assert said.startswith("Reading"), said
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode in INTERRUPTED, err
    assert out == ""
    assert "Traceback" not in err
    assert err.rstrip().endswith("Interrupted.")
    (entry,) = (entry for entry in run("models", "list", "--format", "json").json if entry["model"] == "nn_cls")
    assert entry["active"] is None
