from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, call
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings


@pytest.fixture
def elsewhere(folder: Path, tmp_path: Path) -> str:
    """Return the URL of the folder's database, which was moved out of it with its write-ahead log."""
    target = tmp_path / "moved.sqlite3"
    (folder / "tram.sqlite3").rename(target)
    return f"sqlite:///{target}"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(
    "arguments", [["reports", "list"], ["map", "-"], ["train", "nb"], ["doctor"], ["log"], ["export", "2"]]
)
def test_a_forgotten_option_is_refused_and_changes_nothing(
    run: Run, folder: Path, elsewhere: str, arguments: list[str]
) -> None:
    before = files(folder)
    answer = run(*arguments, stdin="A text.")
    assert answer.code == 1
    said = answer.out if arguments == ["doctor"] else answer.err
    for part in (str(folder), f"sqlite:///{folder / 'tram.sqlite3'}", "do not belong together", "'jupyter tram adopt'"):
        assert part in said
    assert "Traceback" not in answer.err
    assert files(folder) == before


def test_the_doctor_names_whose_the_folder_is(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    new = tmp_path / "new"
    assert call(new, "reports", "list", "--db-url", url).code == 0
    found = call(new, "doctor", "--format", "json").json
    assert not found["ok"]
    assert any("do not belong together" in problem and url in problem for problem in found["problems"])


def test_a_move_that_is_meant(run: Run, folder: Path, elsewhere: str) -> None:
    refused = run("reports", "list", "--db-url", elsewhere)
    assert refused.code == 0, "the database knows the folder, wherever it is"
    (folder / "workbench.json").unlink()
    assert run("reports", "list", "--db-url", elsewhere).code == 1
    answer = run("adopt", "--db-url", elsewhere)
    assert answer.code == 2
    assert "Add --yes" in answer.err
    answer = run("adopt", "--db-url", elsewhere, "--yes")
    assert answer.code == 0, answer.err
    assert answer.out.endswith(f"{folder} and {elsewhere} belong together now.\n")
    assert str(folder) in answer.out
    assert answer.err == "", "nothing is missing"
    assert len(run("reports", "list", "--db-url", elsewhere, "--format", "json").json) == 2
    assert run("models", "show", "nb", "--db-url", elsewhere).code == 0
    again = run("adopt", "--db-url", elsewhere)
    assert (again.code, again.out) == (0, f"{folder} and {elsewhere} belong together already.\n")
    assert run("log", "--db-url", elsewhere, "--format", "json").json[0]["action"] == "adopt data folder"


def test_what_does_not_fit_is_said(run: Run, folder: Path, elsewhere: str, tmp_path: Path) -> None:
    answer = run("adopt", "--yes")
    assert answer.code == 0, answer.err
    assert "The folder holds 1 file that the database does not name" in answer.err
    assert files(folder / "models")
    assert run("adopt", "--yes", "--db-url", elsewhere).code == 0
    new = tmp_path / "new"
    found = call(new, "adopt", "--db-url", elsewhere, "--yes", "--format", "json").json
    assert (found["adopted"], found["named"], found["missing"], found["strange"]) == (True, 1, 1, 0)
    assert found["of_database"]["place"] == str(folder)
    assert found["of_folder"] is None
    assert json.loads((new / "workbench.json").read_bytes())["database"] == elsewhere


def test_not_while_a_server_runs(run: Run, folder: Path, elsewhere: str) -> None:
    with contextlib.closing(Services(Settings(data_dir=folder, db_url=elsewhere))):
        answer = run("adopt", "--yes")
    assert answer.code == 1
    assert "Stop it, and repeat" in answer.err
