"""Child processes: results, errors, crashes, kills, limits, cancellation, and the death of the parent."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from tests.services import child_work
from tram_ext.domain.errors import Cancelled, Conflict, WorkFailed
from tram_ext.services.processes.child import ONE_THREAD, ChildProcess, Returned
from tram_ext.services.processes.pool import ChildPool, ProcessDied


@pytest.fixture(scope="module")
def pool():
    opened = ChildPool(1)
    yield opened
    opened.close()


def test_result_and_progress(pool):
    said = []
    assert pool.run(child_work.add, 2, 3, on_progress=lambda share, stage: said.append((share, stage))) == 5
    assert said[-1] == (0.5, "half of Zoë's work")


def test_children_hold_libraries_to_one_thread(pool):
    assert pool.run(child_work.environment, tuple(ONE_THREAD)) == dict.fromkeys(ONE_THREAD, "1")


@pytest.mark.skipif(os.name != "posix", reason="these signals are POSIX's")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_stop_that_comes_while_a_child_starts_is_not_its_business(capfd, name):
    child = ChildProcess(multiprocessing.get_context("spawn"), ())
    try:
        for _ in range(20):  # from before Python runs to after its imports
            os.kill(child.pid, getattr(signal, name))
            time.sleep(0.02)
        child.begin(child_work.add, (2, 3))
        answer = None
        while not isinstance(answer, Returned):
            answer = child.listen(1)
    finally:
        child.kill()

    assert answer.value == 5
    assert capfd.readouterr().err == ""


def test_an_error_of_the_domain_arrives_as_it_is(pool):
    with pytest.raises(Conflict, match="too little") as caught:
        pool.run(child_work.refuse)
    assert caught.value.code == "little"


def test_another_error_is_told_in_words_and_logged(pool, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(WorkFailed, match="failed unexpectedly"):
        pool.run(child_work.divide_by_zero)
    assert "ZeroDivisionError" in caplog.text


def test_a_crash_takes_only_its_own_task(pool):
    with pytest.raises(ProcessDied, match="The process that did this work ended with exit status 3"):
        pool.run(child_work.vanish)
    assert pool.run(child_work.add, 1, 1) == 2


def test_a_kill_takes_only_its_own_task(pool):
    def kill(share, stage):
        if stage.isdigit():
            os.kill(int(stage), signal.SIGKILL)

    with pytest.raises(ProcessDied, match=r"The process that did this work was ended by signal 9 \(SIGKILL\)."):
        pool.run(child_work.sleep, 60, on_progress=kill)
    assert pool.run(child_work.add, 1, 1) == 2


def test_children_that_are_killed_while_they_wait_are_replaced():
    with contextlib.closing(ChildPool(2)) as pool:
        for _ in range(3):
            assert pool.run(child_work.add, 1, 1) == 2
            # not multiprocessing's own helper
            children = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
            for child in children:
                child.kill()
            for child in children:
                await_end(child.pid)


def test_an_answer_that_cannot_travel_is_told_in_words(pool, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(WorkFailed, match="failed unexpectedly"):
        pool.run(child_work.answer_with_a_lock)
    assert "cannot pickle" in caplog.text
    assert pool.run(child_work.add, 1, 1) == 2


def test_time_out(pool):
    started = time.monotonic()
    with pytest.raises(WorkFailed, match="longer than 1 seconds"):
        pool.run(child_work.sleep, 60, seconds=1)
    assert time.monotonic() - started < 20
    assert pool.run(child_work.add, 1, 1) == 2


def test_cancel_ends_the_child(pool):
    said = []
    with pytest.raises(Cancelled):
        pool.run(
            child_work.sleep, 60, on_progress=lambda _, stage: said.append(stage), cancelled=lambda: bool(said[1:])
        )
    await_end(int(said[-1]))
    assert pool.run(child_work.add, 1, 1) == 2


@pytest.mark.parametrize("failing", ["on_progress", "cancelled"])
def test_whoever_listens_and_fails_ends_the_child(pool, failing):
    pids = []

    def listen(_, stage):
        pids.extend([int(stage)] if stage.isdigit() else [])
        if pids and failing == "on_progress":
            raise RuntimeError("the listener broke")

    def cancelled():
        if pids and failing == "cancelled":
            raise RuntimeError("the listener broke")
        return False

    with pytest.raises(RuntimeError, match="listener broke"):
        pool.run(child_work.sleep, 60, on_progress=listen, cancelled=cancelled)
    await_end(pids[0])


def test_close_ends_what_runs_and_what_waits():
    pool = ChildPool(1)
    begun, said, pids = threading.Event(), [], []

    def run(seconds):
        def listen(_, stage):
            if stage.isdigit():
                pids.append(int(stage))
                begun.set()

        try:
            pool.run(child_work.sleep, seconds, on_progress=listen)
        except (Cancelled, WorkFailed) as error:
            said.append(type(error))

    threads = [threading.Thread(target=run, args=(60,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    pool.close()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert len(said) == 3
    await_end(pids[0])
    with pytest.raises(Cancelled, match="shutting down"):
        pool.run(child_work.add, 1, 1)


def test_a_pool_that_was_never_used_has_no_children():
    before = {child.pid for child in psutil.Process().children()}
    pool = ChildPool(4)
    assert {child.pid for child in psutil.Process().children()} <= before
    pool.close()


def test_children_survive_the_thread_that_asked_first():
    pool = ChildPool(1)
    said = []
    thread = threading.Thread(target=lambda: said.append(pool.run(child_work.pid)))
    thread.start()
    thread.join(30)
    time.sleep(0.3)
    assert pool.run(child_work.pid) == said[0]
    pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child does not end with the thread that started it")
def test_a_stop_of_the_group_ends_no_child_before_the_parent_decides(start_python):
    """Nor is an interpreter that ends without a word a reason to blame a task."""
    code = """
        import os, signal, threading
        from tests.services import child_work
        from tram_ext.domain.errors import TramError
        from tram_ext.services.processes.pool import ChildPool, ProcessDied
        def main():
            pool = ChildPool(1)
            signal.signal(signal.SIGTERM, lambda *_: print("asked", flush=True))
            def group(_, stage):
                if stage.isdigit() and not done:
                    done.append(os.killpg(0, signal.SIGTERM))
            done = []
            print(pool.run(child_work.sleep, 1, on_progress=group), flush=True)
            begun = threading.Event()
            def work():
                try:
                    pool.run(child_work.sleep, 60, on_progress=lambda _, __: begun.set())
                except TramError as error:
                    print(type(error).__name__, flush=True)
            thread = threading.Thread(target=work)
            thread.start()
            begun.wait(30)
        if __name__ == "__main__":
            main()
        """
    parent = start_python(code, start_new_session=True)
    assert parent.stdout.read() == "asked\nNone\nShuttingDown\n"
    assert parent.wait(30) == 0


def test_a_child_dies_with_a_parent_that_is_killed(start_python):
    code = """
        import sys
        from tests.services import child_work
        from tram_ext.services.processes.pool import ChildPool, ProcessDied
        def main():
            print("ready", flush=True)
            ChildPool(1).run(child_work.sleep, 600, on_progress=lambda _, stage: print(stage, flush=True))
        if __name__ == "__main__":
            main()
        """
    parent = start_python(code)
    pid = next(int(line) for line in parent.stdout if line.strip().isdigit())
    assert psutil.pid_exists(pid)
    parent.kill()
    parent.wait(10)
    await_end(pid)


def await_end(pid, seconds=15):
    """Fail where the process does not end; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.05)
                continue
        return
    pytest.fail(f"process {pid} is still there after {seconds} s")


def test_a_script_needs_no_guard(tmp_path):
    """Our children do not run the script again; other children, which may need what is in it, do."""
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, os\n"
        "from tests.services import child_work\n"
        "from tram_ext.services.processes.pool import ChildPool, ProcessDied\n"
        "print('ran', __name__)\n"
        "def own():\n"
        "    print('own')\n"
        "if __name__ == '__main__':\n"
        "    process = multiprocessing.get_context('spawn').Process(target=own)\n"
        "    process.start()\n"
        "    process.join()\n"
        "pool = __name__ == '__main__' and ChildPool(1)\n"
        "print(pool and pool.run(child_work.add, 1, 2))\n"
        "pool and pool.close()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n") == ["ran __main__", "ran __mp_main__", "False", "own", "3", ""], done.stderr
