"""What is read of files, environment and command line, what counts most, and what is said of a value that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.configuration.conftest import Write
from tram_ext.configuration.reading import Configuration, option, read, stray_variables
from tram_ext.domain.errors import Unavailable
from tram_ext.domain.users import Role
from tram_ext.services.settings import Settings

SERVER = "jupyter_server_config"

WRONG: list[tuple[str, Any, str]] = [
    ("jobs_at_once", "two", "has to be a whole number from 1 to 1,000, and is 'two'."),
    ("jobs_at_once", 0, "has to be a whole number from 1 to 1,000, and is 0."),
    ("jobs_at_once", 2.5, "has to be a whole number from 1 to 1,000, and is 2.5."),
    ("jobs_at_once", [2], "has to be a whole number from 1 to 1,000, and is [2]."),
    ("max_pages", True, "has to be a whole number of at least 1, and is True."),
    ("max_pages", "x" * 500, f"has to be a whole number of at least 1, and is '{'x' * 78}…."),
    ("job_timeout", float("nan"), "has to be a number from 1 to 315,360,000, and is nan."),
    ("training_timeout", float("inf"), "has to be a number from 1 to 315,360,000, and is inf."),
    ("access_token_lifetime", 10**30, f"has to be a whole number from 1 to 315,360,000, and is {10**30}."),
    ("ml_confidence_threshold", 101, "has to be a number from 0 to 100, and is 101."),
    ("warm_up", "yes", "has to be true or false, and is 'yes'."),
    ("jupyter_role", "Analist", "has to be one of viewer, analyst, admin, and is 'Analist'."),
    ("default_model", "liner", "and is 'liner'; did you mean linear?"),
    ("encoder", "minlm", "has to be one of auto, none, minilm, and is 'minlm'; did you mean minilm?"),
    ("executor", "cluster:8786", "cannot be used: 'cluster:8786' names no executor"),
    ("executor", "dask://10.0.0.1:8786", "cannot be used: 'dask://10.0.0.1:8786' is on another machine"),
    ("data_dir", "here", "has to be an absolute path, since servers and commands start in different folders"),
    ("data_dir", "/tmp/\0", "holds a character that no name can (U+0000)."),
    ("data_dir", "~nobody-of-that-name/x", "begins in the home folder of a user that this machine does not know"),
    ("data_dir", 7, "has to be text, and is 7."),
    ("bert_folder", "/is/not/there", "names a folder that is not there: '/is/not/there'."),
    ("db_url", "nonsense", "cannot be used: this is not a database URL of SQLAlchemy"),
    ("db_url", "sqlite://", "cannot be used: SQLite needs the path of a file here"),
    ("db_url", 7, "has to be text."),
    ("jobs_at_onc", 3, "is no option of the workbench; did you mean jobs_at_once?"),
    ("colour", "red", "is no option of the workbench."),
]


def problem(found: Configuration) -> str:
    (said,) = found.problems
    return said


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_a_wrong_value_in_a_file_is_a_sentence_with_the_files_name(
    write: Write, name: str, value: Any, said: str
) -> None:
    path = write(f"{SERVER}.json", json.dumps({"TramExtension": {name: value}}))
    found = read()
    assert problem(found).startswith(f"c.TramExtension.{name} in {path} ")
    assert said in problem(found)
    with pytest.raises(Unavailable) as raised:
        found.settings()
    assert (raised.value.message, raised.value.code) == (problem(found), "misconfigured")


def test_a_wrong_value_on_the_command_line_names_the_option(write: Write) -> None:
    found = read({"jobs_at_once": option("jobs_at_once", "two"), "db_url": option("db_url", "x", "--db-url")})
    assert [said.partition(" cannot")[0].partition(" has")[0] for said in found.problems] == [
        "The option --db-url",
        "The option --TramExtension.jobs_at_once",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TRAM_DATA_DIR", "tram", "has to be an absolute path"),
        ("TRAM_DB_URL", "postgres//x", "cannot be used: this is not a database URL"),
        ("TRAM_BERT_FOLDER", "/is/not/there", "names a folder that is not there"),
        ("TRAM_EXECUTOR", "dask", "names no executor"),
    ],
)
def test_a_wrong_variable_is_named(
    write: Write, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert problem(read()).startswith(f"The environment variable {variable} ")
    assert said in problem(read())


def test_no_message_quotes_a_password(write: Write) -> None:
    for url in ("postgresql://ann:geheim@host:port/x", "postgres://ann:geheim@host/x", ["ann:geheim"]):
        write(f"{SERVER}.json", json.dumps({"TramExtension": {"db_url": url}}))
        assert "geheim" not in problem(read())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("jupyter_config.py", "c.TramExtension.max_pages = = 1\n", "invalid syntax (jupyter_config.py, line 1)"),
        (f"{SERVER}.py", "x = 1\nc.TramExtension.max_pages = y\n", "NameError: name 'y' is not defined (line 2)"),
        (f"{SERVER}.py", "import sys\nsys.exit(0)  # TramExtension\n", "it ends the program"),
        (f"{SERVER}.json", '{"TramExtension": {"max_pages": 3}', "Expecting ',' delimiter: line 1 column 35"),
        (f"{SERVER}.json", '["TramExtension"]', "it has to hold an object"),
        (f"{SERVER}.json", '{"TramExtension": {}, "version": 2}', "Unknown version of JSON config file: 2"),
        (f"{SERVER}.d/tram.json", '{"TramExtension": ', "Expecting value"),
    ],
)
def test_a_damaged_file_is_named(write: Write, name: str, content: str, said: str) -> None:
    path = write(name, content)
    assert problem(read()).startswith(f"The configuration file {path} cannot be read: {said}")


def test_a_section_that_is_none(write: Write) -> None:
    path = write(f"{SERVER}.json", '{"TramExtension": 5}')
    assert problem(read()) == f"TramExtension in {path} has to be a table of options, and is 5."


def test_a_file_that_is_not_there(write: Write, tmp_path: Path) -> None:
    assert "none.py that --config names is not there" in problem(read(config_file=str(tmp_path / "none.py")))


def test_all_problems_are_found_at_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(f"{SERVER}.json", '{"TramExtension": {"max_pages": 0, "warm_up": 3}}')
    write("jupyter_config.py", "c.TramExtension = \n")
    monkeypatch.setenv("TRAM_EXECUTOR", "x")
    found = read()
    assert len(found.problems) == 4
    with pytest.raises(Unavailable, match=r"\(3 more: 'jupyter tram doctor' lists them.\)"):
        found.settings()


def test_what_counts_more(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Pin the order: a drop-in, all applications, the server; Python, JSON; the command line."""
    sources = [
        (f"{SERVER}.d/tram.json", '{"TramExtension": {"max_pages": 1}}'),
        ("jupyter_tram_ext_config.py", "c.TramExtension.max_pages = 2\n"),
        ("jupyter_lab_config.py", "c.TramExtension.max_pages = 3\n"),
        ("jupyter_config.py", "c.TramExtension.max_pages = 4\n"),
        ("jupyter_config.json", '{"TramExtension": {"max_pages": 5}}'),
        (f"{SERVER}.py", "c.TramExtension.max_pages = 6\n"),
        (f"{SERVER}.json", '{"TramExtension": {"max_pages": 7}}'),
    ]
    for expected, (name, content) in enumerate(sources, start=1):
        path = write(name, content)
        found = read()
        assert found.settings().max_pages == expected
        assert found.effective()["max_pages"].source == str(path)
    own = tmp_path / "own.py"
    own.write_text("c.TramExtension.max_pages = 8\n")
    assert read(config_file=str(own)).settings().max_pages == 8
    own.unlink()
    own.with_suffix(".json").write_text("{}")
    assert read(config_file=str(own)).settings().max_pages == 5, "a file that is named takes the place of the server's"
    assert read({"max_pages": option("max_pages", "9")}).settings().max_pages == 9


