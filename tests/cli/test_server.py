from __future__ import annotations

from pathlib import Path

import pytest

from tram_ext.cli.server import server_arguments


@pytest.mark.parametrize("port", [["--port", "8000"], ["--port=8000"], ["--ServerApp.port=8000"]])
def test_a_port_that_is_named_is_the_only_one_tried(port: list[str]) -> None:
    assert server_arguments([*port, "--no-browser"]) == [*port, "--no-browser", "--ServerApp.port_retries=0"]


def test_without_a_port_jupyter_looks_for_a_free_one() -> None:
    assert server_arguments(["--no-browser"]) == ["--no-browser"]


def test_retries_that_are_asked_for_are_kept() -> None:
    given = ["--port=8000", "--ServerApp.port_retries=5"]
    assert server_arguments(given) == given


def test_the_options_of_the_other_commands_work_for_the_server() -> None:
    assert server_arguments(["--data-dir", "/srv/tram", "--db-url=sqlite:////x.sqlite3"]) == [
        "--TramExtension.data_dir=/srv/tram",
        "--TramExtension.db_url=sqlite:////x.sqlite3",
    ]


def test_a_folder_is_meant_from_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert server_arguments(["--data-dir", "here"]) == [f"--TramExtension.data_dir={tmp_path / 'here'}"]
