"""TRAM's rows on reports, sentences, mappings, ATT&CK and exports, each with its errors, on a real server."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile

import pytest
from tornado.ioloop import IOLoop

from tests import corpus
from tests.handlers.conftest import PASSWORDS, new_server, prepared
from tests.handlers.test_routes import is_one_shape
from tests.server import events, in_a_loop

__all__ = ["new_server", "prepared"]

SENTENCE_KEYS = {"id", "text", "order", "disposition", "mappings"}
MAPPING_KEYS = {"id", "attack_id", "name", "confidence"}
NO_NUMBER = ["A valid number is required."]


@pytest.fixture(scope="module")
def server(new_server):
    return new_server()


@pytest.fixture(scope="module")
def who(server):
    return {
        name: {"Authorization": f"Bearer {server.log_in(name, password)['access']}"}
        for name, password in PASSWORDS.items()
    }


@pytest.fixture
def ben(server, who):
    """Return a function that sends a request as an analyst."""
    return lambda method, path, body=None, **headers: server.request(method, path, body, **who["ben"], **headers)


@pytest.fixture
def ann(server, who):
    """Return a function that sends a request as an admin."""
    return lambda method, path, body=None, **headers: server.request(method, path, body, **who["ann"], **headers)


@pytest.fixture
def report(ben, ann, request):
    """Return a report that a test may change; it is deleted after."""
    made = ben("POST", "/api/report-mappings/", corpus.export(f"Report for {request.node.name}"))
    yield made.json
    ann("DELETE", f"/api/reports/{made.json['id']}/")


def sentences_of(ben, report, query=""):
    return ben("GET", f"/api/sentences/?report-id={report['id']}{query}").json


def detail(answer, status):
    assert answer.status == status, answer.data
    assert is_one_shape(answer)
    return answer.json.get("detail", answer.json)


class TestReports:
    def test_a_life(self, ben, ann):
        made = ben(
            "POST", "/api/reports/", {"name": "Mine", "text": "A text.", "ml_model": "humans", "created_by": "vic"}
        )
        assert made.status == 201
        assert made.headers["ETag"] == '"1"'
        assert (made.json["created_by"], made.json["status"], made.json["total_sentences"]) == ("ben", "Accepted", 0)
        path = f"/api/reports/{made.json['id']}/"
        patched = ben("PATCH", path, {"name": "Ours"})
        assert (patched.json["name"], patched.json["text"], patched.json["version"]) == ("Ours", "A text.", 2)
        put = ben("PUT", path, {"name": "N", "text": "T", "ml_model": "linear"})
        assert (put.json["name"], put.json["text"], put.json["ml_model"]) == ("N", "T", "linear")
        assert ben("PATCH", path, {"use_for_training": False}).json["use_for_training"] is False
        apart = {"name": "Apart", "text": "A text.", "ml_model": "humans", "use_for_training": False}
        unused = ben("POST", "/api/reports/", apart).json
        assert unused["use_for_training"] is False
        ann("DELETE", f"/api/reports/{unused['id']}/")
        assert ben("GET", path).headers["ETag"] == '"4"'
        assert ben("DELETE", path).status == 403
        assert (ann("DELETE", path).status, ann("GET", path).status) == (204, 404)

    @pytest.mark.parametrize(
        ("body", "errors"),
        [
            ({}, {name: ["This field is required."] for name in ("name", "text", "ml_model")}),
            ({"name": "", "text": " ", "ml_model": None}, {"name": ["This field may not be blank."], "text": ["This field may not be blank."], "ml_model": ["This field may not be null."]}),
            ({"name": ["x"], "text": "x", "ml_model": "x"}, {"name": ["Not a valid string."]}),
            ({"name": "x", "text": "a\0b", "ml_model": "x"}, {"text": ["Null characters are not allowed (character 1)."]}),
            ({"name": "x", "text": "x", "ml_model": "x" * 201}, {"ml_model": ["Ensure this field has no more than 200 characters."]}),
            ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ],
    )  # fmt: skip
    def test_errors(self, ben, body, errors):
        assert detail(ben("POST", "/api/reports/", body), 400) == errors
        assert detail(ben("PUT", "/api/reports/1/", body), 400) == errors

    def test_as_a_form(self, server, who):
        made = server.form("/api/reports", {"name": "Form", "text": "T", "ml_model": "m"}, **who["ann"])
        assert made.status == 201
        assert server.request("DELETE", f"/api/reports/{made.json['id']}", **who["ann"]).status == 204


class TestSentences:
    def test_the_list_of_a_report(self, ben, report):
        found = sentences_of(ben, report)
        assert [s["text"] for s in found] == [s["text"] for s in corpus.export()["sentences"]]
        assert set(found[0]) >= SENTENCE_KEYS
        assert set(found[0]["mappings"][0]) >= MAPPING_KEYS
        assert found[0]["mappings"][0]["confidence"] == "100.0"
        assert ben("GET", f"/api/sentences/{found[0]['id']}").json == found[0]

    def test_filters(self, ben, report):
        everything = sentences_of(ben, report)
        one = [s for s in everything if any(m["attack_id"] == "T1486" for m in s["mappings"])]
        row = next(i["id"] for i in ben("GET", "/api/attack/").json if i["attack_id"] == "T1486")
        assert sentences_of(ben, report, "&attack-id=T1486") == one
        assert sentences_of(ben, report, f"&attack-id={row}") == one
        assert sentences_of(ben, report, "&attack-id=T9999") == []
        assert len(ben("GET", "/api/sentences/?attack-id=T1486").json) > len(one)
        assert sentences_of(ben, report, "&disposition=none") == everything[36:]
        assert sentences_of(ben, report, "&disposition=accept") == everything[:36]
        assert sentences_of(ben, report, "&disposition=reject") == []
        assert sentences_of(ben, report, "&text=HTTPS+SENTENCE") == everything[36:37]
        assert sentences_of(ben, report, "&text=%25") == []
        assert sentences_of(ben, report, f"&text={'%F0%9F%A6%89' * 5_000}") == []
        assert list(sentences_of(ben, report, f"&text={'x' * 60_000}")) == ["text"]
        assert sentences_of(ben, report, "&max-confidence=99") == []
        assert sentences_of(ben, report, "&min-confidence=99.5&attack-id=T1486&text=ransom&disposition=accept") == [
            s for s in one if "ransom" in s["text"].lower()
        ]
        assert ben("GET", "/api/sentences/?report-id=4711").json == []

    @pytest.mark.parametrize(
        "query",
        [
            "report-id=x",
            "report-id=-1",
            "attack-id=x",
            "attack-id=1.5",
            "disposition=maybe",
            "min-confidence=x",
            "max-confidence=101",
            "min-confidence=nan",
            f"report-id={2**70}",
        ],
    )
    def test_filters_that_are_none(self, ben, query):
        assert set(detail(ben("GET", f"/api/sentences/?{query}"), 400)) == {query.split("=")[0]}

    def test_pages(self, ben, report):
        everything = sentences_of(ben, report)
        for offset in range(0, 45, 5):
            answer = ben("GET", f"/api/sentences/?report-id={report['id']}&limit=5&offset={offset}")
            assert answer.json == everything[offset : offset + 5]
            assert answer.headers["X-Total-Count"] == "38"
            assert ('rel="next"' in answer.headers["Link"]) == (offset < 35)

    @pytest.mark.parametrize("method", ["PATCH", "PUT"])
    def test_decisions(self, ben, report, method):
        path = f"/api/sentences/{sentences_of(ben, report)[36]['id']}/"
        for disposition in ("accept", "reject", None):
            assert ben(method, path, {"disposition": disposition}).json["disposition"] == disposition
        counts = ben("GET", f"/api/reports/{report['id']}/").json
        assert (counts["accepted_sentences"], counts["reviewing_sentences"]) == (36, 2)
        for bad in ("maybe", "", 5, ["accept"], True):
            assert detail(ben(method, path, {"disposition": bad}), 400) == {
                "disposition": [f'"{bad}" is not a valid choice.']
            }

    def test_text_and_order(self, ben, report):
        sentence = sentences_of(ben, report)[0]
        path = f"/api/sentences/{sentence['id']}/"
        changed = ben("PATCH", path, {"text": "Said better.", "order": 100}).json
        assert (changed["text"], changed["order"], changed["version"]) == ("Said better.", 100, 2)
        assert sentences_of(ben, report)[-1] == changed
        assert detail(ben("PATCH", path, {"text": ""}), 400) == {"text": ["This field may not be blank."]}
        assert detail(ben("PATCH", path, {"order": "x"}), 400) == {"order": ["A valid integer is required."]}
        assert detail(ben("PATCH", path, {"order": 2**40}), 400) == {"order": ["A valid integer is required."]}
        assert ben("PATCH", path, {}).json == changed

    def test_a_life(self, ben, report):
        made = ben("POST", "/api/sentences/", {"report": report["id"], "text": "Forgotten."})
        assert (made.status, made.json["order"], made.json["disposition"], made.json["mappings"]) == (201, 38, None, [])
        path = f"/api/sentences/{made.json['id']}/"
        assert ben("DELETE", path).status == 204
        assert detail(ben("GET", path), 404) == "No Sentence matches the given query."
        missing = 'Invalid pk "4711" - object does not exist.'
        assert detail(ben("POST", "/api/sentences/", {"report": 4711, "text": "x"}), 400) == {"report": [missing]}
        assert set(detail(ben("POST", "/api/sentences/", {}), 400)) == {"report", "text"}


class TestMappings:
    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_it_stays_where_it_is(self, ben, report, method):
        here, there = sentences_of(ben, report)[:2]
        path = f"/api/mappings/{here['mappings'][0]['id']}/"
        body = {"report": report["id"], "sentence": here["id"], "attack_id": "T1486", "confidence": "7.5"}
        assert ben(method, path, body).json["confidence"] == "7.5"
        for place in ({"sentence": there["id"]}, {"report": 1}, {"sentence": -1}):
            refused = detail(ben(method, path, {**body, "confidence": 9, **place}), 400)
            assert list(refused) == list(place)
            assert "stays there" in str(refused)
        assert ben("GET", path).json["confidence"] == "7.5"
        assert list(detail(ben(method, path, {**body, "sentence": "x"}), 400)) == ["sentence"]

    def test_a_life(self, ben, report):
        sentence = sentences_of(ben, report)[37]
        body = {"report": report["id"], "sentence": sentence["id"], "attack_id": "T1486", "confidence": 36.66}
        made = ben("POST", "/api/mappings/", body)
        assert made.status == 201
        assert (made.json["attack_id"], made.json["name"], made.json["confidence"]) == (
            "T1486",
            "Data Encrypted for Impact",
            "36.7",
        )
        again = ben("POST", "/api/mappings", {**body, "confidence": "90"})
        assert (again.status, again.json) == (200, made.json)
        assert ben("GET", f"/api/mappings/?sentence-id={sentence['id']}").json == [made.json]
        path = f"/api/mappings/{made.json['id']}/"
        assert ben("GET", path).json == made.json
        patched = ben("PATCH", path, {"confidence": "50", "note": "because"}).json
        assert (patched["confidence"], patched["note"]) == ("50.0", "because")
        assert ben("PUT", path, {"attack_id": "T1003.001", "confidence": 100}).json["name"] == "LSASS Memory"
        etag = ben("GET", f"/api/sentences/{sentence['id']}").headers["ETag"]
        assert etag == '"4"', "a sentence with other mappings is another version of it"
        assert ben("DELETE", path).status == 204
        assert detail(ben("GET", path), 404) == "No Mapping matches the given query."
        assert ben("GET", f"/api/mappings/?sentence-id={sentence['id']}").json == []

    def test_errors(self, ben, report):
        first, second = (s["id"] for s in sentences_of(ben, report)[:2])
        good = {"report": report["id"], "sentence": first, "attack_id": "T1486", "confidence": 50}
        missing = ["This field is required."]
        cases = [
            ({"confidence": "much"}, {"confidence": NO_NUMBER}),
            ({"confidence": True}, {"confidence": NO_NUMBER}),
            ({"confidence": [1]}, {"confidence": NO_NUMBER}),
            ({"confidence": None}, {"confidence": ["This field may not be null."]}),
            ({"confidence": 100.1}, {"confidence": ["Ensure this value is less than or equal to 100."]}),
            ({"confidence": -1}, {"confidence": ["Ensure this value is greater than or equal to 0."]}),
            ({"report": 4711}, {"report": ['Invalid pk "4711" - object does not exist.']}),
            ({"sentence": 4711}, {"sentence": ['Invalid pk "4711" - object does not exist.']}),
            ({"sentence": "x"}, {"sentence": ["A valid integer is required."]}),
            ({"report": 1}, {"sentence": [f"Sentence {first} is of report {report['id']}, not 1."]}),
            ({"attack_id": "T9999"}, {"attack_id": ['"T9999" is not a technique of the loaded ATT&CK.']}),
            ({"attack_id": corpus.REVOKED}, {"attack_id": [f"{corpus.REVOKED} was revoked by ATT&CK. Use {corpus.SUCCESSOR} instead."]}),
        ]  # fmt: skip
        for change, errors in cases:
            assert detail(ben("POST", "/api/mappings/", {**good, **change}), 400) == errors
        for name in good:
            assert detail(ben("POST", "/api/mappings/", {k: v for k, v in good.items() if k != name}), 400) == {
                name: missing
            }
        mapping = ben("POST", "/api/mappings/", {**good, "sentence": second}).json
        twice = detail(ben("PATCH", f"/api/mappings/{mapping['id']}", {"attack_id": "T1566.001"}), 400)
        assert twice == {"attack_id": ["T1566.001 is on this sentence already."]}
        assert set(detail(ben("PUT", f"/api/mappings/{mapping['id']}", {}), 400)) == {"attack_id", "confidence"}
        assert detail(ben("GET", "/api/mappings/?sentence-id=x"), 400) == {
            "sentence-id": ["A valid integer is required."]
        }


class TestAttack:
    def test_a_life(self, ann, ben, report):
        made = ann("POST", "/api/attack/", {"attack_id": "T9001", "name": "Of our own"})
        assert made.status == 201
        assert (made.json["attack_id"], made.json["name"], made.json["status"]) == ("T9001", "Of our own", "active")
        path = f"/api/attack/{made.json['id']}/"
        assert ann("PATCH", path, {"name": "Renamed"}).json["name"] == "Renamed"
        assert ann("PUT", path, {"attack_id": "T9002", "name": "Moved"}).json["attack_id"] == "T9002"
        sentence = sentences_of(ben, report)[0]
        body = {"report": report["id"], "sentence": sentence["id"], "attack_id": "T9002", "confidence": 1}
        mapping = ben("POST", "/api/mappings/", body).json
        assert "T9002" in detail(ann("DELETE", path), 409)
        assert ben("DELETE", f"/api/mappings/{mapping['id']}").status == 204
        assert (ann("DELETE", path).status, ann("GET", path).status) == (204, 404)

    @pytest.mark.parametrize(
        ("body", "errors"),
        [
            ({}, {"attack_id": ["This field is required."], "name": ["This field is required."]}),
            ({"attack_id": "T1486", "name": "x"}, {"attack_id": ["attack object with this attack id already exists."]}),
            ({"attack_id": corpus.REVOKED, "name": "x"}, {"attack_id": ["attack object with this attack id already exists."]}),
            ({"attack_id": "X1", "name": "x"}, {"attack_id": ['"X1" is not a technique id, such as T1059 or T1059.003.']}),
        ],
    )  # fmt: skip
    def test_errors(self, ann, ben, body, errors):
        assert detail(ann("POST", "/api/attack/", body), 400) == errors
        assert ben("POST", "/api/attack/", body).status == 403


TRAM_REPORT = [
    *("id", "document_id", "name", "byline", "accepted_sentences", "reviewing_sentences", "total_sentences", "text"),
    *("ml_model", "created_by", "created_on", "updated_on", "status"),
]
"""The keys of a report in TRAM's API."""


