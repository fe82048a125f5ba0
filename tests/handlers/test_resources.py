"""Reports, ATT&CK, imports and status over HTTP."""

from __future__ import annotations

import json
import re

import pytest

from tests import corpus
from tests.handlers.conftest import PASSWORDS

REPORT_KEYS = set(
    "id document_id name byline accepted_sentences reviewing_sentences total_sentences text ml_model created_by created_on "
    "updated_on status".split()
)


def test_reports(server, bearer):
    answer = server.get("/api/reports/", **bearer["vic"])
    assert answer.headers["Content-Type"] == "application/json"
    (report,) = answer.json
    assert set(report) >= REPORT_KEYS
    assert (report["name"], report["status"], report["ml_model"]) == ("Six ways in", "Reviewing", "humans")
    assert (report["accepted_sentences"], report["reviewing_sentences"], report["total_sentences"]) == (36, 2, 38)
    assert re.fullmatch(r"ann on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", report["byline"])
    assert server.get(f"/api/reports/{report['id']}/", **bearer["vic"]).json == report
    assert answer.headers["Link"] is None
    assert answer.headers["X-Total-Count"] is None


def test_attack(server, bearer):
    found = server.get("/api/attack/", **bearer["vic"]).json
    assert [item["attack_id"] for item in found] == sorted([*corpus.TECHNIQUES, corpus.SUCCESSOR])
    assert set(found[0]) >= {"id", "attack_id", "name"}
    assert server.get(f"/api/attack/{found[0]['id']}", **bearer["vic"]).json == found[0]


def test_pages(server, bearer):
    everything = server.get("/api/attack/", **bearer["vic"]).json
    seen, path = [], "/api/attack/?limit=3&colour=blue"
    while path:
        answer = server.get(path, **bearer["vic"])
        assert answer.headers["X-Total-Count"] == str(len(everything))
        seen += answer.json
        links = re.findall(r'<http://[^/]+([^>]+)>; rel="(\w+)"', answer.headers["Link"])
        relations = {relation: target for target, relation in links}
        assert "colour=blue" in relations["first"]
        assert ("prev" in relations) == (len(seen) > 3)
        path = relations.get("next")
    assert seen == everything
    assert server.get("/api/attack/?limit=3&offset=1000", **bearer["vic"]).json == []
    assert server.get("/api/attack/?offset=2", **bearer["vic"]).json == everything[2:]


def test_status(server, bearer):
    status = server.get("/api/tram/status", **bearer["ben"]).json
    assert status["ready"] is True
    assert status["preparing"] is None
    assert status["error"] is None
    assert status["default_model"]["name"] == "nb"
    assert status["attack"] == [{"domain": "enterprise-attack", "version": "1.0", "techniques": 7}]
    assert status["user"] == {"name": "ben", "role": "analyst"}


@pytest.fixture(scope="module")
def scratch(new_server):
    """Return a server on which tests may write, under a base URL as JupyterHub gives it."""
    return new_server(base_url="/user/bob/")


@pytest.fixture(scope="module")
def who(scratch):
    return {
        name: {"Authorization": f"Bearer {scratch.log_in(name, password)['access']}"}
        for name, password in PASSWORDS.items()
    }


def test_import_and_delete(scratch, who):
    answer = scratch.post("/api/report-mappings/", corpus.export("Another"), **who["ben"])
    assert answer.status == 201
    assert answer.json["created_by"] == "ben"
    assert answer.json["warnings"] == []
    again = scratch.post("/api/report-mappings", corpus.export("Another"), **who["ann"])
    assert (again.json["id"], again.json["created_by"]) == (answer.json["id"], "ben")
    path = f"/api/reports/{answer.json['id']}/"
    assert scratch.request("DELETE", path, **who["ben"]).status == 403
    gone = scratch.request("DELETE", path, **who["ann"])
    assert (gone.status, gone.data) == (204, b"")
    assert scratch.get(path, **who["ann"]).json == {"detail": "No Report matches the given query."}
    assert len(scratch.get("/api/reports/", **who["vic"]).json) == 1


def test_a_bad_import_keeps_nothing(scratch, who):
    export = corpus.export("Bad")
    export["sentences"][3]["mappings"][0]["attack_id"] = "T99"
    answer = scratch.post("/api/report-mappings/", export, **who["ben"])
    assert answer.status == 400
    assert "sentences[3].mappings[0].attack_id" in json.dumps(answer.json)
    assert len(scratch.get("/api/reports/", **who["vic"]).json) == 1


def test_warnings_of_an_import(scratch, who):
    sentences = [corpus.sentence("A DLL was planted.", corpus.REVOKED), corpus.sentence("Old.", corpus.UNKNOWN)]
    answer = scratch.post("/api/report-mappings/", corpus.export("Old ids", sentences=sentences), **who["ben"])
    assert answer.status == 201
    assert [corpus.UNKNOWN in answer.json["warnings"][0], corpus.REVOKED in answer.json["warnings"][1]] == [True, True]
    listed = {item["attack_id"]: item["status"] for item in scratch.get("/api/attack/", **who["vic"]).json}
    assert listed[corpus.UNKNOWN] == "retired"
    assert scratch.request("DELETE", f"/api/reports/{answer.json['id']}", **who["ann"]).status == 204
