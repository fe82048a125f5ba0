"""A disk on which nothing more can be written: what is refused leaves nothing behind, what runs says why it waits."""

from __future__ import annotations

import contextlib
import sys
import time

import psutil
import pytest

from tests import files
from tests.queue.client import Client, leftovers, rows

pytestmark = [
    pytest.mark.outage,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the files of a process that runs"),
]

A_PAGE = 4096
"""Bytes: a small upload fits, and nothing that the database writes, which is a page and more."""


@pytest.fixture(scope="module")
def server(make_server):
    return make_server().start()


@pytest.fixture
def ben(server, bearers):
    client = Client(server, bearers["ben"])
    client.done("before.txt", files.text("before the disk is full"))
    return client


@contextlib.contextmanager
def full_disk(server):
    """Let no file of the server grow."""
    process = psutil.Process(server.process.pid)
    before = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (A_PAGE, before[1]))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, before)


def stored(server):
    return {path.name for path in (server.data / "documents").iterdir()}


@pytest.mark.parametrize("size", ["fits", "does not fit"])
def test_a_refused_upload_leaves_no_file(server, ben, size):
    data = files.text(f"that {size}") + b"It waited. " * (1000 if size == "does not fit" else 1)
    with full_disk(server):
        answer = ben.upload(f"{size}.txt", data)
    assert answer.status == 503, answer.data
    assert ("database" if size == "fits" else "cannot be stored") in answer.json["detail"]
    assert leftovers(server) == []
    assert stored(server) == {row["stored_name"] for row in rows(server, "SELECT stored_name FROM documents")}
    assert ben.done(f"{size}.txt", data)["name"] == f"Report for {size}.txt"


def test_a_job_that_cannot_be_stored_says_so_and_is_stored_when_it_can_be(server, ben):
    number = ben.queue("waits.pdf", files.slow_pdf("The implant waits for room."))
    deadline = time.monotonic() + 60
    while ben.job(number)["stage"] != "reading":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with full_disk(server):
        while not (job := ben.job(number))["message"]:
            assert time.monotonic() < deadline, job
            time.sleep(0.05)
        assert job["status"] == "Running"
        assert "database" in job["message"]
        assert [each["message"] for each in ben.server.get("/api/jobs/", **ben.who).json] == [job["message"]]
    job = ben.until(number)
    assert (job["status"], job["message"]) == ("Done", "")
    assert rows(server, "SELECT attempts FROM jobs WHERE id = ?", number) == [{"attempts": 1}]
    assert len(rows(server, "SELECT id FROM reports WHERE document_id = ?", job["document_id"])) == 1