class TestReportMappings:
    def test_json_comes_back_as_it_was(self, ben, ann, report):
        path = f"/api/report-mappings/{report['id']}/"
        answer = ben("GET", path)
        name = f"{report['name']}.json"
        extended = name.replace(" ", "%20").replace("[", "%5B").replace("]", "%5D")
        assert answer.headers["Content-Disposition"] == (
            f"attachment; filename=\"{name}\"; filename*=UTF-8''{extended}"
        )
        assert answer.headers["Content-Type"] == "application/json"
        exported = answer.json
        assert len(exported["sentences"]) == 38
        # TRAM's export is TRAM's report and its sentences, and nothing is missing of either.
        assert list(exported)[: len(TRAM_REPORT)] == TRAM_REPORT
        assert exported.items() >= {key: report[key] for key in TRAM_REPORT}.items()
        assert ann("DELETE", f"/api/reports/{report['id']}").status == 204
        again = ben("POST", "/api/report-mappings/", exported)
        second = ben("GET", f"/api/report-mappings/{again.json['id']}").json
        assert portable(second) == portable(exported)
        assert ann("DELETE", f"/api/reports/{again.json['id']}").status == 204

    @pytest.mark.parametrize(
        ("name", "accept", "kind", "suffix"),
        [
            ("json", "application/json", "application/json", ".json"),
            ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None, ".docx"),
            ("navigator", "application/x-attack-navigator-layer+json", None, ".layer.json"),
            ("stix", "application/stix+json;version=2.1", None, ".stix.json"),
            ("csv", "text/csv", "text/csv; charset=utf-8", ".csv"),
        ],
    )
    def test_formats(self, ben, report, name, accept, kind, suffix):
        path = f"/api/report-mappings/{report['id']}/"
        by_name, by_header = ben("GET", f"{path}?format={name}"), ben("GET", path, Accept=accept)
        for answer in (by_name, by_header):
            assert answer.status == 200
            assert answer.headers["Content-Type"] == (kind or accept)
            assert answer.headers["Content-Disposition"].endswith(suffix)
        if name == "docx":
            assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(by_name.data)).namelist()
        elif suffix.endswith("json"):
            assert isinstance(json.loads(by_name.data), dict)

    def test_the_list(self, ben, report):
        everything = ben("GET", "/api/report-mappings/").json
        assert [item["name"] for item in everything] == ["Six ways in", report["name"]]
        page = ben("GET", "/api/report-mappings/?limit=1&offset=1")
        assert (page.json, page.headers["X-Total-Count"]) == (everything[1:], "2")
        assert ben("GET", "/api/report-mappings/?doc-id=4711").json == []
        assert ben("GET", "/api/report-mappings/?format=csv").data.count(b"\r\n") == 77
        assert "one report only" in detail(ben("GET", "/api/report-mappings/?format=docx"), 406)
        assert detail(ben("GET", "/api/report-mappings/?doc-id=x"), 400) == {"doc-id": ["A valid integer is required."]}

    def test_errors(self, ben, report):
        path = f"/api/report-mappings/{report['id']}/"
        assert "no format 'pdf'" in detail(ben("GET", f"{path}?format=pdf"), 406)
        assert detail(ben("GET", path, Accept="image/png"), 406) == "Could not satisfy the request Accept header."
        assert ben("GET", path, Accept="text/html,*/*;q=0.8").headers["Content-Type"] == "application/json"
        assert ben("GET", path, Accept="text/*").headers["Content-Type"] == "text/csv; charset=utf-8"
        assert detail(ben("GET", "/api/report-mappings/4711"), 404) == "No Report matches the given query."
        for verb in ("PUT", "PATCH", "DELETE"):
            assert detail(ben(verb, path, {}), 405) == f'Method "{verb}" not allowed.'


