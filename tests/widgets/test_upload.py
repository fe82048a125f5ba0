"""Uploads from a notebook: in pieces, several, cancelled, wrong, hostile."""

from __future__ import annotations

import pytest

from tests import corpus
from tests.widgets.conftest import eventually
from tram_ext.domain.errors import Throttled
from tram_ext.workbenches.workbench import Workbench

pytest.importorskip("tram_ext.widgets.upload", reason="the widgets are not built (pip install .)", exc_type=ImportError)

from tram_ext.widgets import ReportUpload

EXPORT = corpus.export_bytes("Another")


@pytest.fixture
def upload(workbench):
    made = ReportUpload(workbench)
    yield made
    made.close()


class Browser:
    """Sends as the view does."""

    def __init__(self, upload):
        self.upload = upload

    def message(self, event, key, *buffers, **more):
        self.upload._handle_custom_msg({"event": event, "id": key, **more}, list(buffers))

    def begin(self, key, name, size):
        self.message("begin", key, name=name, size=size)

    def send(self, key, name, data, piece=1000):
        self.begin(key, name, len(data))
        for at in range(0, len(data), piece):
            self.message("piece", key, memoryview(data[at : at + piece]), at=at)
        self.message("end", key)

    def file(self, key):
        return next(item for item in self.upload.files if item["id"] == key)

    def ended(self, key):
        return eventually(lambda: (file := self.file(key))["state"] in ("done", "failed", "cancelled") and file, 30)


@pytest.fixture
def browser(upload):
    return Browser(upload)


def test_files_become_reports_one_beside_the_other(browser, upload):
    text = " ".join(sentence for group in corpus.SENTENCES.values() for sentence in group)
    browser.send("a", "another.json", EXPORT)
    browser.send("b", "<img src=x onerror=alert(1)>.txt", text.encode())
    assert browser.ended("a")["message"] == "Report imported."
    done = browser.ended("b")
    assert (done["state"], done["progress"]) == ("done", 1.0)
    eventually(lambda: len(upload.report_ids) == 2)
    assert len(upload.result) == 2
    data, _ = upload._repr_mimebundle_()
    assert "<img" not in data["text/html"]
    taken = [message["content"]["at"] for message in upload.comm.sent if message.get("method") == "custom"]
    assert taken[0] == 1000


class Busy:
    """A connection to a server on which too many files are on their way at first."""

    def __init__(self, connection):
        self._connection = connection
        self.refused = 0

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def upload(self, *args, **more):
        if self.refused < 3:
            self.refused += 1
            raise Throttled("Too many files at once.", retry_after=0.01)
        return self._connection.upload(*args, **more)


def test_where_too_many_files_are_on_their_way_it_waits(workbench):
    busy = Busy(workbench.connection)
    upload = ReportUpload(Workbench(busy))
    browser = Browser(upload)
    browser.send("a", "another.json", EXPORT)
    assert browser.ended("a")["state"] == "done"
    assert busy.refused == 3
    upload.close()


def test_a_file_that_cannot_be_read_says_why(browser):
    browser.send("a", "broken.pdf", b"%PDF-1.7 but no more than that")
    wrong = browser.ended("a")
    assert wrong["state"] == "failed"
    assert wrong["message"]
    browser.send("b", "picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert browser.ended("b")["state"] == "failed"


def test_cancelling_while_it_is_sent(browser, upload):
    browser.begin("a", "a.txt", 5000)
    browser.message("piece", "a", memoryview(bytes(1000)), at=0)
    browser.message("cancel", "a")
    assert browser.ended("a")["message"] == "Cancelled"
    browser.message("piece", "a", memoryview(bytes(1000)), at=1000)
    assert upload.comm.sent[-1]["content"] == {"event": "taken", "id": "a", "at": -1}
    browser.begin("b", "b.txt", 10)
    browser.message("cancel", "b", reason="it is a folder")
    assert browser.ended("b")["message"] == "The browser cannot read it: it is a folder"


@pytest.mark.parametrize(("announced", "sent"), [(10, b"too short"), (3, b"too long")])
def test_a_file_that_does_not_arrive_whole(browser, upload, announced, sent):
    browser.begin("a", "a.txt", announced)
    browser.message("piece", "a", memoryview(sent), at=0)
    browser.message("end", "a")
    assert browser.ended("a")["state"] == "failed"
    assert upload.report_ids == []


def test_messages_that_make_no_sense_are_dropped(browser, upload):
    upload._handle_custom_msg("noise", [])
    upload._handle_custom_msg({"event": "begin", "id": 3}, [])
    browser.message("end", "nobody")
    browser.begin("a", "a.txt", 10)
    browser.message("piece", "a", at=0)
    browser.message("piece", "a", memoryview(b"12345"), at=7)
    assert browser.file("a")["progress"] == 0
