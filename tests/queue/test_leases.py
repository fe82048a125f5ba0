"""The queue in one process, with parts that fail on purpose: leases that lapse, ends that cannot be recorded."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import replace

import pytest

from tests import files
from tests.flaky_store import FlakyStore
from tram_ext.domain.documents import ParsedDocument, TextSpan
from tram_ext.domain.errors import WorkFailed
from tram_ext.domain.jobs import JobStatus
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.services.container import Services
from tram_ext.services.documents.job_lease import LEASE_SECONDS
from tram_ext.services.documents.job_work import MOST_ATTEMPTS
from tram_ext.services.documents.queue import SMALL_BYTES, Queue
from tram_ext.services.processes import owners
from tram_ext.services.processes.pool import ProcessDied, ShuttingDown
from tram_ext.services.settings import Settings

ENDED = (JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED)


class Mapper:
    """Maps at once, after doing what a test wants done in the middle."""

    def __init__(self):
        self.meanwhile = lambda name, cancelled: None
        self.names = []

    def map_file(self, path, model, *, name, on_progress, cancelled):
        self.names.append(name)
        on_progress(0.5, "mapping")
        self.meanwhile(name, cancelled)
        text = path.read_text()
        report = NewReport(f"Report for {name}", text, "nb", (NewSentence(text, 0),))
        return report, ParsedDocument(text, (TextSpan(0, len(text)),), "text/plain")


@pytest.fixture
def services(prepared, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    opened = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    yield opened
    opened.close()


@pytest.fixture
def ben(services):
    return next(user for user in services.users.list() if user.name == "ben")


@pytest.fixture
def make_queue(services):
    """Return a function from a mapper to a queue over the services' store."""
    made = []

    def make(mapper, *, jobs_at_once=1, store=None):
        settings = replace(services.settings, jobs_at_once=jobs_at_once)
        made.append(Queue(store or services.store, settings, mapper, services.preparation))
        return made[-1]

    yield make
    for queue in made:
        queue.close()


@pytest.fixture
def add(services, ben, tmp_path):
    """Return a function that uploads a file and returns its job."""

    def add(name, data=None):
        path = tmp_path / name
        path.write_bytes(files.text(name) if data is None else data)
        return services.documents.add_file(path, None, ben).job.id

    return add


@pytest.fixture
def until(services, ben):
    """Return a function that waits until a job has ended."""

    def until(number, seconds=30):
        deadline = time.monotonic() + seconds
        while (job := services.queue.get(number, ben)).status not in ENDED:
            assert time.monotonic() < deadline, job
            time.sleep(0.02)
        return job

    return until


def reports(services, name):
    with services.store.read() as work:
        return [report for report in work.reports.list() if report.name == f"Report for {name}"]


def execute(services, statement):
    with services.store.engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        connection.exec_driver_sql(statement)


def test_a_lapsed_lease_returns_to_the_queue(services, make_queue, add, until):
    number = add("lapsed.txt")
    with services.store.write() as work:
        assert work.jobs.claim("elsewhere.1.2.3", 1.0).id == number
        assert work.jobs.claim("another.1.2.3", 1.0) is None, "it is leased"
    make_queue(Mapper()).start()
    job = until(number)
    assert (job.status, job.attempts) == (JobStatus.DONE, 2)
    assert len(reports(services, "lapsed.txt")) == 1


def test_a_report_of_a_lease_that_was_lost_is_taken_back(services, make_queue, add, until, caplog):
    mapper = Mapper()
    lost = threading.Event()

    def lose(name, cancelled):
        if not lost.is_set():
            execute(services, "UPDATE jobs SET lease_owner = 'another.1.2.3'")
            lost.set()

    mapper.meanwhile = lose
    number = add("lost.txt")
    make_queue(mapper).start()
    assert lost.wait(10)
    time.sleep(1)
    assert "another worker has it" in caplog.text
    assert reports(services, "lost.txt") == [], "it is the other's to make"
    execute(services, "UPDATE jobs SET lease_expires = 0")
    assert until(number).status is JobStatus.DONE
    assert len(reports(services, "lost.txt")) == 1


def test_the_work_of_a_process_that_has_ended_is_taken_over_at_once(services, make_queue, add, until):
    number = add("orphan.txt")
    machine, _, started, _ = owners.this_process().split(".")
    with services.store.write() as work:
        work.jobs.claim(f"{machine}.{2**22 + 1}.{started}.0", 3600.0)
    make_queue(Mapper()).start()
    assert until(number, seconds=10).status is JobStatus.DONE


def test_a_lease_from_before_the_clock_was_set_back_ends_in_time(services, make_queue, add, until):
    """Of another machine's process, of which nothing is known: it must not seem to live for the hour of the clock."""
    number = add("ahead.txt")
    with services.store.write() as work:
        work.jobs.claim("elsewhere.1.2.3", 3600.0)
    make_queue(Mapper()).start()
    deadline = time.monotonic() + 30
    while lease_of(services, number) > 2 * LEASE_SECONDS:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert lease_of(services, number) > LEASE_SECONDS / 2, "if its owner lives, it has time to renew it"
    execute(services, "UPDATE jobs SET lease_expires = 0")
    assert until(number).status is JobStatus.DONE


