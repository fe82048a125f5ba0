"""Uploads: what is taken, what is refused, and that refusals leave nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import sqlite3
import stat
import time
from datetime import UTC, datetime

import pytest

from tests import corpus, files
from tests.queue.client import Client, form, leftovers
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings


@pytest.fixture(autouse=True)
def nothing_is_left(server):
    """Hold every test here to it: whatever was sent, no half-received file stays."""
    yield
    deadline = time.monotonic() + 5
    while leftovers(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert leftovers(server) == []


def test_a_pdf_becomes_a_report_with_offsets_and_pages(ben):
    report = ben.done("harbour.pdf", files.short_pdf(3))
    assert report["name"] == "Report for harbour.pdf"
    assert report["ml_model"] == "nb"
    assert report["created_by"] == "ben"
    assert [s["text"] for s in report["sentences"]][:2] == [
        "The implant of page 0 spoke to its server.",
        "It waited 0 days.",
    ]
    assert [s["page"] for s in report["sentences"]] == [1, 1, 2, 2, 3, 3]
    for sentence in report["sentences"]:
        assert " ".join(report["text"][sentence["start"] : sentence["end"]].split()) == sentence["text"]


def test_the_export_of_a_document_names_it(ben):
    """By its number the file of an export is found, as in TRAM: of one report, and in the list."""
    report = ben.done("named.txt", files.text("named"))
    assert isinstance(report["document_id"], int)
    one = ben.server.get(f"/api/report-mappings/{report['id']}/", **ben.who).json
    (listed,) = ben.server.get(f"/api/report-mappings/?doc-id={report['document_id']}", **ben.who).json
    assert (one["document_id"], listed) == (report["document_id"], one)


def test_what_the_model_proposes_is_in_the_report(ben):
    report = ben.done("proposals.txt", files.text("proposals"))
    found = {m["attack_id"] for s in report["sentences"] for m in s["mappings"]}
    assert {"T1566.001", "T1059.001", "T1053.005"} <= found
    assert all(s["disposition"] is None for s in report["sentences"])


def test_the_answer_and_the_job_have_trams_shape(ben):
    answer = ben.upload("shape.txt", files.text("shape")).json
    assert answer["message"] == "File saved for processing."
    job = ben.until(answer["job-id"])
    assert (job["name"], job["document_id"], job["progress"]) == ("shape.txt", answer["doc-id"], 1.0)
    assert re.fullmatch(r"ben on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", job["byline"])
    listed = ben.server.get("/api/jobs/", **ben.who).json
    assert job["id"] not in {item["id"] for item in listed}, "the list is of what is not done"
    assert job["id"] in {item["id"] for item in ben.server.get("/api/jobs/?all=1", **ben.who).json}


def test_the_download_is_what_was_uploaded(ben, vic):
    data = files.short_pdf(1) + b"% \xff"
    answer = ben.upload("naïve plan.pdf", data).json
    got = vic.server.get(f"/api/download/{answer['doc-id']}", **vic.who)
    assert got.data == data
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"] == (
        "attachment; filename=\"na%C3%AFve plan.pdf\"; filename*=UTF-8''na%C3%AFve%20plan.pdf"
    )
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert vic.server.get("/api/download/999999", **vic.who).status == 404


def test_files_are_stored_under_our_names_for_their_owner_only(ben):
    ben.done("secret plan.txt", files.text("stored"))
    folder = ben.server.data / "documents"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert re.fullmatch(r"[0-9a-f]{32}\.bin", path.name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_file_again_is_recognised(ben, ann):
    first = ben.upload("again.txt", files.text("again")).json
    job = ben.until(first["job-id"])
    second = ann.upload("again.txt", files.text("again")).json
    assert second == {
        "message": "This file is already here; nothing was added.",
        "job-id": first["job-id"],
        "doc-id": first["doc-id"],
        "report_id": job["report_id"],
    }
    by_name = ben.upload("again.txt", files.text("again"), model="nb").json
    assert by_name["job-id"] == first["job-id"], "the default by its name is the default"


def test_another_model_is_another_job_on_the_same_document(ben):
    first = ben.upload("models.txt", files.text("models")).json
    other = ben.upload("models.txt", files.text("models"), model="logreg").json
    assert other["doc-id"] == first["doc-id"]
    assert other["job-id"] != first["job-id"]
    reports = [ben.until(answer["job-id"])["report_id"] for answer in (first, other)]
    models = [ben.server.get(f"/api/reports/{number}", **ben.who).json["ml_model"] for number in reports]
    assert models == ["nb", "logreg"]


def test_after_its_report_is_deleted_a_file_is_new(ben, ann):
    first = ben.upload("deleted.txt", files.text("deleted")).json
    job = ben.until(first["job-id"])
    assert ann.server.request("DELETE", f"/api/reports/{job['report_id']}", **ann.who).status == 204
    assert ann.server.get(f"/api/download/{first['doc-id']}", **ann.who).status == 404
    assert ben.upload("deleted.txt", files.text("deleted")).json["message"] == "File saved for processing."


def test_a_purged_file_is_said_to_be_gone_and_can_come_again(ben, ann):
    data = files.text("purged")
    key = ben.done("purged.txt", data)["document_id"]
    with contextlib.closing(sqlite3.connect(ben.server.data / "tram.sqlite3", timeout=30)) as connection, connection:
        connection.execute("UPDATE documents SET created_on = '2001-01-01 00:00:00' WHERE id = ?", [key])
    with contextlib.closing(Services(Settings(data_dir=ben.server.data, db_url=""))) as services:
        before = datetime(2002, 1, 1, tzinfo=UTC)
        (purged,) = services.purging.purge(before, services.users.at_the_command_line())
    assert purged.id == key
    gone = ann.server.get(f"/api/download/{key}", **ann.who)
    assert (gone.status, gone.json["code"]) == (404, "purged")
    assert "was purged on" in gone.json["detail"]
    assert ben.upload("purged.txt", data).json["doc-id"] == key
    assert ann.server.get(f"/api/download/{key}", **ann.who).data == data


@pytest.mark.parametrize(("model", "status", "words"), [("oracle", 400, "oracle"), ("nn_cls", 409, "not trained")])
def test_a_model_that_cannot_map_is_refused_at_the_door(ben, model, status, words):
    before = documents(ben)
    answer = ben.upload("model.txt", files.text("door"), model=model)
    assert answer.status == status
    assert words in str(answer.json)
    assert documents(ben) == before


def documents(client):
    """Return what is stored, and how many jobs there are."""
    jobs = client.server.get("/api/jobs/?all=1", **client.who).json
    return sorted(path.name for path in (client.server.data / "documents").glob("*.bin")), len(jobs)


def test_a_report_export_is_imported_at_once(ben):
    data = corpus.export_bytes("Uploaded export")
    answer = ben.upload("export.json", data)
    assert answer.status == 200
    assert "job-id" not in answer.json
    report = ben.server.get(f"/api/reports/{answer.json['report_id']}", **ben.who).json
    assert (report["name"], report["total_sentences"]) == ("Uploaded export", 38)
    again = ben.upload("export.json", data).json
    assert again["report_id"] == report["id"]
    assert "already here" in again["message"]
    bad = ben.upload("export.json", b'{"name": "x"')
    assert bad.status == 400


def test_a_viewer_may_not(vic):
    before = documents(vic)
    assert vic.upload("viewer.txt", files.text("viewer")).status == 403
    assert documents(vic) == before


def test_nobody_may_not(server):
    content, kind = form(("file", "nobody.txt", files.text("nobody")))
    assert server.post("/api/upload/", content, Content_Type=kind).status == 401


# What is too large


def test_a_file_over_the_limit_is_refused(ben):
    answer = ben.upload("large.txt", b"word " * 500_000)
    assert answer.status == 413
    assert "1 MB" in answer.json["detail"]


def test_a_refusal_is_heard_whatever_is_sent(server, ben, vic):
    huge = b"word " * 5_000_000
    answer = ben.upload("huge.txt", huge)
    assert answer.status == 413
    assert "limit" in answer.json["detail"]
    assert vic.upload("viewer.txt", huge[:1_500_000]).status == 403
    assert Client(server, {"Authorization": "Bearer a.b.c"}).upload("huge.txt", huge).status == 401
    assert server.post("/api/upload/", huge[:1_500_000], **(ben.who | {"Content_Type": "text/plain"})).status == 400


@pytest.mark.parametrize("chunks", [3, 30])
def test_a_stream_of_unknown_length_is_held_to_the_limit(ben, chunks):
    content, kind = form(("file", "stream.txt", b"word " * 200_000 * chunks))
    status, answer = stream(ben, content, kind)
    assert status == 413
    assert "limit" in answer["detail"]


def stream(client, content, kind):
    """Send a form in chunks, without saying how long it is."""
    connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=30)
    pieces = (content[at : at + 65536] for at in range(0, len(content), 65536))
    with contextlib.closing(connection):
        connection.request("POST", "/api/upload/", pieces, client.who | {"Content-Type": kind}, encode_chunked=True)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_a_stream_within_the_limit_is_taken(ben):
    content, kind = form(("file", "stream.txt", files.text("stream")))
    status, answer = stream(ben, content, kind)
    assert status == 200
    assert ben.until(answer["job-id"])["status"] == "Done"


def test_fields_beside_the_file_are_limited(ben):
    content, kind = form(("file", "a.txt", files.text("beside")), ("model", None, b"x" * 100_000))
    assert ben.server.post("/api/upload/", content, **(ben.who | {"Content_Type": kind})).status == 413


# What is no upload


def test_the_field_is_named_file(ben):
    answer = ben.upload("wrong.txt", files.text("wrong"), field="document")
    assert (answer.status, answer.json) == (400, {"detail": "'file' field is required but was not provided"})


@pytest.mark.parametrize("kind", ["application/xml", "text/plain", "multipart/form-data", "", "multipart/form-data; x"])
def test_a_body_that_is_no_form(ben, kind):
    answer = ben.server.post("/api/upload/", b'{"file": "x"}', **(ben.who | {"Content_Type": kind}))
    assert (answer.status, answer.json) == (400, {"detail": "'file' field is required but was not provided"})


def test_two_files_are_one_too_many(ben):
    content, kind = form(("file", "a.txt", files.text("two a")), ("file", "b.txt", files.text("two b")))
    answer = ben.server.post("/api/upload/", content, **(ben.who | {"Content_Type": kind}))
    assert (answer.status, answer.json) == (400, {"detail": "One upload takes one file."})


@pytest.mark.parametrize("cut", ["boundary", "middle", "header", "garbage", "empty"])
def test_a_broken_form(ben, cut):
    content, kind = form(("file", "broken.txt", files.text("broken")))
    broken = {
        "boundary": content[:-30],
        "middle": content[: len(content) // 2],
        "header": content[:60],
        "garbage": b"\0\xff" * 500,
        "empty": b"",
    }[cut]
    before = documents(ben)
    answer = ben.server.post("/api/upload/", broken, **(ben.who | {"Content_Type": kind}))
    assert answer.status == 400, answer.data
    assert "form" in answer.json["detail"] or "file" in answer.json["detail"]
    assert documents(ben) == before


@pytest.mark.parametrize(
    ("path", "user"), [("/api/upload/", "ben"), ("/api/tram/map-file", "ben"), ("/api/tram/attack/upgrade", "ann")]
)
@pytest.mark.parametrize(
    ("boundary", "head"),
    [
        ("b" * 257, b""),
        ("b" * 5000, b""),
        ("b", b"x: " + b"y" * 5000 + b"\r\n"),
        ("b", b"x: y\r\n" * 20),
        ("b", b"x y: z\r\n"),
        ("", b""),
    ],
    ids=["long", "longer", "long header", "many headers", "no header", "empty"],
)
def test_a_form_that_the_parser_refuses(request, path, user, boundary, head):
    """Whatever kind of error the parser has for it, whenever it notices: it is the sender's, and nothing is kept."""
    client = request.getfixturevalue(user)
    body = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n%s\r\nWords.\r\n--%s--\r\n'
    body %= (boundary.encode(), head, boundary.encode())
    before = documents(client)
    kind = {"Content_Type": f"multipart/form-data; boundary={boundary}"}
    answer = client.server.post(path, body, **(client.who | kind))
    assert answer.status == 400, answer.data
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json) == {"detail"}
    assert answer.json["detail"].startswith(("Multipart form parse error - ", "'file' field is required"))
    assert documents(client) == before
    assert leftovers(client.server) == []


