from __future__ import annotations

import shutil
import time

import pytest

from tests.learning.conftest import UNDER_REVIEW
from tests.server import Server

MAPPING_KEYS = {
    "id",
    "attack_id",
    "name",
    "confidence",
    "sentence",
    "report",
    "source",
    "note",
    "disposition",
    "version",
}


@pytest.fixture(scope="module")
def server(trained, tmp_path_factory):
    """Return a server over what was learned, asked with Jupyter's own token."""
    served = Server(tmp_path_factory.mktemp("server"), default_model="linear")
    shutil.copytree(trained, served.data)
    served.headers = {"Authorization": f"token {served.token}"}
    yield served.start()
    served.kill()


@pytest.fixture(scope="module")
def report(server):
    return next(each for each in server.get("/api/reports/").json if each["name"] == "Under review")


@pytest.fixture(scope="module")
def sentences(server, report):
    return server.get(f"/api/sentences/?report-id={report['id']}").json


def test_a_mapping_is_explained(server, sentences):
    mapping = sentences[0]["mappings"][0]
    assert set(mapping) == MAPPING_KEYS, "TRAM's own answers stay as they were"
    answer = server.get(f"/api/tram/mappings/{mapping['id']}/explanation?model=nb")
    assert answer.status == 200, answer.data
    body = answer.json
    text = sentences[0]["text"]
    assert {text[word["start"] : word["end"]] for word in body["words"]} >= {"email", "attachment"}
    assert (body["model"], body["version"], body["note"]) == ("nb", 1, "")
    assert {"sentence", "report", "report_name", "text", "techniques", "similarity"} == set(body["examples"][0])


def test_a_sentence_and_any_technique_are_explained(server, sentences):
    path = f"/api/tram/sentences/{sentences[2]['id']}/explanation"
    assert server.get(f"{path}?attack-id=T1053.005").json["name"] == "Scheduled Task"
    assert server.get(path).json == {"attack-id": ["This field is required."]}
    assert server.get(f"{path}?attack-id=T9999").status == 400
    assert server.get(f"{path}?attack-id=T1486&model=oracle").status == 404
    assert server.get(f"{path}?attack-id=T1486&model=logreg").status == 409
    assert server.get("/api/tram/sentences/999/explanation?attack-id=T1486").status == 404


def test_suggestions_change_nothing_that_is_stored(server, report, sentences):
    body = server.get(f"/api/tram/reports/{report['id']}/suggestions").json
    assert (body["report"], body["accepted"], body["rejected"]) == (report["id"], 0, 0)
    assert {each["sentence"] for each in body["sentences"]} <= {each["id"] for each in sentences}
    one = server.get(f"/api/tram/sentences/{sentences[0]['id']}/suggestions").json
    assert one["version"] == sentences[0]["version"]
    assert {"attack_id", "name", "confidence", "before", "proposed", "mapping"} == set(one["suggestions"][0])
    news = server.get(f"/api/tram/reports/{report['id']}/suggestions?news=1").json["sentences"]
    assert len(news) <= len(body["sentences"])
    assert server.get(f"/api/sentences/?report-id={report['id']}").json == sentences
    assert server.get("/api/tram/reports/999/suggestions").status == 404


def test_what_to_review_next(server, report):
    path = f"/api/tram/uncertain/?report-id={report['id']}"
    whole = server.get(path).json
    assert len(whole) == len(UNDER_REVIEW)
    assert all(set(each) == {"sentence", "report", "use"} for each in whole)
    page = server.get(f"{path}&limit=2&offset=2")
    assert page.json == whole[2:4]
    assert page.headers["X-Total-Count"] == str(len(whole))
    assert server.get(f"{path}&disposition=accept").status == 400


def test_a_check_of_labels_runs_and_is_shown(server):
    begun = server.post("/api/tram/label-checks/", {"model": "nb"})
    assert begun.status == 202, begun.data
    path = begun.headers["Location"]
    deadline = time.monotonic() + 60
    while (check := server.get(path).json)["state"] in ("Queued", "Running") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (check["state"], check["progress"], check["checked"]) == ("Done", 1.0, 36)
    assert check["found"] == len(check["doubts"])
    assert server.get(f"/api/tram/trainings/{check['id']}").status == 404
    assert server.request("DELETE", path).status == 204
    assert server.get(path).json["state"] == "Done"
    assert server.post("/api/tram/label-checks", {"model": "oracle"}).status == 404


def test_a_learning_curve_is_measured_and_shown(server):
    begun = server.post("/api/tram/learning-curves/", {"model": "nb"})
    assert begun.status == 202, begun.data
    path = begun.headers["Location"]
    deadline = time.monotonic() + 60
    while (curve := server.get(path).json)["state"] in ("Queued", "Running") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (curve["state"], curve["progress"], curve["sentences"]) == ("Done", 1.0, 36)
    assert curve["points"][-1]["share"] == 1.0
    assert server.get("/api/tram/learning-curves?model=nb&limit=1").json == [curve]
    assert server.get("/api/tram/learning-curves?model=linear").json == []
    assert server.get("/api/tram/learning-curves?model=oracle").status == 404
    assert server.get("/api/tram/learning-curves?limit=0").status == 400
    assert server.get(f"/api/tram/trainings/{curve['id']}").status == 404
    assert server.request("DELETE", path).status == 204
    assert server.get(path).json["state"] == "Done"
    assert server.post("/api/tram/learning-curves", {"model": "oracle"}).status == 404


def test_two_versions_side_by_side(server):
    body = server.get("/api/tram/models/compare?a=linear:1&b=nb").json
    assert (body["a"]["model"], body["b"]["model"], body["same_data"]) == ("linear", "nb", True)
    assert {"f1_weighted", "f1_micro", "f1_macro", "ece", "leakage_exact", "leakage_near"} <= set(body["figures"])
    assert {"a", "b", "change", "attack_id"} == set(body["techniques"][0])
    assert server.get("/api/tram/models/compare?a=linear").json == {"b": ["This field is required."]}
    assert server.get("/api/tram/models/compare?a=linear:x&b=nb").status == 400
    assert server.get("/api/tram/models/compare?a=linear:9&b=nb").status == 404


def test_what_a_training_would_learn_from(server, report):
    body = server.get("/api/tram/training-set?model=nb").json
    assert (body["sentences"], body["reports"], body["left_out"]) == (36, 1, [])
    assert {each["attack_id"]: (each["sentences"], each["left_out"]) for each in body["techniques"]}["T1486"] == (6, "")
    left = server.get(f"/api/tram/training-set?exclude={report['id']}").json["left_out"]
    assert left == [{"report": report["id"], "name": "Under review", "reason": "It was asked to be left out."}]
    assert server.get("/api/tram/training-set?model=oracle").status == 404
    assert server.get("/api/tram/training-set?report=x").status == 400
