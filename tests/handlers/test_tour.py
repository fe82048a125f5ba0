"""A client's tour of TRAM's API, row by row: each success and each error, over HTTP with a JWT, as the document says.

Every answer is held against the OpenAPI document, so none is HTML, none a 500, and none holds what is not described; at
the end nothing that the document promises of TRAM's paths was left out.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from http import HTTPStatus

import pytest

from tests import corpus, files
from tests.handlers.conftest import PASSWORDS
from tests.promises import Promises
from tests.queue.client import form
from tram_ext.api.operations.operation import JSON
from tram_ext.api.operations.table import OPERATIONS
from tram_ext.domain.users import Role
from tram_ext.exports import formats

ELSEWHERE = {
    HTTPStatus.SERVICE_UNAVAILABLE: "tests/handlers/test_lifetime.py",
    HTTPStatus.UNPROCESSABLE_ENTITY: "tests/services/test_processes.py",
}
"""Failures that take a broken machine, and the tests that break one."""

CROWDED = {
    ("POST", "/api/train-model/{name}", HTTPStatus.TOO_MANY_REQUESTS),
    ("POST", "/api/upload/", HTTPStatus.TOO_MANY_REQUESTS),
}
"""Take a queue of trainings, or many uploads: tests/services/test_training.py, tests/handlers/test_connections.py."""


class Tourist:
    """Calls as somebody, and holds each answer against the document."""

    def __init__(self, server, promises, headers):
        self.server, self.promises, self.headers = server, promises, headers

    def call(self, verb, path, body=None, status=200, **headers):
        answer = self.server.request(verb, path, body, **{**self.headers, **headers})
        assert answer.status == status, (verb, path, answer.status, answer.data[:500])
        self.promises.hold(verb, path, answer)
        return answer

    def json(self, *call, **options):
        return self.call(*call, **options).json

    def upload(self, name, data, status=200, **fields):
        parts = [("file", name, data), *((field, None, value.encode()) for field, value in fields.items())]
        content, kind = form(*parts)
        return self.call("POST", "/api/upload/", content, status, Content_Type=kind).json


@pytest.fixture(scope="module")
def promises():
    return Promises()


@pytest.fixture(scope="module")
def tour(new_server, promises):
    """Return a server that is nobody else's, and people who call it."""
    server = new_server("--TramExtension.max_upload_size=300000")
    return {
        "nobody": Tourist(server, promises, {}),
        "owner": Tourist(server, promises, {"Authorization": f"token {server.token}"}),
        **{
            name: Tourist(server, promises, {"Authorization": f"Bearer {server.log_in(name, password)['access']}"})
            for name, password in PASSWORDS.items()
        },
    }


@pytest.fixture(scope="module")
def nobody(tour):
    return tour["nobody"]


@pytest.fixture(scope="module")
def ann(tour):
    """Return an admin."""
    return tour["ann"]


@pytest.fixture(scope="module")
def ben(tour):
    """Return an analyst."""
    return tour["ben"]


@pytest.fixture(scope="module")
def vic(tour):
    """Return a viewer."""
    return tour["vic"]


@pytest.fixture(scope="module")
def report(ben):
    """Return a report that the tour changes."""
    return ben.json("POST", "/api/report-mappings/", corpus.export("The tour's"), status=201)


def items(path):
    """Return a path with a number that exists, or a name that does not, where it has a parameter."""
    return path.replace("{id}", "1").replace("{name}", "nobody").replace("{attack_id}", "T1486")


CLOSED = [operation for operation in OPERATIONS if operation.role is not None]


