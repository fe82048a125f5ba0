"""Servers that are stopped while they work: whoever sends which signal, every upload is done once, after the restart."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests import files
from tests.queue.client import Client, is_over, rows

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these signals are POSIX's")

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
    "TERM to the server": by_signal(signal.SIGTERM, group=False),
    "TERM to the group": by_signal(signal.SIGTERM, group=True),
    "TERM twice to the group": by_signal(signal.SIGTERM, signal.SIGTERM, group=True),
    "INT to the server": by_signal(signal.SIGINT, group=False),
    "INT twice to the group": by_signal(signal.SIGINT, signal.SIGINT, group=True),
    "HUP to the server": by_signal(signal.SIGHUP, group=False),
    "HUP to the group": by_signal(signal.SIGHUP, group=True),
    "Ctrl+C twice": by_keys(b"\x03", b"\x03"),
    "Ctrl+C and yes": by_keys(b"\x03", b"y\n"),
}


def until_all_are_read(client, numbers, seconds=60):
    """Wait until children are at work on all of these jobs at once."""
    deadline = time.monotonic() + seconds
    while any(client.job(number)["stage"] != "reading" for number in numbers):
        assert time.monotonic() < deadline, [client.job(number) for number in numbers]
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
    assert [client.until(number)["status"] for number in numbers] == ["Done"] * AT_ONCE
    assert len(rows(server, "SELECT id FROM reports WHERE document_id IS NOT NULL")) == AT_ONCE
    assert "Traceback" not in server.log_text()
    server.kill()
