"""Writes whose answer was lost on the way: they are done once, whichever kernel sends them again, in one request."""

from __future__ import annotations

import pytest

from tram_ext.domain.errors import Unreachable
from tram_ext.widgets.attack import CountedReports
from tram_ext.widgets.review import ReportReview


class Lossy:
    """A connection that counts its calls, and loses the first answer to a write: after it was done, or before."""

    WRITES = ("undo", "redo", "take_step")

    def __init__(self, connection):
        self.connection = connection
        self.arrives = True
        self.loses = False
        self.calls = []

    def __getattr__(self, name):
        def call(*args, **kwargs):
            self.calls.append(name)
            loses = self.loses and name in self.WRITES
            done = None if loses and not self.arrives else getattr(self.connection, name)(*args, **kwargs)
            if loses:
                self.loses = False
                raise Unreachable("The connection broke before the answer came.", was_sent=True)
            return done

        return call


@pytest.fixture
def lossy(workbench):
    return Lossy(workbench.connection)


@pytest.fixture
def kernel(workbench, lossy):
    """Return what makes the kernel's end of a view; each is another kernel's, and remembers nothing of the last."""
    report = int(workbench.reports().query("name == 'Six ways in'")["id"].iloc[0])
    return lambda: ReportReview(lossy, report, CountedReports(lossy, [report]))


@pytest.fixture
def review(kernel):
    found = kernel()
    reject = {"kind": "decide", "disposition": "reject"}
    for number, sentence in enumerate(found.sentences(found.rows()["ids"][:3])):
        found.operate(sentence["id"], sentence["version"], reject, f"first-{number}")
    return found


@pytest.mark.parametrize("arrives", [True, False])
def test_an_undo_whose_answer_was_lost_is_done_once(review, kernel, lossy, arrives):
    lossy.arrives, lossy.loses = arrives, True
    with pytest.raises(Unreachable):
        review.undo("k", steps=2)
    assert review.rows()["states"].startswith("raaa" if arrives else "rrra")
    later = kernel()
    undone = later.undo("k", steps=2)
    ids = later.rows()["ids"]
    assert (undone["action"], undone["steps"], undone["changed"]) == ("reject", 2, 2)
    assert undone["sentences"] == [ids[1], ids[2]], "what was undone last comes first"
    assert later.rows()["states"].startswith("raaa")
    assert later.undo("another")["action"] == "reject"
    assert later.rows()["states"].startswith("aaaa")
    assert later.redo("third", steps=3)["steps"] == 3
    assert later.rows()["states"].startswith("rrra")


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize(
    "operation",
    [
        {"kind": "decide", "disposition": "reject"},
        {"kind": "add", "attack_id": "T1486", "confidence": 80, "note": ""},
        {"kind": "change", "attack_id": "T1071.001", "note": "seen"},
        {"kind": "remove", "attack_id": "T1071.001"},
    ],
)
def test_a_step_is_one_request_and_one_whose_answer_was_lost_is_done_once(review, kernel, lossy, arrives, operation):
    marked = [item for item in review.sentences(review.rows()["ids"]) if item["disposition"] is None]
    sentence = next(item for item in marked if [one["attack_id"] for one in item["mappings"]] == ["T1071.001"])
    log = len(lossy.log().records)
    lossy.calls.clear()
    lossy.arrives, lossy.loses = arrives, True
    with pytest.raises(Unreachable):
        review.operate(sentence["id"], sentence["version"], operation, "k")
    done = kernel().operate(sentence["id"], sentence["version"], operation, "k")
    assert lossy.calls == ["take_step", "take_step"]
    assert done["version"] == sentence["version"] + 1
    assert done == kernel().sentences([sentence["id"]])[0]
    assert len(lossy.log().records) == log + 1
