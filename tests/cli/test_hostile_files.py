"""Odd, broken and hostile files on the command line: each its right result or its reason, and the others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import files
from tests.cli.conftest import Answer, Run

_FILES = {name: (data, words) for name, data, words in (*files.REFUSED_AT_ONCE, *files.REFUSED_WHEN_READ)}
_REFUSED = {**_FILES, "hangs.pdf": (files.hanging_pdf(), "longer than 3 seconds")}


@pytest.fixture(scope="module")
def folder_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, data, _ in files.READ:
        (folder / name).write_bytes(data)
    for name, (data, _) in _REFUSED.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(autouse=True)
def _limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "jupyter"
    folder.mkdir()
    (folder / "jupyter_server_config.py").write_text(
        "c.TramExtension.max_pages = 60\nc.TramExtension.job_timeout = 3.0\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")


def _check_refused(answer: Answer) -> None:
    assert answer.code == 1
    assert "Traceback" not in answer.out + answer.err
    reasons = {Path(line["file"]).name: line["error"] for line in answer.lines if "error" in line}
    assert set(reasons) == set(_REFUSED)
    for name, (_, words) in _REFUSED.items():
        assert words in reasons[name], (name, reasons[name])


def test_map(run: Run, folder_of_files: Path) -> None:
    answer = run("map", *sorted(folder_of_files.iterdir()), "--model", "nb", "--format", "json")
    _check_refused(answer)
    found = {line["name"]: line["sentences"][0]["text"] for line in answer.lines if "error" not in line}
    assert set(found) == {f"Report for {name}" for name, *_ in files.READ}
    for name, _, first in files.READ:
        assert found[f"Report for {name}"].startswith(first)


def test_reports_add(run: Run, folder_of_files: Path) -> None:
    answer = run("reports", "add", *sorted(folder_of_files.iterdir()), "--model", "nb", "--format", "json")
    _check_refused(answer)
    made = [line["report_id"] for line in answer.lines if "error" not in line]
    listed = {report["id"]: report["name"] for report in run("reports", "list", "--format", "json").json}
    assert {listed[number] for number in made} == {f"Report for {name}" for name, *_ in files.READ}


def test_names(run: Run, tmp_path: Path) -> None:
    longest = tmp_path / ("x" * 251 + ".txt")
    odd = tmp_path / "<script>alert(1)<script>\x1b[31m.txt"
    for path in (longest, odd):
        path.write_bytes(files.text(path.name))
    answer = run("map", longest, odd, tmp_path / "a" / ".." / ".." / "etc" / "passwd.txt", "--model", "nb")
    assert answer.code == 1
    assert "There is no such file" in answer.err
    assert "<script>alert(1)<script>" in answer.out
    assert "\x1b[31m" not in answer.out + answer.err
