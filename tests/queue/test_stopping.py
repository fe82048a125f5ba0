"""Servers that are stopped while they work: whoever sends which signal, every upload is done once, after the restart."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests import files
from tests.queue.client import Client, is_over, rows
from tests.server import ROOT

pytestmark = [pytest.mark.outage, pytest.mark.skipif(os.name != "posix", reason="these signals are POSIX's")]

AT_ONCE = 3


def by_signal(*signals, group):
    def stop(server):
        for each in signals:
            server.send(each, group=group)
            time.sleep(0.2)  # two signals at once are one

    return stop


def by_keys(*keys):
    def stop(server):
        for each in keys:
            server.press(each)
            time.sleep(0.2)

    return stop


STOPS = {
    "TERM to the group": by_signal(signal.SIGTERM, group=True),
    "INT to the server": by_signal(signal.SIGINT, group=False),
    "INT twice to the group": by_signal(signal.SIGINT, signal.SIGINT, group=True),
    "HUP to the group": by_signal(signal.SIGHUP, group=True),
    "Ctrl+C twice": by_keys(b"\x03", b"\x03"),
}


def until_all_are_read(client, numbers, seconds=120):
    """Wait until children are at work on all of these jobs at once."""
    deadline = time.monotonic() + seconds
    while any(client.job(number)["stage"] != "reading" for number in numbers):
        assert time.monotonic() < deadline, [client.job(number) for number in numbers]
        time.sleep(0.02)


def until_it_says(client, number, message, seconds=60):
    """Wait until a server has found what became of a job: its row says until then that the one before reads it."""
    deadline = time.monotonic() + seconds
    while client.job(number)["message"] != message:
        assert time.monotonic() < deadline, client.job(number)
        time.sleep(0.02)


@pytest.mark.parametrize("way", STOPS)
def test_any_stop_hands_the_work_back(make_server, bearers, way):
    server = make_server(f"--TramExtension.jobs_at_once={AT_ONCE}").start(apart=True, in_a_terminal="Ctrl" in way)
    client = Client(server, bearers["ben"])
    numbers = [client.queue(f"{n}.pdf", files.slow_pdf(f"The implant waits for order {n}.")) for n in range(AT_ONCE)]
    until_all_are_read(client, numbers)
    children = server.children()
    STOPS[way](server)
    code = server.wait()
    # The second of two may come when all is done and Python has let go of the first: then it has the last word.
    assert code == 0 or ("twice" in way and code < 0), server.log_text()
    assert all(is_over(child) for child in children)
    left = rows(server, "SELECT id, status, attempts, message FROM jobs")
    assert [row for row in left if row["status"] != "Done"], "it was in the middle"
    assert {(row["status"], row["attempts"]) for row in left} <= {("Queued", 0), ("Done", 1)}, left

    server.start(apart=True)
    assert [client.until(number, seconds=120)["status"] for number in numbers] == ["Done"] * AT_ONCE
    assert len(rows(server, "SELECT id FROM reports WHERE document_id IS NOT NULL")) == AT_ONCE
    assert "Traceback" not in server.log_text()
    server.kill()


def test_what_ends_its_server_twice_is_an_error_and_takes_no_other_along(make_server, bearers):
    server = make_server("--TramExtension.jobs_at_once=2").start(apart=True)
    client = Client(server, bearers["ben"])
    deadly = client.queue("deadly.pdf", files.hanging_pdf())
    other = client.queue("other.pdf", files.hanging_pdf() + b"%% the same, to be cancelled")
    until_all_are_read(client, [deadly, other])
    server.kill()
    server.start(apart=True)
    until_it_says(client, deadly, "Try 1 ended early: the server that did it ended.")
    until_all_are_read(client, [deadly])
    time.sleep(1.5)
    assert client.job(other)["status"] == "Queued", "what ended with a server is tried again alone"
    small = client.queue("small.txt", files.text("beside the deadly one"))
    server.kill()

    server.start(apart=True)
    job = client.until(deadly)
    assert (job["status"], job["message"].partition(" It")[0]) == (
        "Error",
        "Try 2 ended early: the server that did it ended.",
    )
    until_all_are_read(client, [other])
    assert client.cancel(other) == 204
    assert client.until(other)["status"] == "Cancelled"
    assert client.until(small)["status"] == "Done"
    tries = {row["id"]: row["attempts"] for row in rows(server, "SELECT id, attempts FROM jobs")}
    assert (tries[other], tries[small]) == (2, 1)
    server.kill()


SCRIPT = """
import signal, sys, time
import tram_ext

workbench = tram_ext.open_workbench(sys.argv[1])
job = workbench.connection.upload("script.pdf", open(sys.argv[2], "rb"))["job-id"]
while workbench.connection.job(job)["stage"] != "reading":
    time.sleep(0.02)
print("reading")
if sys.argv[3] == "Ctrl+C":
    signal.raise_signal(signal.SIGINT)
"""


@pytest.mark.parametrize("end", ["the last line", "Ctrl+C"])
def test_a_script_that_ends_without_closing_hands_its_work_back(prepared, tmp_path, end):
    folder, file = tmp_path / "data", tmp_path / "script.pdf"
    shutil.copytree(prepared, folder)
    file.write_bytes(files.hanging_pdf())
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder, file, end],
        env={**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_NO_CONFIG": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "reading\n", done.stderr
    assert done.stderr == "" or end == "Ctrl+C"
    connection = sqlite3.connect(folder / "tram.sqlite3")
    assert connection.execute("SELECT status, attempts, message FROM jobs").fetchall() == [("Queued", 0, "")]
    connection.close()
