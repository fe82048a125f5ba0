"""A server's life: lazy until asked, silent about secrets, whole again after a power cut."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import threading
import time

import psutil
import pytest

from tests import corpus
from tests.handlers.conftest import PASSWORDS

pytestmark = pytest.mark.outage


def test_a_server_that_nobody_asks_for_tram_pays_nothing(new_server):
    server = new_server(empty=True)
    who = {"Authorization": f"token {server.token}"}
    assert server.get("/api/contents", **who).status == 200
    assert server.get("/api/status", **who).status == 200
    assert not server.data.exists()
    assert server.children() == []
    assert server.get("/api/token/").status == 405
    assert server.data.is_dir(), "the first request opens it"
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_the_first_admin_and_no_secret_in_the_log(new_server):
    server = new_server(empty=True)
    answer = server.get("/api/tram/status", Authorization=f"token {server.token}")
    assert answer.json["ready"] is False
    assert answer.json["preparing"]
    file = server.data / "initial-admin-password"
    password = file.read_text().strip()
    pair = server.log_in("admin", password)
    server.get("/api/reports/", Authorization=f"Bearer {pair['access']}")
    server.post("/api/token/", {"username": "admin", "password": "my secret guess"})
    server.post("/api/token/", b'{"username": "admin", "password": "my secret guess"', Content_Type="application/json")
    server.post("/api/token/refresh/", {"refresh": pair["refresh"] + "x"})
    children = server.children()
    assert server.stop() == 0
    log = server.log_text()
    assert str(file) in log
    for secret in (
        password,
        pair["access"],
        pair["refresh"],
        "my secret guess",
        (server.data / "signing-key").read_text(),
    ):
        assert secret not in log
    assert "Traceback" not in log
    assert all(is_over(child) for child in children)


def is_over(process, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.05)
                continue
        return True
    return False


@pytest.mark.parametrize("trouble", ["not a database", "newer", "a file in the way"])
def test_what_keeps_it_from_opening_is_said_to_whoever_asks(new_server, trouble):
    server = new_server(empty=True)
    if trouble == "a file in the way":
        server.data.write_text("a file")
    else:
        server.data.mkdir()
        if trouble == "not a database":
            (server.data / "tram.sqlite3").write_bytes(b"no database" * 1000)
        else:
            import sqlite3

            connection = sqlite3.connect(server.data / "tram.sqlite3")
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('9999')")
            connection.commit()
            connection.close()
    answer = server.get("/api/tram/status", Authorization=f"token {server.token}")
    assert answer.status == 503
    words = {
        "not a database": "not a tram-ext database",
        "newer": "newer version",
        "a file in the way": "cannot be made",
    }
    assert words[trouble] in answer.json["detail"]
    assert answer.json["detail"] in server.log_text()
    assert server.get("/api/status", Authorization=f"token {server.token}").status == 200, "Jupyter works on"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_kill_9_in_the_middle_of_imports_and_a_training(new_server):
    server = new_server()
    who = {"Authorization": f"Bearer {server.log_in('ann', PASSWORDS['ann'])['access']}"}
    before = server.get("/api/tram/status", **who).json["default_model"]
    words = [f"Word{n % 997} and word{n % 499} in line {n}." for n in range(6000)]
    big = [corpus.sentence(text, list(corpus.TECHNIQUES)[n % 6], order=n) for n, text in enumerate(words)]
    first = server.post("/api/report-mappings/", corpus.export("Big 0", sentences=big), **who)
    assert first.status == 201

    acknowledged = [first.json["id"]]
    enough = threading.Event()

    def import_on_and_on():
        with contextlib.suppress(OSError):
            for number in range(1, 1000):
                answer = server.post("/api/report-mappings/", corpus.export(f"Big {number}", sentences=big), **who)
                acknowledged.append(answer.json["id"])
                enough.set()

    importing = threading.Thread(target=import_on_and_on)
    importing.start()
    assert enough.wait(60)
    begun = server.post("/api/train-model/nn_cls", Prefer="respond-async", **who)
    assert begun.status == 202
    training = f"/api/tram/trainings/{begun.json['id']}"
    while server.get(training, **who).json["progress"] == 0:
        time.sleep(0.05)
    children = server.children()
    assert children
    server.kill()
    importing.join(30)
    assert all(is_over(child) for child in children), "no child is left"
    files = {path.name for path in (server.data / "models").iterdir()}

    server.start()
    reports = server.get("/api/reports/", **who).json
    assert set(acknowledged) <= {report["id"] for report in reports}
    assert all(report["total_sentences"] == 6000 for report in reports if report["name"].startswith("Big"))
    ended = server.get(training, **who).json
    assert (ended["state"], ended["result"]) == ("Error", None)
    assert "Train again" in ended["message"]
    while not (status := server.get("/api/tram/status", **who).json)["ready"]:
        assert status["error"] is None
        time.sleep(0.05)
    assert status["default_model"] == before
    assert {path.name for path in (server.data / "models").iterdir()} == files
    assert server.post("/api/train-model/nb", {"report": [1]}, **who).status == 200
    assert re.search("Traceback", server.log_text()) is None
