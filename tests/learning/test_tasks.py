"""Tasks of every kind are begun, cancelled and ended alike."""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import corpus
from tests.learning.conftest import users
from tram_ext.domain.errors import Cancelled, Forbidden, NotFound, Throttled
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import TaskKind, TaskState
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import MOST_UNFINISHED_TRAININGS
from tram_ext.services.training.heartbeat import LEASE_SECONDS

REQUEST = TrainingRequest("nb")
SERVICES = {
    TaskKind.TRAINING: "trainings",
    TaskKind.LABEL_CHECK: "label_checks",
    TaskKind.LEARNING_CURVE: "learning_curves",
}
AGAIN = {TaskKind.TRAINING: "Train", TaskKind.LABEL_CHECK: "Check", TaskKind.LEARNING_CURVE: "Measure"}


@pytest.fixture(params=TaskKind, ids=lambda kind: kind.noun)
def kind(request):
    return request.param


@pytest.fixture
def service(services, kind):
    """Return the service of the kind."""
    return getattr(services, SERVICES[kind])


@pytest.fixture
def ben(services):
    return services.users.add("ben", Role.ANALYST, "battery staple")


@pytest.fixture
def state(services, kind, ann):
    """Return a function that returns the state of a task."""
    return lambda task_id: services.tasks.get(kind, task_id, ann).state


def change_leases(services, change):
    with services.store.engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE trainings SET {change}")


def test_who_may(services, service, kind, ann, ben):
    vic = users(services)["vic"]
    with pytest.raises(Forbidden):
        service.begin(REQUEST, vic)
    task_id = service.begin(REQUEST, ann)
    assert services.tasks.get(kind, task_id, vic).state is TaskState.QUEUED
    for actor in (ben, vic):
        with pytest.raises(Forbidden):
            services.tasks.cancel(kind, task_id, actor)


def test_what_is_not_there_is_named_by_its_kind(services, service, kind, ann):
    others = [service.begin(REQUEST, ann), 4711]
    for other in set(TaskKind) - {kind}:
        for call in (services.tasks.get, services.tasks.cancel):
            for number in others:
                with pytest.raises(NotFound, match=f"No {other.noun} matches"):
                    call(other, number, ann)
    with pytest.raises(NotFound, match="Model does not exist"):
        service.begin(TrainingRequest("oracle"), ann)
    with pytest.raises(NotFound, match="no report 4711"):
        service.begin(TrainingRequest("nb", only=(4711,)), ann)


@pytest.mark.parametrize("canceller", ["ann", "ben"])
def test_one_that_was_cancelled_leaves_nothing(services, service, kind, ann, ben, state, canceller):
    versions, files = services.models.versions("nb", ann), set(services.settings.models_dir.iterdir())
    task_id = service.begin(REQUEST, ben)
    services.tasks.cancel(kind, task_id, users(services)[canceller])
    with pytest.raises(Cancelled):
        service.run(task_id, REQUEST, ben)
    assert state(task_id) is TaskState.CANCELLED
    assert services.models.versions("nb", ann) == versions
    assert set(services.settings.models_dir.iterdir()) == files


def test_one_that_is_under_way_is_cancelled(services, service, kind, ann, state):
    more = [
        corpus.sentence(f"{text} {number}", technique)
        for technique, texts in corpus.SENTENCES.items()
        for text in texts
        for number in range(60)
    ]
    services.imports.import_report(corpus.export_bytes("More", text="More", sentences=more), ann)
    request = TrainingRequest("linear")
    task_id = service.begin(request, ann)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(service.run, task_id, request, ann)
        while state(task_id) is TaskState.QUEUED:
            time.sleep(0.02)
        services.tasks.cancel(kind, task_id, ann)
        with pytest.raises(Cancelled):
            running.result(60)
    assert state(task_id) is TaskState.CANCELLED


def test_one_that_has_ended_is_not_cancelled_any_more(services, service, kind, ann):
    task_id = service.begin(REQUEST, ann)
    service.run(task_id, REQUEST, ann)
    ended = services.tasks.get(kind, task_id, ann)
    assert (ended.state, ended.progress) == (TaskState.DONE, 1.0)
    services.tasks.cancel(kind, task_id, ann)
    assert services.tasks.get(kind, task_id, ann) == ended


def test_one_that_is_not_heard_of_is_an_error_and_its_result_does_not_count(services, service, kind, ann, state):
    task_id = service.begin(REQUEST, ann)
    change_leases(services, "lease_expires = 1")
    task = services.tasks.get(kind, task_id, ann)
    assert task.state is TaskState.ERROR
    assert task.message.endswith(f"was not heard of for 30 seconds. {AGAIN[kind]} again.")
    with pytest.raises(Cancelled):
        service.run(task_id, REQUEST, ann)
    assert services.tasks.get(kind, task_id, ann) == task


def test_one_from_before_the_clock_was_set_back_is_not_heard_of_in_time(services, service, ann, state):
    task_id = service.begin(REQUEST, ann)
    change_leases(services, "lease_owner = 'elsewhere.1.2.3', lease_expires = lease_expires + 3600")
    assert state(task_id) is TaskState.QUEUED
    with services.store.engine.connect() as connection:
        statement = f"SELECT lease_expires FROM trainings WHERE id = {task_id}"
        expires = connection.exec_driver_sql(statement).scalar_one()
    assert LEASE_SECONDS / 2 < expires - time.time() <= 2 * LEASE_SECONDS


def test_one_that_is_under_way_elsewhere_is_left_alone(services, service, ann, state):
    task_id = service.begin(REQUEST, ann)
    with contextlib.closing(Services(services.settings)) as other:
        other.tasks.end_interrupted()
    assert state(task_id) is TaskState.QUEUED


def test_too_many_wait(services, ann):
    begin = [getattr(services, name).begin for name in SERVICES.values()]
    for number in range(MOST_UNFINISHED_TRAININGS):
        begin[number % len(begin)](REQUEST, ann)
    for each in begin:
        with pytest.raises(Throttled, match="wait already"):
            each(REQUEST, ann)
    change_leases(services, "lease_expires = 1")
    assert begin[0](REQUEST, ann)