def portable(export):
    if isinstance(export, dict):
        return {k: portable(v) for k, v in export.items() if k not in {"id", "byline", "created_by"}}
    return [portable(item) for item in export] if isinstance(export, list) else export


class TestWorkingTogether:
    def test_if_match(self, ben, report):
        sentence = sentences_of(ben, report)[0]
        mapping = sentence["mappings"][0]
        for path, change in (
            (f"/api/sentences/{sentence['id']}/", {"disposition": "reject"}),
            (f"/api/mappings/{mapping['id']}/", {"confidence": 12}),
            (f"/api/reports/{report['id']}/", {"name": "Another name"}),
        ):
            seen = ben("GET", path).headers["ETag"]
            assert re.fullmatch(r'"\d+"', seen)
            changed = ben("PATCH", path, change, If_Match=seen)
            assert changed.status == 200
            assert changed.headers["ETag"] != seen
            for stale in (seen, f"W/{changed.headers['ETag']}", "nonsense", '"0"'):
                late = ben("PATCH", path, change, If_Match=stale)
                assert "Read it again" in detail(late, 412)
                assert late.json["code"] == "changed"
                assert late.headers["ETag"] == changed.headers["ETag"]
                assert ben("DELETE", path, If_Match=stale).status in (403, 412)
            for fresh in (f'"77", {changed.headers["ETag"]}', "*", None):
                assert ben("PATCH", path, {}, If_Match=fresh).status == 200

    def test_bulk_review_and_undo(self, ben, report):
        path = f"/api/tram/reports/{report['id']}"
        assert detail(ben("POST", f"{path}/undo"), 409) == "There is nothing of yours to undo here."
        done = ben("POST", f"{path}/review", {"action": "accept-unmapped"}).json
        assert (done["changed"], done["report"]["reviewing_sentences"]) == (1, 1)
        done = ben("POST", f"{path}/review", {"action": "accept-above", "confidence": 90}).json
        assert (done["changed"], done["report"]["status"]) == (1, "Accepted")
        assert ben("POST", f"{path}/undo").json["action"] == "accept above"
        assert ben("POST", f"{path}/undo").json["action"] == "accept unmapped"
        assert ben("POST", f"{path}/redo").json == {**ben("POST", f"{path}/undo").json, "action": "accept unmapped"}
        ids = [s["id"] for s in sentences_of(ben, report)]
        assert ben("POST", f"{path}/review", {"action": "reject", "sentences": ids[:5]}).json["changed"] == 5
        for body, field in (
            ({}, "action"),
            ({"action": "dance"}, "action"),
            ({"action": "accept-above"}, "confidence"),
            ({"action": "accept-above", "confidence": "x"}, "confidence"),
            ({"action": "accept"}, "sentences"),
            ({"action": "accept", "sentences": [1]}, "sentences"),
        ):
            assert set(detail(ben("POST", f"{path}/review", body), 400)) == {field}
        assert ben("POST", f"{path}/review", {"action": "accept-unmapped"}, If_Match='"1"').status == 412

    def test_decisions_about_techniques(self, ben, report):
        first, last = sentences_of(ben, report)[0], sentences_of(ben, report)[36]
        mapping = last["mappings"][0]
        patched = ben("PATCH", f"/api/mappings/{mapping['id']}/", {"disposition": "reject"}, If_Match='"1"')
        assert (patched.status, patched.json["disposition"], patched.headers["ETag"]) == (200, "reject", '"2"')
        sentence = ben("GET", f"/api/sentences/{last['id']}/").json
        assert (sentence["disposition"], sentence["mappings"]) == ("reject", [])
        assert [item["attack_id"] for item in sentence["rejected_mappings"]] == ["T1071.001"]
        assert ben("GET", f"/api/mappings/?sentence-id={last['id']}").json == []
        step = {"kind": "judge", "attack_id": "T1566.001", "disposition": "reject"}
        path = f"/api/tram/sentences/{first['id']}/step"
        assert ben("POST", path, step).json["mappings"] == []
        assert detail(ben("POST", path, {**step, "attack_id": "T1486"}), 404) == "T1486 is not on this sentence."
        for missing in ("attack_id", "disposition"):
            body = {name: value for name, value in step.items() if name != missing}
            assert detail(ben("POST", path, body), 400) == {missing: ["This field is required."]}
        review = f"/api/tram/reports/{report['id']}/review"
        assert set(detail(ben("POST", review, {"action": "accept-techniques"}), 400)) == {"techniques"}
        many = {"action": "accept-techniques", "techniques": ["T1486"] * 2_001}
        assert set(detail(ben("POST", review, many), 400)) == {"techniques"}
        for body, field in (
            ({"action": "reject-techniques", "techniques": ["nonsense"]}, "techniques"),
            ({"action": "reject-techniques", "techniques": [7]}, "techniques"),
        ):
            assert set(detail(ben("POST", review, body), 400)) == {field}
        assert set(detail(ben("POST", path, {**step, "searched": ["<b>"]}), 400)) == {"searched"}
        exported = ben("GET", f"/api/report-mappings/{report['id']}/").json["sentences"]
        assert (exported[0]["mappings"], exported[0]["rejected_mappings"][0]["attack_id"]) == ([], "T1566.001")

    def test_split_and_merge(self, ben, report):
        sentence = sentences_of(ben, report)[0]
        path = f"/api/tram/sentences/{sentence['id']}/split"
        first, second = ben("POST", path, {"at": 11}).json["sentences"]
        assert (first["text"], second["text"]) == ("The victims", sentence["text"][12:])
        assert [s["id"] for s in sentences_of(ben, report)[:2]] == [first["id"], second["id"]]
        assert first["disposition"] is second["disposition"] is None
        for at in (0, 500, "x", None):
            assert set(detail(ben("POST", path, {"at": at}), 400)) == {"at"}
        merged = ben("POST", "/api/tram/sentences/merge", {"sentences": [second["id"], first["id"]]})
        assert merged.json["text"] == sentence["text"]
        assert [m["attack_id"] for m in merged.json["mappings"]] == ["T1566.001"]
        ids = [s["id"] for s in sentences_of(ben, report)]
        for bad in ([ids[0]], [ids[0], ids[2]], [], "x"):
            assert set(detail(ben("POST", "/api/tram/sentences/merge", {"sentences": bad}), 400)) == {"sentences"}
        assert detail(ben("POST", "/api/tram/sentences/merge", {"sentences": [ids[0], 4711]}), 404)

    def test_mapping_again(self, ben, report):
        path = f"/api/tram/reports/{report['id']}/remap"
        done = ben("POST", path, {"model": "nb"})
        assert (done.status, done.json["report"]["ml_model"]) == (200, "nb")
        assert detail(ben("POST", path, {"model": "oracle"}), 404)
        assert "not trained" in detail(ben("POST", path, {"model": "logreg"}), 409)
        assert detail(ben("POST", path, {}), 400) == {"model": ["This field is required."]}

    def test_the_log(self, ben, ann, report):
        sentence = sentences_of(ben, report)[0]
        ben("PATCH", f"/api/sentences/{sentence['id']}", {"disposition": "reject"})
        rows = ben("GET", f"/api/tram/log?report-id={report['id']}").json
        assert [row["action"] for row in rows] == ["reject", "import report"]
        assert (rows[0]["user"], rows[0]["target"], rows[0]["target_id"]) == ("ben", "sentence", sentence["id"])
        assert (rows[0]["before"], rows[0]["after"]) == ({"disposition": "accept"}, {"disposition": "reject"})
        query = f"report-id={report['id']}&until={rows[0]['at']}"
        assert ben("GET", f"/api/tram/log?{query}").json == rows[1:]
        assert ben("GET", f"/api/tram/log?report-id={report['id']}&since={rows[0]['at']}&user=ben").json == rows[:1]
        page = ben("GET", "/api/tram/log?user=ben&limit=1")
        assert (page.json, int(page.headers["X-Total-Count"]) > 1) == (rows[:1], True)
        for query in ("since=yesterday", "until=9999999", "report-id=x"):
            assert set(detail(ben("GET", f"/api/tram/log?{query}"), 400)) == {query.split("=")[0]}
        targets = {row["target"] for row in ben("GET", "/api/tram/log").json}
        assert "user" not in targets
        assert "user" in {row["target"] for row in ann("GET", "/api/tram/log").json}

    def test_what_concerns_several_reports(self, ann, ben):
        ann("POST", "/api/attack/", {"attack_id": "T9003", "name": "Regretted"})
        assert ann("POST", "/api/tram/undo").json["action"] == "add technique"
        assert "T9003" not in {item["attack_id"] for item in ben("GET", "/api/attack/").json}
        assert ann("POST", "/api/tram/redo").json["changed"] == 1
        assert ann("POST", "/api/tram/undo").status == 200
        assert ben("POST", "/api/tram/undo").status == 403