@pytest.mark.parametrize("operation", CLOSED, ids=lambda o: f"{o.verb} {o.path}")
def test_nobody_and_who_may_not(nobody, ben, vic, operation):
    path = items(operation.path)
    refused = nobody.call(operation.verb, path, b"{", 401, Content_Type=JSON)
    assert refused.json == {"detail": "Authentication credentials were not provided."}
    for somebody, roles in ((vic, (Role.ANALYST, Role.ADMIN)), (ben, (Role.ADMIN,))):
        if operation.role in roles:
            wrong = somebody.call(operation.verb, path, None, 403)
            assert wrong.json == {"detail": "You do not have permission to perform this action."}


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if o.body and JSON in o.body.media and o.body.as_json is None],
    ids=lambda o: f"{o.verb} {o.path}",
)
def test_bodies_that_are_none(ann, operation):
    path = items(operation.path)
    detail = ann.json(operation.verb, path, b"<a/>", status=415, Content_Type="application/xml")["detail"]
    assert detail == 'Unsupported media type "application/xml" in request.'
    detail = ann.json(operation.verb, path, b'{"a": ', status=400, Content_Type=JSON)["detail"]
    assert detail.startswith("JSON parse error - ")
    for body, kind in (([], "list"), ("text", "str"), (7, "int")):
        errors = ann.json(operation.verb, path, body, status=400)
        assert errors == {"non_field_errors": [f"Invalid data. Expected a dictionary, but got {kind}."]}


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.paged and "{" not in o.path], ids=lambda o: o.path)
def test_pages(vic, operation):
    answer = vic.call("GET", f"{operation.path}?limit=1")
    assert int(answer.headers["X-Total-Count"]) >= 0
    assert 'rel="first"' in answer.headers["Link"]
    for query in ("limit=0", "limit=x", "offset=-1"):
        assert set(vic.json("GET", f"{operation.path}?{query}", status=400)) == {query.split("=")[0]}


def test_tokens(nobody):
    pair = nobody.json("POST", "/api/token/", {"username": "vic", "password": PASSWORDS["vic"]})
    access = nobody.json("POST", "/api/token/refresh/", {"refresh": pair["refresh"]})["access"]
    assert nobody.call("GET", "/api/reports/", Authorization=f"Bearer {access}").status == 200
    nobody.call("POST", "/api/token/", {"username": "vic"}, 400)
    nobody.call("POST", "/api/token/refresh/", {}, 400)
    wrong = nobody.json("POST", "/api/token/refresh/", {"refresh": access}, status=401)
    assert wrong == {"detail": "Token has wrong type", "code": "token_not_valid"}
    guess = {"username": "mallory", "password": "wrong"}
    assert "No active account" in nobody.json("POST", "/api/token/", guess, status=401)["detail"]
    while (answer := nobody.server.post("/api/token/", guess)).status == 401:
        pass
    nobody.promises.hold("POST", "/api/token/", answer)
    assert 1 <= int(answer.headers["Retry-After"]) <= 300


def test_what_is_not_ours(ann):
    """Jupyter owns ``/api``; the list of endpoints is the OpenAPI document."""
    assert "version" in ann.server.get("/api").json
    assert "/api/reports/" in ann.json("GET", "/api/tram/openapi.json")["paths"]
    assert ann.call("GET", "/api/tram/docs").data.startswith(b"<!DOCTYPE html>")


def test_training(ben, ann):
    assert set(ben.json("POST", "/api/train-model/nb", {"report": [1]})) == {"message", "elapsed_sec"}
    begun = ben.call("POST", "/api/train-model/nb", {"report": [1]}, 202, Prefer="respond-async")
    place = begun.headers["Location"]
    while (training := ben.json("GET", place))["state"] in ("Queued", "Running"):
        time.sleep(0.05)
    assert (training["state"], training["model"]) == ("Done", "nb")
    ben.call("DELETE", place, status=204)
    assert ben.json("GET", place) == training
    assert ben.json("POST", "/api/train-model/clippy", status=404) == {"detail": "Model does not exist"}
    ben.call("POST", "/api/train-model/nb", {"report": ["x"]}, 400)
    empty = ben.json("POST", "/api/reports/", {"name": "Empty", "text": "x", "ml_model": "m"}, status=201)
    assert (
        "nothing to train on"
        in ben.json("POST", "/api/train-model/nb", {"report": [empty["id"]]}, status=409)["detail"]
    )
    ben.call("GET", "/api/tram/trainings/4711", status=404)
    ben.call("DELETE", "/api/tram/trainings/4711", status=404)
    ann.call("DELETE", f"/api/reports/{empty['id']}/", status=204)


