"""Writers and readers side by side: nobody is ever told that the database is locked."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tram_ext.domain.errors import Conflict
from tram_ext.domain.users import Role
from tram_ext.store.database import Store

ROUNDS = 40

COUNTING = """
    import sys
    from tram_ext.store.database import Store
    store = Store.open(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        with store.write() as work:
            work.settings.set("count", value=work.settings.get("count") + 1)
    store.close()
    print("done")
    """


def test_no_update_is_lost_between_processes_and_threads(store, url, start_python):
    with store.write() as work:
        work.settings.set("count", value=0)
    processes = [start_python(COUNTING, url, ROUNDS) for _ in range(3)]

    def count():
        for _ in range(ROUNDS):
            with store.write() as work:
                work.settings.set("count", value=work.settings.get("count") + 1)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(count) for _ in range(4)]:
            done.result(timeout=60)
    assert [process.communicate(timeout=60)[0] for process in processes] == ["done\n"] * 3
    with store.read() as work:
        assert work.settings.get("count") == 7 * ROUNDS


def test_a_writer_waits_for_a_slow_one_and_readers_do_not(store, url):
    other = Store.open(url)
    begun, end = threading.Event(), threading.Event()

    def slow():
        with store.write() as work:
            work.settings.set("slow", value=True)
            begun.set()
            end.wait(10)

    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(slow)
        assert begun.wait(10)
        waiting = threads.submit(lambda: other_writes(other))
        started = time.monotonic()
        with other.read() as work:
            assert work.settings.get("slow") is None, "what is not committed is not seen"
        assert time.monotonic() - started < 2
        time.sleep(0.5)
        assert not waiting.done()
        end.set()
        writing.result(10)
        waiting.result(10)
    with other.read() as work:
        assert work.settings.get("slow") is True
        assert work.settings.get("other") is True
    other.close()


def other_writes(store):
    with store.write() as work:
        work.settings.set("other", value=True)


def test_a_reader_sees_one_state_throughout(store, url):
    other = Store.open(url)
    with store.read() as work:
        before = work.settings.get("key")
        with other.write() as writing:
            writing.settings.set("key", value="new")
        assert work.settings.get("key") == before
    with store.read() as work:
        assert work.settings.get("key") == "new"
    other.close()


def test_what_fails_leaves_no_trace(store):
    def half():
        with store.write() as work:
            work.settings.set("half", value=1)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        half()
    with store.read() as work:
        assert work.settings.get("half") is None


def test_a_unit_that_reads_cannot_block_one_that_writes_later(store):
    with store.read() as work:
        work.settings.get("key")
        with store.write() as writing:
            writing.settings.set("key", value=2)
    with store.read() as work:
        assert work.settings.get("key") == 2


def test_the_same_name_twice_at_once(store, url):
    other = Store.open(url)

    def add(where):
        try:
            with where.write() as work:
                work.users.add("ann", Role.VIEWER, None)
        except Conflict:
            return "conflict"
        return "added"

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(add, [store, other]))
    other.close()
    assert said == ["added", "conflict"]


def test_committed_work_survives_kill_9(store, url, start_python):
    code = """
        import os, signal, sys
        from tram_ext.store.database import Store
        store = Store.open(sys.argv[1])
        with store.write() as work:
            work.settings.set("acknowledged", value=True)
        with store.write() as work:
            work.settings.set("half", value=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """
    assert start_python(code, url).wait(30) == -9
    with store.write() as work:
        assert work.settings.get("acknowledged") is True
        assert work.settings.get("half") is None
