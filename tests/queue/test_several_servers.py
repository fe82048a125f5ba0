"""Servers that share a data folder, and servers that are killed: every acknowledged upload ends once."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import Counter

import pytest

from tests import files
from tests.queue.client import Client, is_over, leftovers, rows

pytestmark = [pytest.mark.outage, pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")]


def reports_of(server):
    """Return how many reports there are of each document."""
    found = rows(server, "SELECT document_id FROM reports WHERE document_id IS NOT NULL")
    return Counter(row["document_id"] for row in found)


def test_two_servers_share_the_work_and_either_may_be_killed(make_server, bearers):
    one = make_server().start()
    two = make_server(share=one).start()
    clients = [Client(server, bearers["ben"]) for server in (one, two)]
    small = [clients[n % 2].queue(f"{n}.txt", files.text(n)) for n in range(20)]
    jobs = [clients[(n + 1) % 2].until(number) for n, number in enumerate(small)]
    assert {job["status"] for job in jobs} == {"Done"}
    assert {row["attempts"] for row in rows(one, "SELECT attempts FROM jobs")} == {1}
    assert set(reports_of(one).values()) == {1}
    assert len(reports_of(one)) == 20

    # A server takes one big document at a time: of two, each server has one.
    big = [clients[n].queue(f"big {n}.pdf", files.long_pdf(250, f"Otter{n}")) for n in range(2)]
    for number in big:
        clients[0].until(number, "Running")
    owner = {number: int(holder(one, number).split(".")[1]) for number in big}
    assert set(owner.values()) == {one.process.pid, two.process.pid}
    children = one.children()
    one.kill()
    assert all(is_over(child) for child in children)
    ended = [clients[1].until(number) for number in big]
    assert {job["status"] for job in ended} == {"Done"}
    assert {number: attempts(one, number) for number in big} == {
        number: 2 if pid == one.process.pid else 1 for number, pid in owner.items()
    }
    assert all(reports_of(one)[job["document_id"]] == 1 for job in ended)


def holder(server, number):
    """Return who holds the lease on a job."""
    return rows(server, "SELECT lease_owner FROM jobs WHERE id = ?", number)[0]["lease_owner"]


def attempts(server, number):
    """Return how often a job was begun."""
    return rows(server, "SELECT attempts FROM jobs WHERE id = ?", number)[0]["attempts"]


class Uploaders:
    """Eight clients that upload until nothing is left, and send again what was not acknowledged."""

    def __init__(self, client, uploads):
        self._client = client
        self._waiting = queue.SimpleQueue()
        for upload in uploads:
            self._waiting.put(upload)
        self._lock = threading.Lock()
        self._again = threading.Event()
        self.acknowledged = {}
        self.threads = [threading.Thread(target=self._upload_on_and_on) for _ in range(8)]
        for thread in self.threads:
            thread.start()

    def go_on(self):
        self._again.set()

    def _upload_on_and_on(self):
        while True:
            try:
                name, data = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                answer = self._client.upload(name, data)
            except OSError:
                self._waiting.put((name, data))
                self._again.wait(60)
                continue
            assert answer.status == 200, answer.data
            with self._lock:
                self.acknowledged.setdefault(name, set()).add((answer.json["job-id"], answer.json["doc-id"]))


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_fifty_uploads_of_eight_clients_and_a_kill_in_between(make_server, bearers):
    server = make_server().start()
    ben = Client(server, bearers["ben"])
    bad = [(f"{n}.pdf", files.encrypted_pdf() + b"%% %d" % n) for n in range(5)]
    uploaders = Uploaders(ben, bad + [(f"{n}.txt", files.text(f"{n} of fifty")) for n in range(45)])
    until(lambda: len(uploaders.acknowledged) >= 15)
    children = server.children()
    assert children
    server.kill()
    assert all(is_over(child) for child in children)
    assert any(row["status"] != "Done" for row in rows(server, "SELECT status FROM jobs")), "it was in the middle"
    server.start()
    uploaders.go_on()
    until(lambda: not any(thread.is_alive() for thread in uploaders.threads))
    assert len(uploaders.acknowledged) == 50

    for name, seen in uploaders.acknowledged.items():
        ((job_id, document_id),) = seen
        job = ben.until(job_id)
        wanted = "Error" if name.endswith(".pdf") else "Done"
        assert (job["name"], job["status"]) == (name, wanted)
        assert reports_of(server)[document_id] == (wanted == "Done")
    jobs = rows(server, "SELECT status, attempts FROM jobs")
    assert len(jobs) == 50
    assert max(job["attempts"] for job in jobs) <= 2
    assert leftovers(server) == []
    children = server.children()
    assert server.stop() == 0
    assert all(is_over(child) for child in children)
    assert "Traceback" not in server.log_text()