def test_open_views_hear_of_changes(server, ben, report):
    sentence = sentences_of(ben, report)[0]
    heard = []

    async def listen():
        async with events(server) as next_event:
            change = {"text": "secret words", "disposition": "reject"}
            await IOLoop.current().run_in_executor(None, ben, "PATCH", f"/api/sentences/{sentence['id']}", change)
            while not heard:
                event = await next_event()
                if event.get("report_id") == report["id"] and "action" in event:
                    heard.append({name: value for name, value in event.items() if not name.startswith("__")})

    in_a_loop(listen, 30)
    schema = "https://events.tram-ext.org/review/v1"
    numbers = {"report_id": report["id"], "sentence_ids": [sentence["id"]]}
    assert heard == [{"schema_id": schema, "action": "edit sentence", **numbers}]


class TestForms:
    def test_a_sentence_is_decided_and_undecided(self, server, who, ben, report):
        path = f"/api/sentences/{sentences_of(ben, report)[0]['id']}/"
        for said, meant in (("reject", "reject"), ("", None)):
            body = f"disposition={said}".encode()
            answer = ben("PATCH", path, body, Content_Type="application/x-www-form-urlencoded")
            assert (answer.status, answer.json["disposition"]) == (200, meant)
        assert detail(ben("PATCH", path, {"disposition": ""}), 400) == {"disposition": ['"" is not a valid choice.']}

    def test_a_report_is_imported(self, server, who, report):
        export = corpus.export(report["name"])
        again = server.form(
            "/api/report-mappings/", {**export, "sentences": json.dumps(export["sentences"])}, **who["ben"]
        )
        assert (again.status, again.json["id"]) == (201, report["id"])
        for sentences in ({}, {"sentences": "no list"}, {"sentences": "[" * 100_000}):
            wrong = server.form("/api/report-mappings/", {**export, "sentences": None} | sentences, **who["ben"])
            assert list(detail(wrong, 400)) == ["sentences"]


