"""A server that dies under an annotator: what was said to be saved is there, what was not can be sent again, once."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import new_server
from tests.widgets.conftest import View
from tram_ext.client.access import Address, TokenAccess
from tram_ext.client.connection import HttpConnection
from tram_ext.workbenches.workbench import Workbench

pytest.importorskip(
    "tram_ext.widgets.annotator", reason="the widgets are not built (pip install .)", exc_type=ImportError
)

from tram_ext.widgets import Annotator

__all__ = ["new_server"]


class MovingAccess(TokenAccess):
    """Knows where the server is now, as the file that it keeps for its kernels does."""

    def __init__(self, server):
        self.server = server
        super().__init__(Address(f"http://localhost:{server.port}/", server.token))

    def renewed(self, refused):
        found = Address(f"http://localhost:{self.server.port}/", self.server.token)
        return None if found == refused else found


def test_a_burst_through_kill_9_loses_nothing_that_was_saved(new_server):
    server = new_server()
    workbench = Workbench(HttpConnection(MovingAccess(server)))
    report = int(workbench.reports().query("name == 'Six ways in'")["id"].iloc[0])
    annotator = Annotator(report, workbench)
    view = View(annotator)
    sentences = view.ask("sentences", ids=view.ask("rows")["ids"])
    reject = {"kind": "decide", "disposition": "reject"}

    def step(item):
        return {"sentence": item["id"], "version": item["version"], "operation": reject, "key": str(item["id"])}

    asked = {}
    for number, item in enumerate(sentences[:24]):
        asked[item["id"]] = view.send("operate", **step(item))
        if number == 12:
            view.answer(asked[sentences[4]["id"]])
            server.kill()
    answers = {key: view.answer(number) for key, number in asked.items()}
    saved = {key for key, answer in answers.items() if "result" in answer}
    assert {answer["error"]["kind"] for key, answer in answers.items() if key not in saved} == {"offline"}
    assert view.fail("session")["kind"] == "offline"
    assert view.fail("undo", key="undo")["kind"] == "offline"

    server.start()
    for item in sentences[:24]:
        if item["id"] in saved:
            continue
        again = view.answer(view.send("operate", **step(item)))
        # What had arrived before the end is a conflict with itself, which the view knows for what it is.
        current = again.get("result") or again["error"]["current"]
        assert (current["disposition"], current["version"]) == ("reject", item["version"] + 1)
    now = {item["id"]: item for item in view.ask("sentences", ids=view.ask("rows")["ids"])}
    assert all(now[item["id"]]["version"] == item["version"] + 1 for item in sentences[:24])
    view.ask("undo", key="undo")
    assert sum(letter == "r" for letter in view.ask("rows")["states"]) == 23
    annotator.close()
    workbench.close()
