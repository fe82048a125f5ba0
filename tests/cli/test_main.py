from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run, call
from tram_ext import __version__

COMMANDS = "map import train models reports export attack log undo redo user purge backup restore adopt doctor".split()
SUBCOMMANDS = [
    *(["models", name] for name in ("list", "show", "restore")),
    *(["reports", name] for name in ("list", "show", "delete", "use")),
    *(["attack", name] for name in ("load", "upgrade", "list", "show")),
    *(["user", name] for name in ("add", "passwd", "list", "disable", "enable", "role")),
    *([name] for name in "map import train export log undo redo purge backup restore adopt doctor".split()),
]


def start(folder: Path, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    environment = {
        **os.environ,
        "TRAM_DATA_DIR": str(folder / "tram"),
        **{f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")},
    }
    return subprocess.run(
        [sys.executable, "-m", "tram_ext.cli", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        **options,  # type: ignore[call-overload] # passed on as they are
    )


def test_help_names_the_server_and_every_command() -> None:
    answer = call(None, "--help")
    assert answer.code == 0
    assert "--no-browser" in answer.out
    assert all(f"\n  {name} " in answer.out for name in COMMANDS)


@pytest.mark.parametrize("command", SUBCOMMANDS, ids=" ".join)
def test_every_command_has_help_and_the_common_options(command: Sequence[str], tmp_path: Path) -> None:
    answer = call(tmp_path / "never", *command, "--help")
    assert answer.code == 0
    for option in ("--format", "--data-dir", "--db-url", "--help"):
        assert option in answer.out
    assert not (tmp_path / "never").exists()


def test_an_unknown_command_is_a_mistake_of_use() -> None:
    answer = call(None, "fly")
    assert answer.code == 2
    assert "No such command 'fly'" in answer.err


def test_says_its_version() -> None:
    assert __version__ in call(None, "--version").out


def test_options_stand_above_the_environment(run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert run("reports", "list", "--format", "json", "--data-dir", elsewhere).json == []
    assert (elsewhere / "tram.sqlite3").exists()
    database = tmp_path / "other.sqlite3"
    options = ("--data-dir", tmp_path / "third", "--db-url", f"sqlite:///{database}")
    assert run("reports", "list", "--format", "json", *options).json == []
    assert database.exists()
    assert not (tmp_path / "third" / "tram.sqlite3").exists()


def test_the_command_is_there_as_a_process(tmp_path: Path) -> None:
    done = start(tmp_path, "user", "list")
    assert done.returncode == 0, done.stderr
    assert "admin" in done.stdout
    assert done.stderr == ""


def test_a_reader_that_leaves_is_no_failure_to_talk_about(prepared: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tram_ext.cli", "attack", "list", "--all", "--format", "json"],
        env={**os.environ, "TRAM_DATA_DIR": str(prepared)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "[\n"
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait(timeout=30)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_in_a_line(prepared: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tram_ext.cli", "attack", "list"],
            env={**os.environ, "TRAM_DATA_DIR": str(prepared)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == "Error: Something could not be read or written: No space left on device.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX closes the streams")
@pytest.mark.parametrize("closing", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed_do_no_harm(prepared: Path, closing: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m tram_ext.cli attack show T1059 {closing}', sys.executable],
        env={**os.environ, "TRAM_DATA_DIR": str(prepared)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["reports", "show"],
        ["reports", "delete", "--yes"],
        ["review"],
        ["export"],
        ["undo", "--report"],
        ["log", "--report"],
    ],
    ids=" ".join,
)
def test_a_number_that_no_database_holds_is_none_there_is(run: Run, command: list[str]) -> None:
    answer = run(*command, "9" * 30)

    assert answer.code == 1
    assert answer.err.endswith("Error: A number is larger than any there is in the database.\n")


def test_a_pipe_that_knows_few_characters(prepared: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tram_ext.cli", "attack", "show", "T1059"],
        env={**os.environ, "TRAM_DATA_DIR": str(prepared), "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "\\u2026" in done.stdout


def test_a_port_in_use_is_a_clear_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(tmp_path, "--port", str(port), "--no-browser", "--allow-root", "--ip=127.0.0.1")
    assert done.returncode != 0
    assert f"{port} is already in use" in done.stderr.replace("port ", "")
    assert "Traceback" not in done.stderr


def test_help_all_is_jupyters(tmp_path: Path) -> None:
    done = start(tmp_path, "--help-all")
    assert done.returncode == 0, done.stderr
    assert "--ServerApp.port=" in done.stdout
    assert "--TramExtension.data_dir=" in done.stdout


def test_the_light_parts_stay_light() -> None:
    code = (
        "import sys; from tram_ext.cli.main import tram\n"
        "try: tram(['map', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('sklearn', 'pandas', 'sqlalchemy', 'jupyter_server', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
