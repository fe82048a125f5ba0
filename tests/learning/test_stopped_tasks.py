"""Trainings, checks of labels and learning curves whose server is stopped or killed: each says so in its own words."""

from __future__ import annotations

import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import corpus
from tests.flaky_store import FlakyStore
from tests.learning.conftest import users
from tests.queue.client import is_over
from tests.server import Server
from tram_ext.domain.errors import Conflict
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import TaskState
from tram_ext.services.training.learning_curves import LearningCurves
from tram_ext.services.training.tasks import Tasks

pytestmark = [pytest.mark.outage, pytest.mark.skipif(os.name != "posix", reason="these signals are POSIX's")]

DOING = {
    "/api/train-model/nn_cls": ("this model was being trained", "trained this model", "Train again."),
    "/api/tram/label-checks/": ("these labels were being checked", "checked these labels", "Check again."),
    "/api/tram/learning-curves/": (
        "this learning curve was being measured",
        "measured this learning curve",
        "Measure again.",
    ),
}


@pytest.fixture
def server(trained, tmp_path):
    """Return a server with so much to learn from that it takes a while."""
    served = Server(tmp_path / "server")
    served.folder.mkdir()
    shutil.copytree(trained, served.data)
    served.headers = {"Authorization": f"token {served.token}"}
    served.start(apart=True)
    techniques = list(corpus.TECHNIQUES)
    words = [f"Word{n % 997} and word{n % 499} in line {n}." for n in range(6000)]
    many = [corpus.sentence(text, techniques[n % 6], order=n) for n, text in enumerate(words)]
    assert served.post("/api/report-mappings/", corpus.export("Big", sentences=many)).status == 201
    yield served
    served.kill()


def begin_all(server):
    """Begin a task of each kind, wait until the first is at work, and return their addresses."""
    begun = [
        server.post(path, {"model": "nb"} if "tram" in path else None, Prefer="respond-async").headers["Location"]
        for path in DOING
    ]
    deadline = time.monotonic() + 60
    while not server.get(begun[0]).json["progress"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return begun


def ends(server, begun):
    return [(task["state"], task["message"]) for task in (server.get(path).json for path in begun)]


def test_a_stop_is_no_error(server):
    begun = begin_all(server)
    children = server.children()
    server.send(signal.SIGTERM, group=True)
    assert server.wait() == 0
    assert all(is_over(child) for child in children)
    server.start()
    assert ends(server, begun) == [
        ("Cancelled", f"The workbench was stopped while {being_done}. {again}")
        for being_done, _, again in DOING.values()
    ]
    assert "Traceback" not in server.log_text()


def test_why_a_task_failed_is_told_once_the_store_can_be_written_to(services, caplog):
    ann = users(services)["ann"]
    store = FlakyStore(services.store)
    curves = LearningCurves(store, services.settings, Tasks(store, services.settings), None, services.trainings)
    report = next(report for report in services.reports.list(ann)[0] if report.name == "Under review")
    request = TrainingRequest("nb", only=(report.id,))
    curve_id = curves.begin(request, ann)
    store.trouble.set()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(curves.run, curve_id, request, ann)
        deadline = time.monotonic() + 20
        while "cannot be recorded" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        store.trouble.clear()
        with pytest.raises(Conflict):
            running.result(20)
    task = curves.get(curve_id, ann).task
    assert task.state is TaskState.ERROR
    assert "nothing to train on" in task.message


def test_a_kill_is_told_with_the_right_noun(server):
    begun = begin_all(server)
    server.kill()
    server.start()
    assert ends(server, begun) == [
        ("Error", f"The process that {doer} ended before it was done. {again}") for _, doer, again in DOING.values()
    ]