def test_attack(ann, ben, report):
    assert {"id", "attack_id", "name"} <= set(ann.json("GET", "/api/attack/")[0])
    made = ann.json("POST", "/api/attack/", {"attack_id": "T9100", "name": "Ours"}, status=201)
    path = f"/api/attack/{made['id']}/"
    assert ann.json("GET", path) == made
    assert ann.json("PUT", path, {"attack_id": "T9101", "name": "Moved"})["attack_id"] == "T9101"
    assert ann.json("PATCH", path, {"name": "Renamed"})["name"] == "Renamed"
    for verb, body in (("PUT", {"attack_id": "T9101", "name": "x"}), ("PATCH", {"name": "x"}), ("DELETE", None)):
        ann.call(verb, path, body, 412, If_Match='"1"')
        ann.call(verb, "/api/attack/4711/", body, 404)
    ann.call("GET", "/api/attack/4711/", status=404)
    assert "exists" in str(ann.json("POST", "/api/attack/", {"attack_id": "T9101", "name": "x"}, status=400))
    ann.call("PUT", path, {"attack_id": "T9101"}, 400)
    ann.call("PATCH", path, {"attack_id": "X"}, 400)
    sentence = ben.json("GET", f"/api/sentences/?report-id={report['id']}")[0]["id"]
    body = {"report": report["id"], "sentence": sentence, "attack_id": "T9101", "confidence": 5}
    mapping = ben.json("POST", "/api/mappings/", body, status=201)
    assert "T9101" in ann.json("DELETE", path, status=409)["detail"]
    ben.call("DELETE", f"/api/mappings/{mapping['id']}/", status=204)
    ann.call("DELETE", path, status=204)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("words.TXT", files.text("tour")),
        ("page.html", b"<html><body><p>An email attachment opened the door.</p></body></html>"),
        ("word.docx", files.docx(files.body("An email attachment opened the door."))),
        ("plan.pdf", files.pdf([["An email attachment opened the door."]])),
    ],
)
def test_upload_to_download(ben, vic, ann, name, data):
    taken = ben.upload(name, data)
    assert taken["message"] == "File saved for processing."
    path = f"/api/jobs/{taken['job-id']}/"
    while (job := vic.json("GET", path))["status"] in ("Queued", "Running"):
        time.sleep(0.05)
    assert (job["status"], job["name"]) == ("Done", name)
    assert job["id"] in {item["id"] for item in vic.json("GET", "/api/jobs/?all=1")}
    assert job["id"] not in {item["id"] for item in vic.json("GET", "/api/jobs/")}
    assert vic.json("GET", f"/api/reports/{job['report_id']}/")["name"] == f"Report for {name}"
    download = vic.call("GET", f"/api/download/{taken['doc-id']}")
    assert download.data == data
    assert vic.json("GET", f"/api/report-mappings/?doc-id={taken['doc-id']}")[0]["name"] == f"Report for {name}"
    ben.call("DELETE", path, status=204)
    ann.call("DELETE", f"/api/reports/{job['report_id']}/", status=204)
    vic.call("GET", f"/api/download/{taken['doc-id']}", status=404)


def test_uploads_of_the_servers_own_files(tour, ben):
    assert "no file" in tour["owner"].json("POST", "/api/upload/", {"path": "absent.txt"}, status=404)["detail"]
    assert "Send the file itself" in ben.json("POST", "/api/upload/", {"path": "absent.txt"}, status=403)["detail"]


def test_uploads_that_are_refused(ben, vic):
    assert ben.upload("tour.exe", b"MZ\x90\x00", 400)["detail"].startswith("Unsupported file type")
    content, kind = form(("document", "a.txt", b"x"))
    missing = ben.json("POST", "/api/upload/", content, status=400, Content_Type=kind)
    assert missing == {"detail": "'file' field is required but was not provided"}
    assert "not trained" in ben.upload("a.txt", b"An email.", 409, model="logreg")["detail"]
    assert "limit" in ben.upload("big.txt", b"word " * 100_000, 413)["detail"]
    assert set(ben.upload("export.json", corpus.export_bytes("By upload"))) == {"message", "report_id"}
    old = corpus.export("Old ids", sentences=[corpus.sentence("Old.", corpus.UNKNOWN)])
    assert corpus.UNKNOWN in ben.upload("old.json", json.dumps(old).encode())["warnings"][0]
    for verb, who in (("GET", vic), ("DELETE", ben)):
        detail = who.json(verb, "/api/jobs/4711/", status=404)["detail"]
        assert detail == "No DocumentProcessingJob matches the given query."


def test_somebody_elses_job(ann, ben):
    taken = ann.upload("ann.txt", files.text("of ann"))
    assert "somebody else's" in ben.json("DELETE", f"/api/jobs/{taken['job-id']}/", status=403)["detail"]
    while ann.json("GET", f"/api/jobs/{taken['job-id']}/")["status"] in ("Queued", "Running"):
        time.sleep(0.05)


