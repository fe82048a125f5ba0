"""The command line reads what the server would read, and says in a sentence what is wrong with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, call
from tram_ext.cli.options import Options

SERVER = "jupyter_server_config"


@pytest.fixture
def config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "jupyter"
    folder.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    return folder


def test_a_configured_folder_and_model_count(config_folder: Path, tmp_path: Path) -> None:
    (config_folder / f"{SERVER}.py").write_text(
        f"c.TramExtension.data_dir = {str(tmp_path / 'elsewhere')!r}\nc.TramExtension.default_model = 'nb'\n"
    )
    settings = Options(json=False, data_dir=None, db_url=None).settings()
    assert settings.data_dir == tmp_path / "elsewhere"
    assert settings.default_model == "nb"


def test_json_counts_more_and_an_option_most(config_folder: Path, tmp_path: Path) -> None:
    (config_folder / f"{SERVER}.py").write_text("c.TramExtension.max_pages = 10\n")
    (config_folder / f"{SERVER}.json").write_text('{"TramExtension": {"max_pages": 20, "data_dir": "/nowhere"}}')
    settings = Options(json=False, data_dir=tmp_path, db_url=None).settings()
    assert (settings.max_pages, settings.data_dir) == (20, tmp_path)


@pytest.mark.parametrize("name", ["jobs_at_once", "jobs_at_onc"])
def test_a_wrong_value_is_one_sentence(config_folder: Path, run: Run, name: str) -> None:
    file = config_folder / f"{SERVER}.json"
    file.write_text(json.dumps({"TramExtension": {name: "two"}}))
    answer = run("reports", "list")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"Error: c.TramExtension.{name} in {file} ")
    assert answer.err.count("\n") == 1


def test_a_role_in_any_case_of_letters(config_folder: Path, run: Run) -> None:
    (config_folder / f"{SERVER}.json").write_text('{"TramExtension": {"jupyter_role": "Analyst"}}')
    answer = run("doctor", "--format", "json")
    assert answer.code == 0
    assert answer.json["configuration"]["jupyter_role"]["value"] == "analyst"


def test_the_doctor_lists_all_that_is_wrong_and_shows_the_rest(config_folder: Path, run: Run) -> None:
    file = config_folder / f"{SERVER}.json"
    file.write_text(
        json.dumps({"TramExtension": {"jupyter_role": "boss", "jobs_at_once": "two", "max_pages": 70, "max_page": 7}})
    )
    (config_folder / "jupyter_config.py").write_text("c.TramExtension.max_pages = = 1\n")
    answer = run("doctor")
    assert answer.code == 1
    problems = [line for line in answer.out.splitlines() if line.startswith("Problem: ")]
    assert len(problems) == 4
    assert [name in " ".join(problems) for name in ("jupyter_role", "jobs_at_once", "max_page", "invalid syntax")]
    found = run("doctor", "--format", "json").json
    assert found["configuration"]["max_pages"] == {"value": 70, "source": str(file)}
    assert found["configuration"]["warm_up"] == {"value": True, "source": "default"}
    assert "jobs_at_once" not in found["configuration"]


def test_the_doctor_hides_passwords(config_folder: Path, run: Run) -> None:
    url = "postgresql+psycopg://ann:geheim@127.0.0.1:1/tram?sslpassword=geheim&connect_timeout=1"
    (config_folder / f"{SERVER}.json").write_text(json.dumps({"TramExtension": {"db_url": url}}))
    for answer in (run("doctor"), run("doctor", "--format", "json"), run("reports", "list")):
        assert answer.code == 1
        assert "127.0.0.1" in answer.out + answer.err
        assert "geheim" not in answer.out + answer.err


def test_every_command_takes_the_servers_options(config_folder: Path, run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert run("reports", "list", f"--TramExtension.data_dir={elsewhere}", "--format", "json").json == []
    assert (elsewhere / "tram.sqlite3").exists()
    answer = run("reports", "list", "--TramExtension.max_pages", "many")
    assert answer.err == (
        "Error: The option --TramExtension.max_pages has to be a whole number of at least 1, and is 'many'.\n"
    )
    misspelt = run("reports", "list", "--TramExtension.max_page=3")
    assert misspelt.code == 2
    assert "--TramExtension.max_pages" in misspelt.err


def test_a_file_that_is_named(config_folder: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(f"c.TramExtension.data_dir = {str(tmp_path / 'own')!r}\n")
    assert run("reports", "list", "--config", tmp_path / "own.py", "--format", "json").json == []
    assert (tmp_path / "own" / "tram.sqlite3").exists()
    answer = run("reports", "list", "--config", tmp_path / "none.py")
    assert (answer.code, "none.py that --config names is not there" in answer.err) == (1, True)


def test_a_folder_is_meant_from_where_one_is(
    config_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(None, "reports", "list", "--data-dir", "here").code == 0
    assert (tmp_path / "here" / "tram.sqlite3").exists()


def test_the_workbench_in_python_says_the_same(config_folder: Path, run: Run, folder: Path) -> None:
    import tram_ext

    (config_folder / f"{SERVER}.json").write_text('{"TramExtension": {"jobs_at_once": "two"}}')
    with pytest.raises(tram_ext.errors.Unavailable) as raised:
        tram_ext.open_workbench(folder)
    assert run("reports", "list").err == f"Error: {raised.value.message}\n"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ('{"TramExtension": {"jobs_at_once": "two"}}', [], "c.TramExtension.jobs_at_once in "),
        ('{"TramExtension": {"jobs_at_once": 2', [], "The configuration file "),
        ("{}", ["--TramExtension.jobs_at_onc=3"], "The option --TramExtension.jobs_at_onc is no option"),
        ("{}", ["--db-url", "nonsense"], "The option --TramExtension.db_url cannot be used"),
        ("{}", ["--config=/is/not/there.py"], "The configuration file /is/not/there.py"),
    ],
)
def test_no_server_starts_with_a_wrong_configuration(
    config_folder: Path, tmp_path: Path, content: str, options: list[str], said: str
) -> None:
    (config_folder / f"{SERVER}.json").write_text(content)
    done = subprocess.run(
        [sys.executable, "-m", "tram_ext.cli", "--no-browser", "--allow-root", "--port=0", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {said}")
    assert done.stderr.count("\n") == 1
