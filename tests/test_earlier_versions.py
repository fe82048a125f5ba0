"""What earlier versions left is opened by today's: everything is still there, and goes on."""

from __future__ import annotations

import base64
import contextlib
import sqlite3
from importlib.metadata import version

import pytest

from tests.earlier import losses, said_by, unpack
from tests.queue.client import Client
from tests.server import Server
from tram_ext.domain.errors import Conflict
from tram_ext.domain.review import SentenceFilter
from tram_ext.ml import files
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings
from tram_ext.store.migrate import known_revisions

_GROWS = {"settings"}
"""Tables in which a migration may leave something of its own."""


@pytest.fixture(scope="module")
def said():
    return said_by("0.1.0")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return a server of today on a copy of the folder."""
    folder = tmp_path_factory.mktemp("earlier")
    unpack("0.1.0", folder / "data")
    started = Server(folder, warm_up=True).start()
    yield started
    started.kill()


@pytest.fixture(scope="module")
def ann(server, said):
    """Return what says that a user of then asks, who has logged in today."""
    return {"Authorization": f"Bearer {server.log_in('ann', said['passwords']['ann'])['access']}"}


def trained_elsewhere(said):
    """Whether the models were trained with another scikit-learn, so that they are refused and the default is trained."""
    return said["scikit-learn"] != version("scikit-learn")


def test_every_row_is_migrated(folder_of_0_1_0, said):
    settings = Settings(data_dir=folder_of_0_1_0, db_url="", default_model="nb")
    for _ in range(2):  # migrated, then opened again
        Services(settings).close()
        with contextlib.closing(sqlite3.connect(folder_of_0_1_0 / "tram.sqlite3")) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
                (known_revisions()[-1],)
            ]
            counts = {
                table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in said["counts"].keys() - _GROWS
            }
        assert counts == {table: count for table, count in said["counts"].items() if table not in _GROWS}
        assert sorted(path.name for path in (folder_of_0_1_0 / "documents").glob("*")) == said["stored"]


@pytest.mark.parametrize("path", sorted(said_by("0.1.0")["answers"]))
def test_what_was_answered_is_answered(server, said, ann, path):
    if trained_elsewhere(said) and path.startswith(("/api/tram/models", "/api/tram/trainings")):
        pytest.skip(f"the default model is trained anew: it is of scikit-learn {said['scikit-learn']}")
    answer = server.get(path, **ann)
    assert answer.status == 200, answer.data
    assert losses(said["answers"][path], answer.json) == []


def test_a_loss_is_noticed(said):
    reports = said["answers"]["/api/reports/"]
    assert losses(reports, [{**report, "colour": "blue"} for report in [*reports, reports[0]]]) == []
    assert losses(reports, reports[1:])
    assert losses(reports, reports[::-1])
    assert losses(reports, [{**reports[0], "name": "Another"}, *reports[1:]])


def test_downloads_are_the_same_bytes(server, said, ann):
    assert sum(content is not None for content in said["downloads"].values()) == 4
    for number, content in said["downloads"].items():
        answer = server.get(f"/api/download/{number}", **ann)
        assert answer.status == (404 if content is None else 200)
        assert content is None or answer.data == base64.b64decode(content)


def test_reports_keep_their_ids_in_stix(server, said, ann):
    for number, ids in said["stix_reports"].items():
        bundle = server.get(f"/api/report-mappings/{number}/?format=stix", **ann).json
        assert [item["id"] for item in bundle["objects"] if item["type"] == "report"] == ids


def test_tokens_end_and_passwords_still_open(server, said):
    for name, tokens in said["tokens"].items():
        answer = server.get("/api/tram/status", Authorization=f"Bearer {tokens['access']}")
        assert (answer.status, answer.json["code"]) == (401, "token_not_valid"), "it has no stamp to be withdrawn by"
        assert server.post("/api/token/refresh/", {"refresh": tokens["refresh"]}).status == 401
        assert server.log_in(name, said["passwords"][name])
    first = (server.data / "initial-admin-password").read_text().strip()
    assert server.log_in("admin", first)
    disabled = server.post("/api/token/", {"username": "dan", "password": said["passwords"]["dan"]})
    assert disabled.status == 401


def test_what_was_left_undone_is_done(server, said, ann):
    client = Client(server, ann)
    assert len(said["unfinished"]) == 2
    for number in said["unfinished"]:
        job = client.until(number)
        assert job["status"] == "Done", job
        report = server.get(f"/api/report-mappings/{job['report_id']}/", **ann).json
        assert {mapping["attack_id"] for item in report["sentences"] for mapping in item["mappings"]}


def test_what_was_done_can_be_taken_back(folder_of_0_1_0, said):
    settings = Settings(data_dir=folder_of_0_1_0, db_url="", default_model="nb")
    with contextlib.closing(Services(settings)) as services:
        ben = services.users.log_in("ben", said["passwords"]["ben"])
        assert [sentence.text for sentence in sentences(services, ben) if "(sic)" in sentence.text]
        assert services.undo.undo(3, ben).action == "edit sentence"
        assert not [sentence.text for sentence in sentences(services, ben) if "(sic)" in sentence.text]


def sentences(services, actor):
    return services.sentences.list(SentenceFilter(report_id=3), actor)[0]


def test_the_model_proposes_the_same(folder_of_0_1_0, server, said, ann):
    if trained_elsewhere(said):
        for path in (folder_of_0_1_0 / "models").glob("*.skops"):
            with pytest.raises(Conflict, match=r"scikit-learn .* Train the model again"):
                files.load(path, path.name.partition("-")[0])
        return
    answer = server.post("/api/tram/map", {"text": said["sentence"], "model": "nb"}, **ann)
    assert answer.status == 200, answer.data
    assert losses(said["proposed"], answer.json) == []
