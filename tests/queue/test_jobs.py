"""Jobs while they are worked on: progress, cancelling, big beside small, limits, crashes, events."""

from __future__ import annotations

import contextlib
import json
import time

import psutil
import pytest
from tornado.ioloop import IOLoop

from tests import files
from tests.queue.client import ENDED, Client, is_over
from tests.server import events, in_a_loop


@pytest.fixture(scope="module")
def long_pdf():
    """Return a PDF that takes seconds."""
    return files.long_pdf(1000)


@pytest.fixture(scope="module")
def busy(make_server):
    """Return a server with the default limits."""
    return make_server().start()


@pytest.fixture
def ben(busy, bearers):
    """Return an analyst."""
    return Client(busy, bearers["ben"])


@pytest.fixture
def cat(busy, bearers):
    """Return another analyst."""
    return Client(busy, bearers["cat"])


@pytest.fixture
def ann(busy, bearers):
    """Return an admin."""
    return Client(busy, bearers["ann"])


@pytest.fixture
def vic(busy, bearers):
    """Return a viewer."""
    return Client(busy, bearers["vic"])


def test_progress_moves(ben):
    number = ben.queue("progress.pdf", files.long_pdf(250, "progress"))
    seen, stages = [], []
    while (job := ben.job(number))["status"] not in ENDED:
        seen.append(job["progress"])
        stages.append(job["stage"])
        time.sleep(0.05)
    assert job["status"] == "Done"
    assert seen == sorted(seen)
    assert len(set(seen)) >= 3
    assert {"reading", "mapping"} & set(stages)


def test_a_running_job_is_cancelled_within_two_seconds_and_by_whom_it_may_be(ben, cat, ann, vic, long_pdf):
    number = ben.queue("running.pdf", long_pdf)
    ben.until(number, "Running")
    while not ben.job(number)["progress"]:
        time.sleep(0.02)
    assert cat.cancel(number) == 403
    assert vic.cancel(number) == 403
    assert ben.job(number)["status"] == "Running"
    started = time.monotonic()
    assert ben.cancel(number) == 204
    job = ben.until(number, "Cancelled")
    assert time.monotonic() - started < 2
    assert job["report_id"] is None
    assert ben.done("after.txt", files.text("after a cancel"))
    assert ben.job(number)["status"] == "Cancelled", "and stays so"
    again = ben.queue("running.pdf", long_pdf)
    assert again != number, "a file whose job was cancelled may come again"
    assert ann.cancel(again) == 204
    assert ben.until(again)["status"] == "Cancelled"


def test_a_waiting_job_is_cancelled_at_once(ben, long_pdf):
    first = ben.queue("first.pdf", long_pdf)
    second = ben.queue("second.pdf", long_pdf)
    ben.until(first, "Running")
    assert ben.job(second)["status"] == "Queued", "one big document at a time"
    assert ben.cancel(second) == 204
    assert ben.job(second)["status"] == "Cancelled"
    assert ben.cancel(first) == 204
    ben.until(first, "Cancelled")
    assert ben.job(second)["status"] == "Cancelled"


def test_a_job_that_has_ended_stays_as_it_is(ben):
    number = ben.queue("ended.txt", files.text("ended"))
    job = ben.until(number, "Done")
    assert ben.cancel(number) == 204
    assert ben.job(number) == job
    assert ben.cancel(999_999) == 404


def test_a_big_document_does_not_hold_a_small_one(ben, long_pdf):
    big = [ben.queue(f"big {n}.pdf", long_pdf + b"%% %d" % n) for n in range(2)]
    ben.until(big[0], "Running")
    started = time.monotonic()
    for number in range(3):
        ben.done(f"small {number}.txt", files.text(f"small {number}"))
    assert ben.job(big[0])["status"] == "Running"
    assert ben.job(big[1])["status"] == "Queued"
    assert time.monotonic() - started < 15
    for number in big:
        ben.cancel(number)
        ben.until(number)


def kill_children(ben, server, number):
    """Kill all children once one of them is at work on a job."""
    while not ben.job(number)["progress"]:
        time.sleep(0.02)
    for child in server.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # such as a zombie that the test before has left
            if "spawn_main" in " ".join(child.cmdline()):  # not multiprocessing's own helper
                child.kill()