def lease_of(services, number):
    """Return the seconds that a lease has left."""
    with services.store.engine.connect() as connection:
        expires = connection.exec_driver_sql(f"SELECT lease_expires FROM jobs WHERE id = {number}").scalar_one()
    return expires - time.time()


def test_the_work_of_a_living_process_is_left_alone(services, make_queue, add, ben):
    number = add("alive.txt")
    with services.store.write() as work:
        work.jobs.claim(owners.this_process(), 3600.0)
    make_queue(Mapper()).start()
    time.sleep(1.5)
    job = services.queue.get(number, ben)
    assert (job.status, job.attempts) == (JobStatus.RUNNING, 1)


def ended_owner(number):
    """Return the name of a process of this machine that has ended."""
    machine, _, started, _ = owners.this_process().split(".")
    return f"{machine}.{2**22 + 1 + number}.{started}.0"


def test_what_ends_its_server_twice_is_left_alone(services, make_queue, add, until):
    number = add("deadly.txt")
    for tries in range(MOST_ATTEMPTS):
        with services.store.write() as work:
            work.jobs.claim(ended_owner(tries), 3600.0)
            work.jobs.release(ended_owner(tries))
    mapper = Mapper()
    make_queue(mapper).start()
    job = until(number)
    assert job.status is JobStatus.ERROR
    assert job.message == (
        "Try 2 ended early: the server that did it ended. It is left alone now; upload the file again to have it tried "
        "anew."
    )
    assert mapper.names == []


DIED = "Try {} ended early: the process that did this work was ended by signal 9 (SIGKILL)."


@pytest.mark.parametrize("deaths", [1, 2])
def test_whose_child_dies_has_one_more_try(services, make_queue, add, until, deaths):
    mapper, seen = Mapper(), []

    def die(name, cancelled):
        with services.store.read() as work:
            seen.append(work.jobs.get(number).message)
        if len(seen) <= deaths:
            raise ProcessDied("was ended by signal 9 (SIGKILL)")

    mapper.meanwhile = die
    number = add("dies.txt")
    make_queue(mapper).start()
    job = until(number)
    assert seen == ["", DIED.format(1)], "the second try says how the first ended"
    assert job.attempts == 2
    if deaths == 1:
        assert (job.status, job.message) == (JobStatus.DONE, "")
    else:
        assert job.status is JobStatus.ERROR
        assert job.message.startswith(DIED.format(2))
    assert len(reports(services, "dies.txt")) == (deaths == 1)


def test_what_ended_early_is_tried_again_while_nothing_else_is_done(services, make_queue, add, until):
    """It may have ended the server: what is done beside it would be counted a try, too."""
    suspects = [add(f"suspect {n}.txt") for n in range(2)]
    with services.store.write() as work:
        for _ in suspects:
            work.jobs.claim(ended_owner(0), 3600.0)
    running, beside, lock = set(), {}, threading.Lock()
    mapper = Mapper()

    def note(name, cancelled):
        with lock:
            running.add(name)
        time.sleep(0.2)
        with lock:
            beside[name] = running - {name}
            running.remove(name)

    mapper.meanwhile = note
    fresh = [add(f"fresh {n}.txt") for n in range(6)]
    make_queue(mapper, jobs_at_once=3).start()
    assert all(until(number).status is JobStatus.DONE for number in (*suspects, *fresh))
    assert {name: others for name, others in beside.items() if "suspect" in name} == {
        "suspect 0.txt": set(),
        "suspect 1.txt": set(),
    }
    assert any(beside.values()), "the others were done beside each other"


def test_a_try_that_a_shut_down_ends_is_none_whoever_notices_first(services, make_queue, add, ben, until):
    """Python may be ending before anybody told the queue to stop."""
    mapper, raised = Mapper(), threading.Event()

    def shut_down(name, cancelled):
        if not raised.is_set():
            raised.set()
            raise ShuttingDown

    mapper.meanwhile = shut_down
    number = add("shut.txt")
    make_queue(mapper).start()
    job = until(number)
    assert raised.is_set()
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)


def test_jobs_at_once_is_held(make_queue, add, until):
    running, most, lock = [], [], threading.Lock()
    mapper = Mapper()

    def count(name, cancelled):
        with lock:
            running.append(name)
            most.append(len(running))
        time.sleep(0.1)
        with lock:
            running.remove(name)

    mapper.meanwhile = count
    numbers = [add(f"{n}.txt") for n in range(9)]
    make_queue(mapper, jobs_at_once=3).start()
    assert all(until(number).status is JobStatus.DONE for number in numbers)
    assert max(most) == 3
    assert sorted(mapper.names) == sorted(f"{n}.txt" for n in range(9))