def test_pages_name_their_neighbours(ben, report):
    path = f"/api/sentences/?report-id={report['id']}"
    total = len(ben("GET", path).json)
    beyond = ben("GET", f"{path}&limit=2&offset={total + 50}")
    assert (beyond.json, beyond.headers["X-Total-Count"]) == ([], str(total))
    assert f'offset={total - 2}>; rel="prev"' in beyond.headers["Link"]
    log = ben("GET", "/api/tram/log")
    assert int(log.headers["X-Total-Count"]) >= len(log.json) > 0
    assert "limit=1000&offset=0" in log.headers["Link"]


def test_who_hangs_up_is_not_mapped_for(server, who, ben, ann):
    many = [corpus.sentence(f"An email attachment opened door {n}.", disposition=None, order=n) for n in range(20_000)]
    made = ben("POST", "/api/report-mappings/", corpus.export("Long", sentences=many)).json
    path = f"/api/tram/reports/{made['id']}/remap"
    with pytest.raises(TimeoutError):
        server.request("POST", path, {"model": "nb"}, timeout=0.05, **who["ben"])
    deadline = time.monotonic() + 30
    while f"409 POST {path}" not in server.log_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ben("GET", f"/api/reports/{made['id']}/").json["ml_model"] == made["ml_model"]
    assert {row["action"] for row in ben("GET", f"/api/tram/log?report-id={made['id']}").json} == {"import report"}
    ann("DELETE", f"/api/reports/{made['id']}/")


def test_ones_own_password(new_server):
    server = new_server()
    who = {"Authorization": f"Bearer {server.log_in('vic', PASSWORDS['vic'])['access']}"}
    assert "not right" in detail(
        server.post("/api/tram/password", {"current": "wrong", "new": "a new long one"}, **who), 403
    )
    too_short = server.post("/api/tram/password", {"current": PASSWORDS["vic"], "new": "x"}, **who)
    assert list(detail(too_short, 400)) == ["new"]
    assert (
        server.post("/api/tram/password", {"current": PASSWORDS["vic"], "new": "a new long one"}, **who).status == 204
    )
    assert server.get("/api/reports/", **who).status == 401, "tokens of before have ended"
    assert server.log_in("vic", "a new long one")
