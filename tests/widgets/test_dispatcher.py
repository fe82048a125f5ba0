"""Requests of a view: answered once, from any thread; writes done once; errors in words and kinds."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.widgets.conftest import eventually
from tram_ext.domain import errors
from tram_ext.widgets.dispatcher import Answers, ChangedMeanwhile, Dispatcher, failure_of


@pytest.fixture
def talk():
    """Return a function that makes a dispatcher, and the list of what it sends."""
    made, sent = [], []

    def make(methods, **options):
        made.append(Dispatcher(methods, sent.append, answers=Answers(), **options))
        return made[-1]

    yield make, sent
    for dispatcher in made:
        dispatcher.close()


def request(method, number=1, client="a", **params):
    return {"client": client, "id": number, "method": method, "params": params}


def test_an_answer_names_its_asker_and_its_request(talk):
    make, sent = talk
    make({"double": lambda value: 2 * value}).receive(request("double", 7, "b", value=4))
    assert eventually(lambda: sent) == [{"client": "b", "id": 7, "result": 8}]


@pytest.mark.parametrize(
    "message", [None, 3, [], {}, {"client": 1, "id": 1, "method": "m"}, {"client": "a", "id": "1"}]
)
def test_what_is_no_request_is_dropped(talk, message):
    make, sent = talk
    dispatcher = make({"m": lambda: 1})
    dispatcher.receive(message)
    dispatcher.receive(request("m"))
    assert len(eventually(lambda: sent)) == 1


def test_an_unknown_request_is_said_to_be_invalid(talk):
    make, sent = talk
    make({}).receive(request("<img src=x>"))
    (answer,) = eventually(lambda: sent)
    assert answer["error"]["kind"] == "invalid"


def test_a_write_that_comes_again_is_answered_again_and_not_done_again(talk):
    make, sent = talk
    done = []
    dispatcher = make({"write": lambda value: done.append(value) or len(done)})
    for number in (1, 2):
        dispatcher.receive(request("write", number, value=1, key="k"))
        eventually(lambda number=number: len(sent) == number)
    dispatcher.receive(request("write", 3, value=1, key="other"))
    eventually(lambda: len(sent) == 3)
    assert [answer["result"] for answer in sent] == [1, 1, 2]
    assert done == [1, 1]


def test_a_write_under_way_keeps_its_twin_waiting(talk):
    make, sent = talk
    began, go = threading.Event(), threading.Event()
    done = []

    def write():
        began.set()
        go.wait(10)
        done.append(1)
        return "done"

    dispatcher = make({"write": write})
    dispatcher.receive(request("write", 1, key="k"))
    assert began.wait(10)
    dispatcher.receive(request("write", 2, key="k"))
    assert sent == []
    go.set()
    eventually(lambda: len(sent) == 2)
    assert [answer["result"] for answer in sent] == ["done", "done"]
    assert done == [1]


def test_a_write_that_failed_may_be_tried_again(talk):
    make, sent = talk
    tries = []

    def write():
        tries.append(1)
        if len(tries) == 1:
            raise errors.Unreachable("Nobody is there.", was_sent=True)
        return "done"

    dispatcher = make({"write": write})
    for number in (1, 2):
        dispatcher.receive(request("write", number, key="k"))
        eventually(lambda number=number: len(sent) == number)
    assert sent[0]["error"] == {"kind": "offline", "message": "Nobody is there."}
    assert sent[1]["result"] == "done"


def test_what_is_slow_keeps_nobody_waiting(talk):
    make, sent = talk
    go = threading.Event()
    dispatcher = make({"slow": lambda: go.wait(10), "quick": lambda: "quick"}, slow=["slow"])
    for number in range(1, 9):
        dispatcher.receive(request("slow", number))
    dispatcher.receive(request("quick", 9))
    assert eventually(lambda: sent)[0]["result"] == "quick"
    go.set()
    eventually(lambda: len(sent) == 9)


def test_many_threads_at_once_lose_no_answer(talk):
    make, sent = talk
    dispatcher = make({"echo": lambda value: value})
    with ThreadPoolExecutor(8) as threads:
        for number in range(200):
            threads.submit(dispatcher.receive, request("echo", number, value=number, key=str(number % 50)))
    eventually(lambda: len(sent) == 200)
    assert {answer["id"] for answer in sent} == set(range(200))


def test_a_fault_of_ours_is_said_without_its_words_and_logged(talk, caplog):
    make, sent = talk

    def fault():
        raise RuntimeError("the password is hunter2")

    make({"fault": fault}).receive(request("fault"))
    (answer,) = eventually(lambda: sent)
    assert answer["error"]["kind"] == "server"
    assert "hunter2" not in answer["error"]["message"]
    assert "fault" in caplog.text


def test_after_its_end_it_takes_nothing(talk):
    make, sent = talk
    dispatcher = make({"m": lambda: 1})
    dispatcher.close()
    dispatcher.receive(request("m"))
    assert sent == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.PreconditionFailed("x", version=3), "conflict"),
        (errors.Conflict("x"), "conflict"),
        (errors.Unreachable("x"), "offline"),
        (errors.Unavailable("x"), "busy"),
        (errors.Throttled("x", retry_after=1), "busy"),
        (errors.Forbidden("x"), "forbidden"),
        (errors.NotAuthenticated("x"), "forbidden"),
        (errors.NotFound("x"), "missing"),
        (errors.Invalid("x"), "invalid"),
        (errors.TooLarge("x"), "invalid"),
        (errors.WorkFailed("x"), "server"),
    ],
)
def test_each_error_has_its_kind(error, kind):
    assert failure_of(error) == {"kind": kind, "message": "x"}


def test_a_conflict_brings_the_sentence_as_it_is():
    assert failure_of(ChangedMeanwhile("x", {"id": 1}))["current"] == {"id": 1}
