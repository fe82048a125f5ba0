"""Connections that send nothing, or too little: a bounded number, for a bounded time, and nobody else is held up."""

from __future__ import annotations

import contextlib
import socket
import time

import psutil
import pytest

from tests.handlers.conftest import PASSWORDS
from tests.server import events, in_a_loop

pytestmark = pytest.mark.outage

LIMITS = (
    "--TramConnectionLimits.idle_seconds=3",
    "--TramConnectionLimits.slow_seconds=2",
    "--TramConnectionLimits.slowest_body=1000",
    "--TramConnectionLimits.most_arriving=40",
    "--TramConnectionLimits.uploads_of_one=4",
    "--TramConnectionLimits.uploads=6",
)


@pytest.fixture(scope="module")
def bounded(new_server):
    """Return a server with little patience."""
    return new_server(*LIMITS)


@pytest.fixture
def plug(bounded):
    """Return a function that opens connections; none outlives its test."""
    opened = []

    def connect(data=b""):
        connection = socket.create_connection(("127.0.0.1", bounded.port), timeout=20)
        opened.append(connection)
        connection.sendall(data)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def head(path, length, token="", kind="multipart/form-data; boundary=x", verb="POST"):
    """Return the head of a request, and nothing of its body."""
    return (
        f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()


PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="slow.txt"\r\n\r\n'


def said(connection):
    """Return what the server says before it ends the connection."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            found += chunk
    return found.decode()


def held(server):
    """Return how many connections and unfinished files a server holds."""
    process = psutil.Process(server.process.pid)
    files = [file for file in process.open_files() if ".incoming-" in file.path]
    connections = [item for item in process.net_connections() if item.status == psutil.CONN_ESTABLISHED]
    return len(connections), len(files)


def until(condition):
    """Wait until it holds."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def test_who_sends_nothing_is_let_go(bounded, plug):
    silent, half = plug(), plug(b"GET /api/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    kept = plug(b"GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert said(silent) == ""
    assert said(half) == ""
    answer = said(kept)
    assert answer.startswith("HTTP/1.1 200 OK")
    assert answer.count("HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("verb", "path", "kind"),
    [
        ("POST", "/api/token/", "application/json"),
        ("POST", "/api/upload/", "multipart/form-data; boundary=x"),
        ("PUT", "/api/contents/a.txt", "application/json"),
    ],
)
def test_a_body_that_does_not_come_is_not_waited_for(bounded, plug, verb, path, kind):
    answer = said(plug(head(path, 10_000, kind=kind, verb=verb) + b"{"))
    assert answer.startswith("HTTP/1.1 408 Request Timeout")
    assert '{"detail": "The request arrives too slowly."}' in answer


def test_slow_uploads_hold_few_files_and_vanish_without_a_trace(bounded, plug):
    token = bounded.log_in("ben", PASSWORDS["ben"])["access"]
    until(lambda: held(bounded) == (0, 0))
    slow = [plug(head("/api/upload/", 10_000_000, token) + PART + b"slow") for _ in range(30)]
    until(lambda: held(bounded)[1] == 4)
    for _ in range(10):
        assert held(bounded)[1] <= 4
        for connection in slow:
            with contextlib.suppress(OSError):
                connection.sendall(b".")
        time.sleep(0.05)
    until(lambda: held(bounded) == (0, 0))
    assert not list((bounded.data / "documents").glob(".incoming-*"))
    assert [said(connection).split("\r\n")[0] for connection in slow] == ["HTTP/1.1 408 Request Timeout"] * 30
    assert upload(bounded, token).status == 200


def upload(server, token, size=100):
    body = PART + b"The group sends mails. " * (size // 23) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    return server.post("/api/upload/", body, Content_Type=kind, Authorization=f"Bearer {token}")


def test_one_user_leaves_places_to_others_and_hears_why(bounded, plug):
    tokens = {name: bounded.log_in(name, PASSWORDS[name])["access"] for name in ("ann", "ben")}
    for _ in range(4):
        plug(head("/api/upload/", 10_000_000, tokens["ben"]) + PART)
    until(lambda: held(bounded)[1] == 4)
    answer = upload(bounded, tokens["ben"])
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert "too many files at once" in answer.json["detail"]
    assert upload(bounded, tokens["ann"]).status == 200
    until(lambda: held(bounded)[1] == 0)
    assert upload(bounded, tokens["ben"]).status == 200


def test_a_slow_line_that_makes_headway_is_good_enough(bounded, plug):
    token = bounded.log_in("ben", PASSWORDS["ben"])["access"]
    body = PART + b"A slow line carries this. " * 1000 + b"\r\n--x--\r\n"
    connection = plug(head("/api/upload/", len(body), token))
    for start in range(0, len(body), 1000):
        connection.sendall(body[start : start + 1000])
        time.sleep(0.15)
    assert said(connection).startswith("HTTP/1.1 200 OK")


def test_a_flood_of_connections_is_bounded_and_keeps_nobody_out(new_server):
    server = new_server("--TramConnectionLimits.most_arriving=40")  # and patience for minutes
    stalled_head = head("/api/token/", 100, kind="application/json") + b"{"
    with contextlib.ExitStack() as opened:

        def plug(data=b""):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            opened.enter_context(connection)
            connection.sendall(data)
            return connection

        flood = [plug() for _ in range(200)]
        until(lambda: held(server)[0] <= 40)
        assert server.log_in("ann", PASSWORDS["ann"])
        stalled = [plug(stalled_head) for _ in range(100)]
        until(lambda: held(server)[0] <= 40)
        assert server.log_in("ann", PASSWORDS["ann"])
        assert {said(connection) for connection in flood} == {""}, "those that never said anything go first"
        answers = [said(connection) for connection in stalled[:50]]
    assert {answer.split("\r\n")[0] for answer in answers} == {"HTTP/1.1 503 Service Unavailable"}


def test_channels_and_work_that_takes_long_go_on(bounded):
    """A channel that is silent, and a request whose answer takes longer than a client may."""
    who = {"Authorization": f"Bearer {bounded.log_in('ann', PASSWORDS['ann'])['access']}"}

    async def listen():
        import asyncio

        async with events(bounded) as heard:
            await asyncio.sleep(4)
            answer = await asyncio.to_thread(bounded.post, "/api/train-model/nb", **who)
            assert answer.status == 200
            taken = await asyncio.to_thread(upload, bounded, who["Authorization"].partition(" ")[2], 5000)
            assert taken.status == 200
            return await heard()

    assert in_a_loop(listen, 100)


def test_every_limit_explains_itself():
    from tram_ext.app import TramExtension
    from tram_ext.handlers.admission.connections import TramConnectionLimits

    assert TramConnectionLimits in TramExtension.classes
    for name, trait in TramConnectionLimits.class_own_traits(config=True).items():
        assert len(trait.help) > 20, name
        assert trait.help.endswith("."), name
