"""A Jupyter server whose configuration of the workbench is wrong: Jupyter works, and TRAM says why it does not."""

from __future__ import annotations

import json

import pytest

from tests.handlers.conftest import PASSWORDS

WRONG = [
    ("own.json", '{"TramExtension": {"jobs_at_once": "two"}}', "c.TramExtension.jobs_at_once in {file} has to be"),
    ("own.py", "c.TramExtension.jobs_at_onc = 3\n", "did you mean jobs_at_once?"),
    ("own.py", "c.TramExtension.max_pages = = 1\n", "The configuration file {file} cannot be read"),
]


@pytest.mark.parametrize(("name", "content", "said"), WRONG)
def test_routes_answer_with_the_reason(new_server, tmp_path, name, content, said):
    file = tmp_path / name
    file.write_text(content)
    check(new_server(f"--config={file}", empty=True), said.format(file=file))


@pytest.mark.parametrize("given", ["jobs_at_once=two", "jobs_at_onc=2"])
def test_an_option_of_the_command_line(new_server, given):
    name = given.partition("=")[0]
    server = new_server(f"--TramExtension.{given}", empty=True)
    check(server, f"The option --TramExtension.{name} ")


def check(server, said):
    who = {"Authorization": f"token {server.token}"}
    for path in ("/api/tram/status", "/api/reports/", "/api/jobs/"):
        answer = server.get(path, **who)
        assert answer.status == 503
        assert said in answer.json["detail"]
        assert answer.json["code"] == "misconfigured"
    assert server.post("/api/token/", {"username": "ann", "password": PASSWORDS["ann"]}).status == 503
    assert server.get("/api/contents", **who).status == 200, "Jupyter works on"
    log = server.log_text()
    assert log.count(answer.json["detail"]) == 1, "the log says it once"
    damaged = log.count("Exception while loading config file")
    assert log.count("Traceback") == damaged, "where a file is damaged, Jupyter has its own to say"
    assert not server.data.exists()
    server.kill()


def test_what_jupyter_passes_over_counts(new_server, tmp_path):
    """Options in a drop-in folder: Jupyter takes none from there, and the command line does."""
    server = new_server("--TramExtension.jobs_at_once=3", empty=True)
    server.stop()
    drop_in = server.folder / "config" / "jupyter_server_config.d" / "tram.json"
    drop_in.parent.mkdir()
    drop_in.write_text(json.dumps({"TramExtension": {"max_pages": "x", "jobs_at_once": "x"}}))
    server.environment["JUPYTER_NO_CONFIG"] = ""
    server.environment["JUPYTER_CONFIG_PATH"] = ""
    server.start()
    answer = server.get("/api/tram/status", Authorization=f"token {server.token}")
    assert answer.status == 503
    assert answer.json["detail"].startswith(f"c.TramExtension.max_pages in {drop_in} has to be")
    assert "more" not in answer.json["detail"], "the command line counts more than the file"
