from __future__ import annotations

import csv
import io
import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, call, export
from tram_ext.exports import formats

HOSTILE = "Red \x1b[31mAlert/../..\u202e.pdf"


@pytest.fixture
def second(run: Run, tmp_path: Path) -> int:
    """Return the number of another report, whose name and text are as hostile as reports get."""
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(export(HOSTILE, [("=cmd|' /C calc'!A0 \x1b[2J", "T1041")])))
    assert run("import", file).code == 0
    return 3


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_report_to_the_standard_output(run: Run) -> None:
    answer = run("export", "2")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["name"] == "Training report"
    assert len(answer.json["sentences"]) == 40
    assert len(list(csv.reader(io.StringIO(run("export", "2", "--format", "csv").out)))) > 40
    assert run("export", "2", "--format", "stix").json["type"] == "bundle"
    assert run("export", "2", "--format", "navigator").json["domain"] == "enterprise-attack"


@pytest.mark.parametrize("name", [item.name for item in formats()])
def test_files_are_private_and_never_overwritten_unasked(run: Run, tmp_path: Path, name: str) -> None:
    target = tmp_path / f"out.{name}"
    answer = run("export", "2", "--format", name, "--output", target)
    assert (answer.code, answer.out) == (0, "")
    assert f"Wrote {target}" in answer.err
    assert mode(target) == 0o600
    assert target.stat().st_size > 1000
    target.write_text("mine")
    refused = run("export", "2", "--format", name, "-o", target)
    assert refused.code == 1
    assert "is there already" in refused.err
    assert "--force" in refused.err
    assert target.read_text() == "mine"
    assert run("export", "2", "--format", name, "-o", target, "--force").code == 0
    assert target.stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_enters_elsewhere_and_leaves_the_same(run: Run, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "export.json", tmp_path / "elsewhere"
    assert run("export", "2", "-o", file).code == 0
    assert call(elsewhere, "import", file).code == 0
    (report,) = [item for item in call(elsewhere, "reports", "list", "--format", "json").json if not item["builtin"]]
    again, before = call(elsewhere, "export", str(report["id"])).json, json.loads(file.read_text())
    assert [s["mappings"] for s in again["sentences"]] == [s["mappings"] for s in before["sentences"]]


def test_several_in_one_file_and_each_in_its_own(run: Run, second: int, tmp_path: Path) -> None:
    both = run("export", "2", str(second), "2").json
    assert [report["name"] for report in both] == ["Training report", HOSTILE]
    assert len(run("export", "--all").json) == 3
    folder = tmp_path / "exports"
    answer = run("export", "2", str(second), "--format", "docx", "--output", f"{folder}/")
    assert (answer.code, answer.out.splitlines()) == (0, [str(path) for path in sorted(folder.iterdir())])
    assert [path.name for path in sorted(folder.iterdir())] == [
        "2-Training-report.docx",
        "3-Red-31mAlert-..-..-.pdf.docx",
    ]
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert run("export", "2", "--format", "docx", "--output", folder).code == 1
    refused = run("export", "2", str(second), "--format", "docx", "--output", tmp_path / "both.docx")
    assert refused.code == 1
    assert "holds one report" in refused.err
    assert not (tmp_path / "both.docx").exists()


def test_mistakes_are_said(run: Run, tmp_path: Path) -> None:
    assert run("export").code == 2
    assert run("export", "2", "--all").code == 2
    assert run("export", "2", "--format", "pdf").code == 2
    for arguments in (["4711"], ["2", "4711"]):
        missing = run("export", *arguments)
        assert missing.code == 1
        assert "There is no report 4711." in missing.err
    nowhere = run("export", "2", "--output", tmp_path / "no" / "file.json")
    assert nowhere.code == 1
    assert "cannot be written" in nowhere.err
    assert "/." not in nowhere.err  # the name of a draft is nobody's business
    device = run("export", "2", "--output", "/dev/null", "--force")
    assert device.code == 1
    assert "no file" in device.err


def on_a_terminal(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command with a terminal for its output, and return what it ended with and what was shown."""
    reader, writer = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tram_ext.cli", *arguments],
        env={**os.environ, "TRAM_DATA_DIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.STDOUT,
    )
    os.close(writer)
    shown = b""
    try:
        while chunk := os.read(reader, 1 << 16):
            shown += chunk
    except OSError:  # Linux says so when the last writer has gone
        pass
    finally:
        os.close(reader)
    return process.wait(30), shown.decode()


def test_a_terminal_obeys_nothing_and_gets_no_binary(folder: Path, second: int) -> None:
    code, shown = on_a_terminal(folder, "export", str(second), "--format", "csv")
    assert code == 0
    assert "\x1b" not in shown
    assert "calc" in shown
    code, shown = on_a_terminal(folder, "export", "2", "--format", "docx")
    assert code == 2
    assert "--output report.docx" in shown
