"""``reports add``: from a file to a report that is kept, on the command line."""

from __future__ import annotations

from pathlib import Path

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
