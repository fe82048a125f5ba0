from __future__ import annotations

import getpass
import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, call
from tests.server import Server
from tram_ext.api import server_file


def test_says_what_there_is(run: Run, folder: Path) -> None:
    answer = run("doctor")
    assert answer.code == 0, answer.out
    for part in (str(folder), "tram.sqlite3", "ATT&CK enterprise-attack", "model nb", "scikit-learn"):
        assert part in answer.out
    found = run("doctor", "--format", "json").json
    assert found["ok"]
    assert found["content"]["reports"] == "1, 1 trained on", "the built-in examples are named apart"
    assert found["content"]["sentences"] == "40"
    assert re.fullmatch(r"1\d,\d{3} sentences", found["content"]["built-in examples"])
    assert found["content"]["in progress"] == "nothing"


def test_a_fresh_machine_is_nothing_wrong_and_stays_fresh(tmp_path: Path) -> None:
    answer = call(tmp_path / "none", "doctor")
    assert answer.code == 0
    assert "Nothing has been set up yet" in answer.out
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_database(run: Run, folder: Path) -> None:
    for file in folder.glob("tram.sqlite3*"):
        file.unlink()
    (folder / "tram.sqlite3").write_text("Dear diary, " * 100)
    (folder / "tram.sqlite3").chmod(0o600)
    answer = run("doctor")
    assert answer.code == 1
    assert "is not a tram-ext database, or is damaged" in answer.out
    assert "models/" in answer.out
    elsewhere = run("reports", "list")
    assert (elsewhere.code, elsewhere.out) == (1, "")
    assert elsewhere.err.startswith(f"Error: The file {folder / 'tram.sqlite3'} is not a")


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for arguments in (["doctor"], ["reports", "list"]):
        answer = call(tmp_path / "file", *arguments)
        assert answer.code == 1
        assert "cannot be made" in answer.out + answer.err
        assert "Traceback" not in answer.err


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="to root and on Windows nothing is read-only")
def test_a_read_only_folder(run: Run, folder: Path) -> None:
    folder.chmod(0o500)
    try:
        answer = run("doctor")
    finally:
        folder.chmod(0o700)
    assert answer.code == 1
    assert "cannot be written to" in answer.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_files_that_others_can_read(run: Run, folder: Path) -> None:
    (folder / "tram.sqlite3").chmod(0o644)
    answer = run("doctor")
    assert answer.code == 1
    assert f"Others on this machine have access to {folder / 'tram.sqlite3'}" in answer.out
    assert "chmod -R go-rwx" in answer.out


def test_a_model_file_that_is_gone_or_belongs_to_nobody(run: Run, folder: Path) -> None:
    (model,) = (folder / "models").glob("nb-*.skops")
    model.rename(model.with_name("stray.skops"))
    found = run("doctor", "--format", "json").json
    assert not found["ok"]
    assert any("The file of model 'nb'" in problem for problem in found["problems"])
    assert any("stray.skops" in note for note in found["notes"])


def test_a_database_url_that_is_none(run: Run) -> None:
    answer = run("doctor", "--db-url", "nonsense")
    assert answer.code == 1
    assert "not a database URL" in answer.out


def test_the_server_that_started_the_shell(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(tmp_path / "server").start()
    (own,) = (server.folder / "runtime").glob("tram-server-*.json")
    monkeypatch.setenv(server_file.ENVIRONMENT, str(own))
    found = run("doctor", "--format", "json").json
    assert found["ok"]
    assert found["server"] == {"address": f"http://localhost:{server.port}/", "user": getpass.getuser()}
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**json.loads(own.read_bytes()), "token": "another"}))
    monkeypatch.setenv(server_file.ENVIRONMENT, str(other))
    answer = run("doctor")
    assert answer.code == 1
    assert f"does not accept the token that it keeps for its kernels in {other}" in answer.out
    server.stop()
    for gone, words in ((other, "Nobody answers at http://localhost"), (own, f"No server says in {own} where it is")):
        monkeypatch.setenv(server_file.ENVIRONMENT, str(gone))
        answer = run("doctor")
        assert answer.code == 1
        assert words in answer.out


def test_a_hub_whose_servers_lack_the_workbench(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(server_file.ENVIRONMENT, raising=False)
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    assert run("doctor").code == 0, "a service of the hub is no user's server"
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/alice/")
    answer = run("doctor")
    assert answer.code == 1
    assert "This server of JupyterHub does not serve TRAM. Install tram-ext into the environment" in answer.out