def test_whose_child_is_killed_has_one_more_try(ben, busy, long_pdf):
    number = ben.queue("killed once.pdf", long_pdf + b"%% once")
    kill_children(ben, busy, number)
    said = "Try 1 ended early: the process that did this work was ended by signal 9 (SIGKILL)."
    while ben.job(number)["message"] != said:
        time.sleep(0.02)
    assert ben.job(number)["status"] in ("Queued", "Running")
    assert ben.until(number)["status"] == "Done"


def test_who_kills_two_children_is_an_error_and_the_next_job_runs(ben, busy, long_pdf):
    number = ben.queue("killed.pdf", long_pdf)
    kill_children(ben, busy, number)
    while ben.job(number)["progress"]:
        time.sleep(0.02)
    kill_children(ben, busy, number)
    job = ben.until(number)
    assert job["status"] == "Error"
    assert job["message"] == (
        "Try 2 ended early: the process that did this work was ended by signal 9 (SIGKILL). It is left alone now; "
        "upload the file again to have it tried anew."
    )
    assert ben.done("after.txt", files.text("after a kill"))


def test_events_tell_ids_and_numbers_only(ben, busy):
    said = []

    async def listen():
        async with events(busy) as next_event:
            number = await IOLoop.current().run_in_executor(
                None, ben.queue, "secret name.txt", files.text("secret words")
            )
            while not said or said[-1]["status"] not in ENDED:
                event = await next_event()
                if event.get("job_id") == number:
                    said.append(event)

    in_a_loop(listen, 60)
    assert said[0]["status"] == "Running"
    assert said[-1]["status"] == "Done"
    assert said[-1]["report_id"]
    assert said[-1]["progress"] == 1.0
    for event in said:
        own = {name: value for name, value in event.items() if not name.startswith("__")}
        assert set(own) == {"schema_id", "job_id", "status", "progress", "report_id"}
        assert event["schema_id"] == "https://events.tram-ext.org/job/v1"
        assert "secret" not in json.dumps(event)


def test_a_document_that_hangs_its_library_is_ended(make_server, bearers):
    server = make_server("--TramExtension.job_timeout=3", "--TramExtension.jobs_at_once=1").start()
    client = Client(server, bearers["ben"])
    client.done("before.txt", files.text("before"))
    job = client.until(client.queue("hangs.pdf", files.hanging_pdf()))
    assert (job["status"], job["message"]) == ("Error", "This took longer than 3 seconds and was ended.")
    assert client.done("after.txt", files.text("after"))
    children = server.children()
    server.stop()
    assert all(is_over(child) for child in children)
    assert "Traceback" not in server.log_text()


def test_a_server_that_is_stopped_gives_its_jobs_back(make_server, bearers):
    server = make_server().start()
    client = Client(server, bearers["ben"])
    number = client.queue("long.pdf", files.long_pdf(250))
    client.until(number, "Running")
    while not client.job(number)["progress"]:
        time.sleep(0.02)
    children = server.children()
    assert server.stop() == 0
    assert all(is_over(child) for child in children)
    server.start()
    assert client.job(number)["status"] in ("Queued", "Running")
    assert client.until(number)["status"] == "Done"


def retried(who, number):
    return who.server.post(f"/api/tram/jobs/{number}/retry", **who.who)


def test_a_failed_job_is_tried_again(ben, vic):
    number = ben.queue("broken.pdf", b"%PDF-1.4 this is not the whole of it")
    ben.until(number, "Error")
    assert retried(vic, number).status == 403
    new = retried(ben, number).json
    assert new["id"] != number
    ben.until(new["id"], "Error")
    listed = {job["id"] for job in ben.server.get("/api/jobs/", **ben.who).json}
    assert new["id"] in listed
    assert number not in listed, "the try after it stands for both"


def test_what_cannot_be_tried_again(ben):
    done = ben.queue("fine.txt", files.text("tried again"))
    ben.until(done, "Done")
    assert (retried(ben, done).status, retried(ben, 4711).status) == (409, 404)


def test_a_cancelled_job_is_tried_again_once(ben, long_pdf):
    number = ben.queue("cancelled.pdf", long_pdf + b"\n% another file")
    ben.until(number, "Running")
    ben.cancel(number)
    ben.until(number, "Cancelled")
    first, second = (retried(ben, number).json["id"] for _ in range(2))
    assert first == second
    ben.cancel(first)
