"""What a running Jupyter server makes of its configuration: the same as the command line."""

from __future__ import annotations

import pytest
from jupyter_core.application import JupyterApp
from traitlets.config import Config

from tests.configuration.conftest import Write
from tram_ext.configuration import reading, server
from tram_ext.configuration.server import JupyterConfiguration


def jupyters() -> JupyterConfiguration:
    """Return what Jupyter reads of its files."""
    app = JupyterApp()
    app.config_file_name = "jupyter_server_config"
    app.load_config_file()
    return JupyterConfiguration(app.config["TramExtension"], {}, app.loaded_config_files)


@pytest.mark.parametrize(
    "contents",
    [
        {},
        {"jupyter_server_config.py": "c.TramExtension.max_pages = 3\nc.TramExtension.warm_up = False\n"},
        {
            "jupyter_config.json": '{"TramExtension": {"max_pages": 4, "jobs_at_once": 5}}',
            "jupyter_server_config.py": "c.TramExtension.max_pages = 3\n",
            "jupyter_lab_config.py": "c.TramExtension.max_pages = 6\nc.TramExtension.job_timeout = 7\n",
            "jupyter_server_config.d/tram.json": '{"TramExtension": {"training_timeout": 8, "job_timeout": 9}}',
        },
        {"jupyter_server_config.py": "print(c.TramExtension.db_url, c.TramExtension.max_pages)\n"},
        {"jupyter_server_config.json": '{"TramExtension": {"max_pages": "x", "max_page": 1}}'},
        {"jupyter_lab_config.py": "c.TramExtension.max_pages = 'x'\n", "jupyter_config.py": "c.TramExtension. = 1\n"},
        {
            "jupyter_server_config.json": '{"TramExtension": {"max_pages": 3',
            "jupyter_config.py": "c.TramExtension.x = 1",
        },
    ],
)
def test_server_and_command_line_read_alike(write: Write, contents: dict[str, str]) -> None:
    for name, content in contents.items():
        write(name, content)
    of_the_server, of_commands = server.read(jupyters()), reading.read()
    assert of_the_server.values == of_commands.values
    assert sorted(of_the_server.problems) == sorted(of_commands.problems)
    assert of_the_server.wrong == of_commands.wrong


def test_a_file_that_jupyter_has_run_is_not_run_again_unless_a_value_is_wrong(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("jupyter_server_config.py", "print('run')\nc.TramExtension.max_pages = 3\n")
    known = jupyters()
    assert capsys.readouterr().out == "run\n"
    assert server.read(known).settings().max_pages == 3
    assert "run" not in "".join(capsys.readouterr())


def test_a_wrong_value_from_elsewhere_is_told_as_such(write: Write) -> None:
    found = server.read(JupyterConfiguration(Config({"TramExtension": {"max_pages": "x"}})["TramExtension"]))
    assert found.problems == (
        "c.TramExtension.max_pages in Jupyter's configuration has to be a whole number of at least 1, and is 'x'.",
    )
