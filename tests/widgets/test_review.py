"""Undo where the answer was lost on the way: it is found out whether it was done, and not done twice."""

from __future__ import annotations

import pytest

from tram_ext.domain.errors import Unreachable
from tram_ext.widgets.attack import CountedReports
from tram_ext.widgets.review import ReportReview


class Lossy:
    """A connection whose answers to undo are lost: after it was done, or before it arrived."""

    def __init__(self, connection):
        self.connection = connection
        self.arrives = True
        self.loses = True

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def undo(self, report_id):
        done = self.connection.undo(report_id) if self.arrives or not self.loses else None
        if self.loses:
            self.loses = False
            raise Unreachable("The connection broke before the answer came.", was_sent=True)
        return done


@pytest.fixture
def lossy(workbench):
    return Lossy(workbench.connection)


@pytest.fixture
def review(workbench, lossy):
    report = int(workbench.reports().query("name == 'Six ways in'")["id"].iloc[0])
    found = ReportReview(lossy, report, CountedReports(lossy, [report]))
    for sentence in found.sentences(found.rows()["ids"][:2]):
        reject = {"kind": "decide", "disposition": "reject"}
        found.operate(sentence["id"], sentence["version"], reject)
    return found


@pytest.mark.parametrize("arrives", [True, False])
def test_an_undo_whose_answer_was_lost_is_done_once(review, lossy, arrives):
    lossy.arrives = arrives
    with pytest.raises(Unreachable):
        review.undo("k")
    assert review.rows()["states"].startswith("ra" if arrives else "rr")
    undone = review.undo("k")
    assert (undone["action"], undone["sentences"]) == ("reject", review.rows()["ids"][1:2])
    assert review.rows()["states"].startswith("ra")
    assert review.undo("another")["action"] == "reject"
    assert review.rows()["states"].startswith("aa")