def test_reports(ben, ann, vic):
    made = ben.json("POST", "/api/reports/", {"name": "N", "text": "T", "ml_model": "m", "created_by": "x"}, status=201)
    assert (made["created_by"], made["status"]) == ("ben", "Accepted")
    path = f"/api/reports/{made['id']}/"
    assert vic.json("GET", path) == made
    assert made in vic.json("GET", "/api/reports/")
    whole = {"name": "N2", "text": "T2", "ml_model": "m2"}
    assert ben.json("PUT", path, whole)["name"] == "N2"
    assert ben.json("PATCH", path, {"name": "N3"})["text"] == "T2"
    for verb, who, body in (("PUT", ben, whole), ("PATCH", ben, {"name": "x"}), ("DELETE", ann, None)):
        assert who.json(verb, path, body, status=412, If_Match='"1"')["code"] == "changed"
        assert who.json(verb, "/api/reports/4711/", body, status=404)["detail"] == "No Report matches the given query."
    vic.call("GET", "/api/reports/4711/", status=404)
    ben.call("POST", "/api/reports/", {}, 400)
    ben.call("PUT", path, {"name": "x"}, 400)
    ben.call("PATCH", path, {"name": None}, 400)
    ann.call("DELETE", path, status=204)
    vic.call("GET", path, status=404)


def test_sentences(ben, vic, report):
    listed = vic.json("GET", f"/api/sentences/?report-id={report['id']}")
    mapped = vic.json("GET", f"/api/sentences/?report-id={report['id']}&attack-id=T1486")
    assert 0 < len(mapped) < len(listed)
    for query in ("report-id=x", "attack-id=x", "disposition=x", "min-confidence=x", "max-confidence=101"):
        assert set(vic.json("GET", f"/api/sentences/?{query}", status=400)) == {query.split("=")[0]}
    made = ben.json("POST", "/api/sentences/", {"report": report["id"], "text": "One more."}, status=201)
    path = f"/api/sentences/{made['id']}/"
    assert vic.json("GET", path) == made
    assert ben.json("PATCH", path, {"disposition": "accept"})["disposition"] == "accept"
    assert ben.json("PUT", path, {"disposition": "reject"})["disposition"] == "reject"
    assert ben.json("PATCH", path, {"disposition": None, "text": "Said again."})["disposition"] is None
    for verb in ("PUT", "PATCH"):
        for bad in ("maybe", "{}", "{message.__class__}", "{"):
            wrong = ben.json(verb, path, {"disposition": bad}, status=400)
            assert wrong == {"disposition": [f'"{bad}" is not a valid choice.']}
    ben.call("POST", "/api/sentences/", {"report": 4711, "text": "x"}, 400)
    for verb, body in (("PUT", {}), ("PATCH", {}), ("DELETE", None)):
        ben.call(verb, path, body, 412, If_Match='"1"')
        assert "No Sentence" in ben.json(verb, "/api/sentences/4711/", body, status=404)["detail"]
    vic.call("GET", "/api/sentences/4711/", status=404)
    ben.call("DELETE", path, status=204)


def test_mappings(ben, vic, report):
    sentence = vic.json("GET", f"/api/sentences/?report-id={report['id']}")[37]["id"]
    body = {"report": report["id"], "sentence": sentence, "attack_id": "T1486", "confidence": 36.66}
    made = ben.json("POST", "/api/mappings/", body, status=201)
    assert made["confidence"] == "36.7"
    assert ben.json("POST", "/api/mappings/", body, status=200) == made
    path = f"/api/mappings/{made['id']}/"
    assert vic.json("GET", path) == made
    assert vic.json("GET", f"/api/mappings/?sentence-id={sentence}") == [made]
    vic.call("GET", "/api/mappings/?sentence-id=x", status=400)
    assert ben.json("PUT", path, {"attack_id": "T1486", "confidence": "50"})["confidence"] == "50.0"
    assert ben.json("PATCH", path, {"note": "why"})["note"] == "why"
    for change in ({"attack_id": "T9999"}, {"confidence": 101}, {"report": 1}, {"sentence": None}):
        assert len(ben.json("POST", "/api/mappings/", {**body, **change}, status=400)) == 1
    for verb, whole in (("PUT", {"attack_id": "T1486", "confidence": 1}), ("PATCH", {"note": ""}), ("DELETE", None)):
        ben.call(verb, path, whole, 412, If_Match='"1"')
        assert "No Mapping" in ben.json(verb, "/api/mappings/4711/", whole, status=404)["detail"]
    vic.call("GET", "/api/mappings/4711/", status=404)
    ben.call("PUT", path, {}, 400)
    ben.call("PATCH", path, {"confidence": "much"}, 400)
    ben.call("DELETE", path, status=204)


