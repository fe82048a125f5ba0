"""Commands over data that cannot be written: what only reads works on a copy and leaves no trace, the rest says why not."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import SENTENCES, Answer
from tests.services.backups import add_document, content
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

TO_ROOT = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
"""What a command begins with that is to be held to permissions, although root starts it."""


def _prefix() -> list[str] | None:
    if sys.platform == "win32":
        return None
    if os.geteuid():
        return []
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run([*TO_ROOT, "true"], check=True, capture_output=True)
        return TO_ROOT
    return None


PREFIX = _prefix()
pytestmark = pytest.mark.skipif(PREFIX is None, reason="nothing is read-only here: Windows, or root without setpriv")

Call = Callable[..., Answer]


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of temporary files, which every command here leaves empty."""
    (tmp_path / "temporary").mkdir()
    yield tmp_path / "temporary"
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.fixture
def call(tmp_path: Path, temporary: Path) -> Call:
    def run(folder: Path, *arguments: str | Path, **environment: str) -> Answer:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRAM_", "JUPYTER"))}
        own = {"TRAM_DATA_DIR": str(folder), "TMPDIR": str(temporary), "JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}
        command = [*(PREFIX or []), sys.executable, "-m", "tram_ext.cli", *map(str, arguments)]
        done = subprocess.run(
            command,
            env={**kept, **own, "COLUMNS": "120", **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


def _set_modes(folder: Path, for_folders: int, for_files: int) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(for_folders if path.is_dir() else for_files)


@pytest.fixture(params=["the folder", "the database"])
def frozen(request: pytest.FixtureRequest, folder: Path) -> Iterator[Path]:
    """Return a prepared folder with an upload, of which all or the database alone is read-only."""
    with contextlib.closing(Services(Settings(data_dir=folder, db_url="", default_model="nb"))) as services:
        add_document(services, services.users.at_the_command_line(), "note.txt", b"Beacons went out. ")
    if request.param == "the folder":
        _set_modes(folder, 0o500, 0o400)
    else:
        (folder / "tram.sqlite3").chmod(0o400)
    before = state(folder)
    yield folder
    assert state(folder) == before
    _set_modes(folder, 0o700, 0o600)


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("reports list", "Training report"),
        ("reports show 2", "Training report"),
        ("log", "import report"),
        ("models list", "linear"),
        ("models show nb", "T1059.001"),
        ("models compare nb nb:1", "nb 1"),
        ("export 2 --format csv", "PowerShell"),
        ("attack list --search T1059.001", "PowerShell"),
        ("attack show T1059.001", "PowerShell"),
        ("user list", "admin"),
        ("review 2 --all", "PowerShell"),
        ("next --model nb", "to review."),
        ("purge --older-than 1 --dry-run", "would be deleted"),
    ],
)
def test_what_only_reads(frozen: Path, call: Call, command: str, words: str) -> None:
    answer = call(frozen, *command.split())
    assert answer.code == 0, answer.err
    assert words in answer.out + answer.err


def test_map_stores_nothing_and_needs_nothing(frozen: Path, call: Call, report: Path, tmp_path: Path) -> None:
    answer = call(frozen, "map", "--model", "nb", "--explain", report)
    assert answer.code == 0, answer.err
    assert "T1059.001" in answer.out
    assert SENTENCES["T1059.001"].format(7) in answer.out
    into = call(frozen, "map", "--model", "nb", "--output", tmp_path / "out", report)
    assert into.code == 0, into.err
    (written,) = (tmp_path / "out").glob("*.json")
    assert "T1059.001" in written.read_text()


def test_a_backup_of_it_is_whole(frozen: Path, call: Call, tmp_path: Path) -> None:
    """A disk that fails becomes read-only, which is when somebody wants a backup."""
    answer = call(frozen, "backup", tmp_path / "b.zip")
    assert answer.code == 0, answer.err
    assert call(tmp_path / "new", "restore", tmp_path / "b.zip").code == 0
    assert content(tmp_path / "new") == content(frozen)


def test_doctor_says_so_and_looks_at_everything(frozen: Path, call: Call) -> None:
    answer = call(frozen, "doctor", "--format", "json")
    assert answer.code == 1
    found = json.loads(answer.out)
    (problem,) = found["problems"]
    assert problem.startswith(f"The data in {frozen} cannot be written to: commands that only read work on a copy")
    assert found["data"]["database"] == f"sqlite:///{frozen}/tram.sqlite3"
    assert found["content"]["reports"] == "1, 1 trained on"


@pytest.mark.parametrize(
    "command", ["train nb", "review 2 --accept 1", "reports delete 2 --yes", "undo", "purge --older-than 1 --yes"]
)
def test_what_would_write_is_refused(frozen: Path, call: Call, command: str) -> None:
    answer = call(frozen, *command.split())
    assert (answer.code, answer.out) == (1, "")
    assert str(frozen) in answer.err
    assert "TRAM_DATA_DIR" in answer.err


def test_map_where_no_folder_can_be_made(tmp_path: Path, call: Call, report: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    chosen = tmp_path / "config" / "jupyter_server_config.json"
    chosen.parent.mkdir()
    chosen.write_text(json.dumps({"TramExtension": {"default_model": "nb"}}))  # which takes seconds, and no minute
    answer = call(closed / "tram", "map", "--format", "json", report, JUPYTER_CONFIG_DIR=str(chosen.parent))
    assert answer.code == 0, answer.err
    (line,) = answer.lines
    assert {m["attack_id"] for s in line["sentences"] for m in s["mappings"]} >= {"T1059.001"}
    assert f"Nothing can be written to {closed / 'tram'}: ATT&CK and the default model are prepared" in answer.err
    assert list(closed.iterdir()) == []
    for command in ("reports list", "train nb"):
        refused = call(closed / "tram", *command.split())
        assert (refused.code, refused.out) == (1, "")
        assert f"The folder {closed / 'tram'} cannot be made" in refused.err


def test_one_line_of_python_maps_there_too(tmp_path: Path, frozen: Path, call: Call, temporary: Path) -> None:
    code = f"import tram_ext; print(tram_ext.map_text({SENTENCES['T1059.001'].format(3)!r}, model='nb').to_string())"
    environment = {**os.environ, "TRAM_DATA_DIR": str(frozen), "TMPDIR": str(temporary)}
    command = [*(PREFIX or []), sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "T1059.001" in done.stdout


def test_while_somebody_else_writes(folder: Path, call: Call) -> None:
    """What a server has written a moment ago is seen, and what it does goes on undisturbed."""
    with contextlib.closing(Services(Settings(data_dir=folder, db_url="", default_model="nb"))) as services:
        ann = services.users.at_the_command_line()
        services.reports.set_use_for_training(2, ann, use=False)
        _set_modes(folder, 0o500, 0o400)
        answer = call(folder, "reports", "show", "2", "--format", "json")
        assert answer.code == 0, answer.err
        assert json.loads(answer.out)["use_for_training"] is False
        services.reports.set_use_for_training(2, ann, use=True)
        assert json.loads(call(folder, "reports", "show", "2", "--format", "json").out)["use_for_training"] is True
        _set_modes(folder, 0o700, 0o600)


@pytest.mark.parametrize("with_memory", [True, False])
def test_after_a_crash(folder: Path, tmp_path: Path, call: Call, with_memory: bool) -> None:
    """The log of a killed server is read, with the memory that SQLite shares or without."""
    with contextlib.closing(Services(Settings(data_dir=folder, db_url="", default_model="nb"))) as services:
        services.reports.set_use_for_training(2, services.users.at_the_command_line(), use=False)
        crashed = Path(shutil.copytree(folder, tmp_path / "crashed"))
    assert (crashed / "tram.sqlite3-wal").stat().st_size
    if not with_memory:
        (crashed / "tram.sqlite3-shm").unlink()
    _set_modes(crashed, 0o500, 0o400)
    before = state(crashed)
    answer = call(crashed, "reports", "show", "2", "--format", "json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["use_for_training"] is False
    assert state(crashed) == before
    _set_modes(crashed, 0o700, 0o600)


def test_what_cannot_be_read_either(folder: Path, call: Call) -> None:
    for mode, words in ((0o000, "Permission denied"), (0o400, "is empty")):
        (folder / "tram.sqlite3").write_bytes(b"")
        (folder / "tram.sqlite3").chmod(mode)
        folder.chmod(0o500)
        answer = call(folder, "reports", "list")
        folder.chmod(0o700)
        (folder / "tram.sqlite3").chmod(0o600)
        assert (answer.code, answer.out) == (1, "")
        assert words in answer.err
        assert str(folder) in answer.err
