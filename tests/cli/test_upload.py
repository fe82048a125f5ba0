"""``reports add``: from a file to a report that is kept, on the command line."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import files
from tests.cli.conftest import Run

_REPORT = """INTRUSION AT A FICTIONAL HARBOUR

The operators mailed a spearphishing attachment, an archive named invoice 7. A scheduled task called updater 3 starts the
implant every hour. Nobody noticed for a week.
"""


def _write(folder: Path, name: str, content: str = _REPORT) -> Path:
    path = folder / name
    path.write_text(content)
    return path


def test_adds_maps_and_keeps(run: Run, tmp_path: Path):
    answer = run("reports", "add", _write(tmp_path, "harbour.txt"), "--model", "nb", "--format", "json")
    assert answer.code == 0, answer.err
    report_id = answer.lines[0]["report_id"]
    report = run("reports", "show", report_id, "--format", "json").json
    assert report["name"] == "Report for harbour.txt"
    assert report["reviewing_sentences"] == report["total_sentences"] > 2


def test_the_same_file_again_is_recognised(run: Run, tmp_path: Path):
    path = _write(tmp_path, "harbour.txt")
    first = run("reports", "add", path, "--model", "nb", "--format", "json").lines[0]
    again = run("reports", "add", path, "--model", "nb", "--format", "json").lines[0]
    assert again["report_id"] == first["report_id"]
    assert "here already" in again["note"]


def test_goes_on_after_a_bad_file(run: Run, tmp_path: Path):
    empty = _write(tmp_path, "empty.txt", "")
    blank = _write(tmp_path, "blank.txt", "   \n  ")
    answer = run("reports", "add", empty, blank, tmp_path / "absent.txt", _write(tmp_path, "good.txt"), "--model", "nb")
    assert answer.code == 1
    assert "good.txt: report" in answer.out
    for name in ("empty.txt", "blank.txt", "absent.txt"):
        assert name in answer.err
    assert "Traceback" not in answer.err


def test_an_unknown_model_is_refused(run: Run, tmp_path: Path):
    answer = run("reports", "add", _write(tmp_path, "harbour.txt"), "--model", "oracle")
    assert answer.code == 1
    assert "oracle" in answer.err


@pytest.mark.skipif(os.name != "posix", reason="these signals are POSIX's")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_stop_leaves_the_job_to_others_and_counts_no_try(folder: Path, tmp_path: Path, name: str):
    file = tmp_path / "hangs.pdf"
    file.write_bytes(files.hanging_pdf())
    process = subprocess.Popen(
        [sys.executable, "-m", "tram_ext.cli", "reports", "add", file, "--model", "nb"],
        env={**os.environ, "TRAM_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with contextlib.closing(sqlite3.connect(folder / "tram.sqlite3", timeout=30)) as database:
            deadline = time.monotonic() + 60
            while database.execute("SELECT stage FROM jobs").fetchall() != [("reading",)]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            os.killpg(process.pid, getattr(signal, name))
            _, err = process.communicate(timeout=60)
            assert process.returncode == 128 + getattr(signal, name), err
            assert "Traceback" not in err
            assert database.execute("SELECT status, attempts, message FROM jobs").fetchall() == [("Queued", 0, "")]
    finally:
        process.kill()