def test_exports(vic, ben, report):
    path = f"/api/report-mappings/{report['id']}/"
    exported = vic.json("GET", path)
    assert [s["text"] for s in exported["sentences"]] == [s["text"] for s in corpus.export()["sentences"]]
    for name, holds_several in ((item.name, item.several) for item in formats()):
        one = vic.call("GET", f"{path}?format={name}&accepted-only=1")
        assert one.headers["Content-Disposition"].startswith("attachment; filename=\"The tour's.")
        assert name != "docx" or zipfile.ZipFile(io.BytesIO(one.data)).testzip() is None
        several = vic.call("GET", f"/api/report-mappings/?format={name}", status=200 if holds_several else 406)
        assert name != "json" or len(several.json) > 1
    vic.call("GET", f"{path}?format=pdf", status=406)
    vic.call("GET", f"{path}?format=%ff", status=400)
    vic.call("GET", path, status=406, Accept="image/png")
    vic.call("GET", "/api/report-mappings/?format=pdf", status=406)
    vic.call("GET", "/api/report-mappings/4711/", status=404)
    vic.call("GET", "/api/report-mappings/?doc-id=x", status=400)
    again = ben.json("POST", "/api/report-mappings/", exported, status=201)
    assert again["id"] == report["id"], "the same content is there once"
    for change in ({"name": ""}, {"sentences": [{"text": "x"}]}, {"created_on": "yesterday"}):
        ben.call("POST", "/api/report-mappings/", {**exported, **change}, 400)


def test_what_goes_beyond_tram(ben, vic, ann, report):
    path = f"/api/tram/reports/{report['id']}"
    assert vic.json("GET", "/api/tram/status")["user"] == {"name": "vic", "role": "viewer"}
    assert ben.json("POST", f"{path}/review", {"action": "accept-unmapped"})["changed"] == 1
    assert ben.json("POST", f"{path}/undo")["action"] == "accept unmapped"
    assert ben.json("POST", f"{path}/redo")["changed"] == 1
    ben.call("POST", f"{path}/redo", status=409)
    first, second = (s["id"] for s in vic.json("GET", f"/api/sentences/?report-id={report['id']}&limit=2"))
    merged = ben.json("POST", "/api/tram/sentences/merge", {"sentences": [first, second]})
    assert len(ben.json("POST", f"/api/tram/sentences/{merged['id']}/split", {"at": 10})["sentences"]) == 2
    assert ben.json("POST", f"{path}/remap", {"model": "nb"})["report"]["ml_model"] == "nb"
    ben.call("POST", f"{path}/remap", {"model": "logreg"}, 409)
    for action, body in (("review", {"action": "accept-unmapped"}), ("remap", {"model": "nb"})):
        ben.call("POST", f"{path}/{action}", body, 412, If_Match='"1"')
        ben.call("POST", f"/api/tram/reports/4711/{action}", body, 404)
    assert {row["user"] for row in vic.json("GET", f"/api/tram/log?report-id={report['id']}")} >= {"ben"}
    assert ann.json("POST", "/api/tram/undo")["action"]


def test_nothing_was_left_out(request, promises):
    """Compare what was seen with what the document promises of TRAM's paths, and of those that stand beside them."""
    if len([item for item in request.session.items if item.path == request.path]) < len(CLOSED):
        pytest.skip("only a part of the tour was asked for")
    promised = {
        (operation.verb, operation.path, status)
        for operation in OPERATIONS
        if not operation.path.startswith("/api/tram/") or operation.path.startswith("/api/tram/trainings/")
        for status in [*(answer.status for answer in operation.answers), *operation.all_errors()]
        if status not in ELSEWHERE and not (status == HTTPStatus.FORBIDDEN and operation.verb == "GET")
    }
    assert sorted(promised - CROWDED - promises.seen) == []
