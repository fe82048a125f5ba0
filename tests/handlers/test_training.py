"""Training over HTTP: waiting for it, asking later, cancelling."""

from __future__ import annotations

import time

import pytest

from tests import corpus
from tests.handlers.conftest import PASSWORDS


@pytest.fixture(scope="module")
def scratch(new_server):
    return new_server(base_url="/user/bob/")


@pytest.fixture(scope="module")
def who(scratch):
    return {
        name: {"Authorization": f"Bearer {scratch.log_in(name, password)['access']}"}
        for name, password in PASSWORDS.items()
    }


def ended(server, path, headers, seconds=60):
    deadline = time.monotonic() + seconds
    while (training := server.get(path, **headers).json)["state"] in ("Queued", "Running"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return training


@pytest.mark.parametrize("slash", ["", "/"])
def test_train_and_wait(scratch, who, slash):
    answer = scratch.post("/api/train-model/logreg" + slash, **who["ben"])
    assert answer.status == 200
    assert set(answer.json) == {"message", "elapsed_sec"}
    assert answer.json["message"] == "Model successfully trained."
    assert 0 < answer.json["elapsed_sec"] < 60


@pytest.mark.parametrize(
    "name", ["clippy", "%20", "..%2F..%2Fetc", "logreg.skops", "%F0%9F%A6%89", "LOGREG", "x" * 2000]
)
def test_a_model_that_is_none(scratch, who, name):
    answer = scratch.post(f"/api/train-model/{name}", **who["ben"])
    assert (answer.status, answer.json) == (404, {"detail": "Model does not exist"})


def test_train_and_ask_later(scratch, who):
    answer = scratch.post("/api/train-model/nb", {"report": [1]}, Prefer="respond-async", **who["ben"])
    assert answer.status == 202
    location = answer.headers["Location"]
    assert location == f"/user/bob/api/tram/trainings/{answer.json['id']}"
    assert (answer.json["model"], answer.json["created_by"]) == ("nb", "ben")
    training = ended(scratch, location.removeprefix("/user/bob"), who["vic"])
    assert (training["state"], training["progress"]) == ("Done", 1.0)
    assert training["result"]["version"] == 2
    assert 0 <= training["result"]["f1_weighted"] <= 1


def test_cancel(scratch, who):
    big = [
        corpus.sentence(f"Word{n % 997} and word{n % 499} in line {n}.", list(corpus.TECHNIQUES)[n % 6])
        for n in range(6000)
    ]
    report = scratch.post("/api/report-mappings/", corpus.export("Big", sentences=big), **who["ann"]).json["id"]
    begun = scratch.post("/api/train-model/nn_cls", {"report": [report]}, Prefer="respond-async", **who["ann"])
    path = f"/api/tram/trainings/{begun.json['id']}"
    assert scratch.request("DELETE", path, **who["ben"]).status == 403
    assert scratch.request("DELETE", path, **who["ann"]).status == 204
    training = ended(scratch, path, who["ann"], seconds=20)
    assert (training["state"], training["result"]) == ("Cancelled", None)
    scratch.request("DELETE", f"/api/reports/{report}", **who["ann"])


def test_nothing_to_train_on(scratch, who):
    sentences = [corpus.sentence("Nobody has decided.", "T1486", disposition=None)]
    report = scratch.post("/api/report-mappings/", corpus.export("Undecided", sentences=sentences), **who["ann"]).json[
        "id"
    ]
    answer = scratch.post("/api/train-model/nb", {"report": [report]}, **who["ann"])
    assert answer.status == 409
    assert "nothing to train on" in answer.json["detail"]
    scratch.request("DELETE", f"/api/reports/{report}", **who["ann"])