@pytest.mark.parametrize("language", ["", "en"])
def test_a_name_may_come_as_rfc_5987_writes_it(ben, language):
    content, kind = form(("file", "X", files.text("5987")))
    name = f"filename*=utf-8'{language}'na%C3%AFve%20plan.txt".encode()
    answer = ben.server.post(
        "/api/upload/", content.replace(b'filename="X"', name), **(ben.who | {"Content_Type": kind})
    )
    assert answer.status == 200
    assert ben.until(answer.json["job-id"])["name"] == "naïve plan.txt"


def test_a_client_that_hangs_up_leaves_nothing(ben):
    content, kind = form(("file", "gone.txt", b"word " * 100_000))
    before = documents(ben)
    head = (
        f"POST /api/upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
    )
    head += f"Authorization: {ben.who['Authorization']}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", ben.server.port), timeout=10) as connection:
        connection.sendall(head.encode() + content[:200_000])
        deadline = time.monotonic() + 10
        while not leftovers(ben.server):
            assert time.monotonic() < deadline, "it was being received"
            time.sleep(0.01)
    deadline = time.monotonic() + 10
    while leftovers(ben.server):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert documents(ben) == before


def test_what_a_killed_server_was_receiving_is_swept_up(make_server, bearers):
    server = make_server().start()
    client = Client(server, bearers["ben"])
    client.done("before.txt", files.text("sweep"))
    other = server.data / "documents" / ".incoming-0123456789abcdef.1.2.3-4"
    other.touch(0o600)
    content, kind = form(("file", "gone.txt", b"word " * 100_000))
    head = (
        f"POST /api/upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
    )
    head += f"Authorization: {client.who['Authorization']}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head.encode() + content[:200_000])
        deadline = time.monotonic() + 10
        while len(leftovers(server)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        server.kill()
    assert len(leftovers(server)) == 2
    server.start()
    assert client.upload("before.txt", files.text("sweep")).json["report_id"]
    assert leftovers(server) == [other.name], "another machine's is left alone"
