"""``POST /api/upload/`` with the path of a file of the Jupyter server: who may, which files, and what comes of it."""

from __future__ import annotations

import json
import time

import pytest

from tests import corpus
from tests.handlers.conftest import PASSWORDS
from tram_ext.api import server_file

JSON = "application/json"


@pytest.fixture(scope="module")
def own(new_server):
    """Return a server with files of its own in its root."""
    server = new_server()
    root = server.folder
    (root / "notes").mkdir()
    (root / "notes" / "Übersicht 1.txt").write_text("The actor sent mail with a link to a page. " * 3, encoding="utf-8")
    (root / ".secret.txt").write_text("It is hidden.")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "inside.txt").write_text("It is hidden, too.")
    (root.parent / "outside.txt").write_text("It lies outside of the root.")
    (root / "export.json").write_bytes(corpus.export_bytes("By path"))
    return server


def ask(server, body, **headers):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.post("/api/upload/", sent, **{"Content_Type": JSON, **headers})


@pytest.fixture(scope="module")
def user(own):
    return {"Authorization": f"token {own.token}"}


def test_a_file_becomes_a_job_under_its_name(own, user):
    answer = ask(own, {"path": "notes/Übersicht 1.txt"}, **user)
    assert answer.status == 200, answer.data
    job = own.get(f"/api/jobs/{answer.json['job-id']}/", **user).json
    assert job["name"] == "Übersicht 1.txt"
    kept = own.get(f"/api/download/{job['document_id']}", **user)
    assert kept.data == (own.folder / "notes" / "Übersicht 1.txt").read_bytes()


def test_the_same_file_again_is_there(own, user):
    first, second = (ask(own, {"path": "notes/Übersicht 1.txt"}, **user).json for _ in range(2))
    assert first["job-id"] == second["job-id"]


def test_an_export_is_imported(own, user):
    answer = ask(own, {"path": "export.json"}, **user)
    assert own.get(f"/api/reports/{answer.json['report_id']}/", **user).json["name"] == "By path"


@pytest.mark.parametrize(
    "path",
    [
        ".secret.txt",
        ".hidden/inside.txt",
        "notes/../.secret.txt",
        "../outside.txt",
        "notes/../../outside.txt",
        "/etc/passwd",
        "absent.txt",
        "notes/Übersicht 1.txt/more",
        "nul\0byte.txt",
        "x" * 5000,
    ],
)
def test_hidden_and_outside_and_absent_files_are_not_there(own, user, path):
    answer = ask(own, {"path": path}, **user)
    assert answer.status == 404, answer.data
    assert "no file" in answer.json["detail"]


def test_a_folder_is_no_file(own, user):
    answer = ask(own, {"path": "notes"}, **user)
    assert (answer.status, answer.json["detail"]) == (400, "'notes' is a folder. Name a file.")


def test_tokens_of_trams_and_of_kernels_do_not_do(own):
    access = own.log_in("ann", PASSWORDS["ann"])["access"]
    (file,) = (own.folder / "runtime").glob("tram-server-*.json")
    for token in (access, server_file.read(file)["token"]):
        answer = ask(own, {"path": "notes/Übersicht 1.txt"}, Authorization=f"Bearer {token}")
        assert answer.status == 403
        assert "Send the file itself" in answer.json["detail"]
    assert ask(own, {"path": "notes/Übersicht 1.txt"}).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), ({}, 400), ({"path": ""}, 400), ({"path": 7.5}, 404), ({"path": ["a"]}, 400)],
)
def test_what_names_no_file_is_an_error(own, user, body, status):
    assert ask(own, body, **user).status == status


def test_a_long_body_is_refused(own, user):
    assert ask(own, {"path": "x" * 100_000}, **user).status == 413


def test_a_model_that_is_none_is_refused(own, user):
    answer = ask(own, {"path": "notes/Übersicht 1.txt", "model": "clippy"}, **user)
    assert (answer.status, list(answer.json)) == (400, ["model"])


def test_a_file_over_the_limit_is_refused_unread(new_server):
    server = new_server("--TramExtension.max_upload_size=1000")
    (server.folder / "large.txt").write_text("x" * 1001)
    answer = ask(server, {"path": "large.txt"}, Authorization=f"token {server.token}")
    assert (answer.status, answer.json["detail"][:28]) == (413, "The file is larger than 1,00")
    deadline = time.monotonic() + 10  # it is removed when the answer was sent
    while list((server.data / "documents").glob(".incoming*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_who_may_not_read_contents_may_not_map_them(new_server):
    module = "tests.handlers.strict_jupyter"
    server = new_server(
        f"--ServerApp.identity_provider_class={module}.Staff",
        f"--ServerApp.authorizer_class={module}.NoContents",
        "--ServerApp.disable_check_xsrf=True",
    )
    (server.folder / "a.txt").write_text("The actor sent mail with a link.")
    answer = ask(server, {"path": "a.txt"}, X_Staff="eve")
    assert (answer.status, answer.json["detail"]) == (403, "You may not read files of this Jupyter server.")


def test_other_uploads_take_no_path(own, user):
    answer = own.post("/api/tram/map-file", json.dumps({"path": "export.json"}).encode(), Content_Type=JSON, **user)
    assert answer.status == 400