def test_big_documents_take_one_worker_at_most(services, make_queue, add, until, ben):
    mapper, go = Mapper(), threading.Event()
    mapper.meanwhile = lambda name, cancelled: go.wait(20) if name.startswith("big") else None
    big = [add(f"big {n}.txt", b"word " * (SMALL_BYTES // 5 + n + 1)) for n in range(3)]
    small = [add(f"small {n}.txt") for n in range(3)]
    make_queue(mapper, jobs_at_once=2).start()
    for number in small:
        until(number)
    assert [services.queue.get(number, ben).status.value for number in big] == ["Running", "Queued", "Queued"]
    go.set()
    assert all(until(number).status is JobStatus.DONE for number in big)


@pytest.mark.parametrize("error", [WorkFailed("It broke."), RuntimeError("/etc/secret")], ids=["known", "bug"])
def test_a_job_that_fails_says_why_and_the_next_runs(make_queue, add, until, error, caplog):
    mapper = Mapper()

    def fail(name, cancelled):
        if name == "bad.txt":
            raise error

    mapper.meanwhile = fail
    bad, good = add("bad.txt"), add("good.txt")
    with caplog.at_level(logging.CRITICAL):
        make_queue(mapper).start()
        job = until(bad)
        assert until(good).status is JobStatus.DONE
    assert job.status is JobStatus.ERROR
    assert job.message == ("It broke." if isinstance(error, WorkFailed) else "An unexpected error; the log has it.")


def test_a_listener_that_fails_stops_nobody(make_queue, add, until, caplog):
    queue = make_queue(Mapper())

    def fail(change):
        raise RuntimeError("the listener broke")

    queue.on_change = fail
    first, second = add("first.txt"), add("second.txt")
    with caplog.at_level(logging.CRITICAL):
        queue.start()
        for number in (first, second):
            assert until(number).status is JobStatus.DONE


def test_a_store_that_fails_for_a_while_loses_no_job(services, make_queue, add, until, ben):
    store, mapper = FlakyStore(services.store), Mapper()
    first = threading.Event()

    def trouble(name, cancelled):
        if not first.is_set():
            store.trouble.set()
            first.set()

    mapper.meanwhile = trouble
    number = add("flaky.txt")
    queue = make_queue(mapper, store=store)
    queue.start()
    assert first.wait(10)
    deadline = time.monotonic() + 10
    while (job := queue.get(number, ben)).message != "The disk is full.":
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    assert job.status is JobStatus.RUNNING
    assert [job.message for job in queue.list(ben)[0]] == ["The disk is full."]
    execute(services, "UPDATE jobs SET lease_expires = 0")
    time.sleep(1.5)
    store.trouble.clear()
    job = until(number)
    assert (job.status, job.message, job.attempts) == (JobStatus.DONE, "", 1)
    assert mapper.names == ["flaky.txt"], "what was found is kept until it can be stored"
    assert len(reports(services, "flaky.txt")) == 1


def test_a_job_that_cannot_be_begun_says_why(services, make_queue, add, until, ben):
    store = FlakyStore(services.store)
    store.trouble.set()
    number = add("waits.txt")
    queue = make_queue(Mapper(), store=store)
    queue.start()
    deadline = time.monotonic() + 10
    while (job := queue.get(number, ben)).message != "The disk is full.":
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    assert job.status is JobStatus.QUEUED
    store.trouble.clear()
    job = until(number)
    assert (job.status, job.message, job.attempts) == (JobStatus.DONE, "", 1)


def test_a_queue_that_closes_before_its_store_can_be_used_leaves_the_job_to_others(
    services, make_queue, add, until, caplog
):
    store, mapper = FlakyStore(services.store), Mapper()
    mapper.meanwhile = lambda name, cancelled: store.trouble.set()
    number = add("full.txt")
    queue = make_queue(mapper, store=store)
    queue.start()
    assert store.trouble.wait(10)
    with caplog.at_level(logging.WARNING):
        queue.close()
    assert "The queue cannot be used: The disk is full." in caplog.text
    execute(services, "UPDATE jobs SET lease_expires = 0")
    make_queue(Mapper()).start()
    assert until(number).status is JobStatus.DONE


def test_a_queue_that_closes_gives_back_what_it_does(services, make_queue, add, ben, until):
    mapper, begun = Mapper(), threading.Event()

    def wait(name, cancelled):
        begun.set()
        while not cancelled():
            time.sleep(0.02)
        raise WorkFailed("The child was ended.")

    mapper.meanwhile = wait
    number = add("closing.txt")
    queue = make_queue(mapper)
    queue.start()
    assert begun.wait(10)
    queue.close()
    job = services.queue.get(number, ben)
    assert (job.status, job.attempts, job.message) == (JobStatus.QUEUED, 0, "")
    make_queue(Mapper()).start()
    assert until(number).status is JobStatus.DONE


def test_a_cancel_that_its_server_did_not_live_to_see_is_kept(services, make_queue, add, ben, until):
    number = add("late.txt")
    with services.store.write() as work:
        work.jobs.claim("elsewhere.1.2.3", 3600.0)
    services.queue.cancel(number, ben)
    assert services.queue.get(number, ben).status is JobStatus.RUNNING
    execute(services, "UPDATE jobs SET lease_expires = 0")
    mapper = Mapper()
    make_queue(mapper).start()
    assert until(number).status is JobStatus.CANCELLED
    assert mapper.names == []
