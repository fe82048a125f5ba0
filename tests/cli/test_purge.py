from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def old(run: Run, folder: Path, report: Path) -> int:
    """Return the number of a report whose file was uploaded 40 days ago."""
    added = run("reports", "add", report, "--model", "nb", "--format", "json").json
    with contextlib.closing(sqlite3.connect(folder / "tram.sqlite3")) as connection, connection:
        connection.execute("UPDATE documents SET created_on = datetime('now', '-40 days')")
    return int(added["report_id"])


def test_shown_asked_for_and_done(run: Run, folder: Path, report: Path, old: int) -> None:
    before = run("export", str(old)).out
    assert run("purge", "--older-than", "41", "--yes").err.strip() == "0 files deleted, 0 bytes."
    shown = run("purge", "--older-than", "30", "--dry-run")
    assert "report.txt" in shown.out
    assert shown.err.startswith("1 file would be deleted")
    unsure = run("purge", "--older-than", "30")
    assert unsure.code == 2
    assert "Add --yes" in unsure.err
    assert len(list((folder / "documents").iterdir())) == 1
    done = run("purge", "--older-than", "30", "--yes", "--format", "json").json
    assert (done["dry_run"], [item["name"] for item in done["documents"]]) == (False, ["report.txt"])
    assert done["size"] == report.stat().st_size
    assert list((folder / "documents").iterdir()) == []
    assert run("export", str(old)).out == before
    assert run("log", "--report", str(old), "--format", "json").json[0]["action"] == "purge document"
    assert run("doctor").code == 0


def test_the_days_are_asked_for(run: Run) -> None:
    for arguments in ([], ["--older-than", "-1"], ["--older-than", "soon"]):
        assert run("purge", *arguments).code == 2