def test_the_environment_counts_where_nothing_else_is_said(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRAM_DATA_DIR", str(tmp_path / "a"))
    monkeypatch.setenv("TRAM_DB_URL", "")
    found = read()
    assert (found.settings().data_dir, found.effective()["data_dir"].source) == (tmp_path / "a", "TRAM_DATA_DIR")
    assert found.settings().database_url == f"sqlite:///{tmp_path / 'a' / 'tram.sqlite3'}"
    write(f"{SERVER}.json", json.dumps({"TramExtension": {"data_dir": ""}}))
    assert read().settings().data_dir == tmp_path / "a", "what is empty is not said"
    write(f"{SERVER}.json", json.dumps({"TramExtension": {"data_dir": "~/b"}}))
    assert read().settings().data_dir == Path("~/b").expanduser()


def test_a_part_that_a_file_loads(write: Write) -> None:
    write("part.py", "c.TramExtension.max_pages = 11\n")
    write(f"{SERVER}.py", "load_subconfig('part.py')\n")
    assert read().settings().max_pages == 11


def test_files_that_say_nothing_of_the_workbench_are_not_run(write: Write) -> None:
    write(f"{SERVER}.py", "raise RuntimeError\n")
    assert read().settings() == Settings()


def test_what_a_file_prints_is_not_what_a_command_answers(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(f"{SERVER}.py", "print('hello', c.TramExtension.db_url)\n")
    assert read().settings() == Settings()
    said = capsys.readouterr()
    assert (said.out, said.err[:5]) == ("", "hello")


def test_values_are_as_services_take_them(write: Write) -> None:
    write(
        f"{SERVER}.py",
        "from pathlib import Path\nc.TramExtension.data_dir = Path('/srv/tram')\n"
        "c.TramExtension.jupyter_role = 'Analyst'\nc.TramExtension.job_timeout = 7\n"
        "c.TramExtension.ml_confidence_threshold = None\nc.TramExtension.open_browser = False\n",
    )
    settings = read({"warm_up": option("warm_up", "false")}).settings()
    assert (settings.data_dir, settings.jupyter_role) == (Path("/srv/tram"), Role.ANALYST)
    assert (settings.job_timeout, settings.ml_confidence_threshold, settings.warm_up) == (7.0, None, False)


def test_what_is_shown_hides_passwords(write: Write) -> None:
    url = "postgresql+psycopg://ann:geheim@host/tram?sslpassword=geheim"
    write(f"{SERVER}.json", json.dumps({"TramExtension": {"db_url": url, "jupyter_role": "viewer"}}))
    shown = read().effective()
    assert shown["db_url"].value == "postgresql+psycopg://ann:***@host/tram?sslpassword=hidden"
    assert (shown["jupyter_role"].value, shown["max_pages"].source) == ("viewer", "default")


def test_a_variable_that_is_misspelt_is_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAM_DB_URI", "x")
    monkeypatch.setenv("TRAM_REAL_DATA", "x")
    monkeypatch.setenv("TRAM_SERVER_FILE", "x")
    assert stray_variables() == ["The environment variable TRAM_DB_URI means nothing here; did you mean TRAM_DB_URL?"]
