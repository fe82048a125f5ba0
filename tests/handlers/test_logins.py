"""Guessing over HTTP: abandoned, sprayed, and through proxies; the owner always gets in."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import pytest

from tests.cli.conftest import call
from tests.handlers.conftest import PASSWORDS
from tram_ext.services.access.throttle import FREE_FAILURES

pytestmark = pytest.mark.outage

STRANGER, OWNER = "203.0.113.9", "198.51.100.7"


def guess(server, name, **headers):
    return server.post("/api/token/", {"username": name, "password": "a guess"}, **headers)


def guesses_until_told_to_wait(server, name="nobody {}", **headers):
    """Guess as often as it is looked at, and return how often that was and what came then."""
    return until_told_to_wait(lambda number: guess(server, name.format(number), **headers))


def until_told_to_wait(attempt):
    """Try as often as it is looked at; a machine that hashes less than a password a second never has to say no."""
    started = time.monotonic()
    for number in range(4 * FREE_FAILURES):
        answer = attempt(number)
        if answer.status == 429:
            return number, answer
        assert answer.status in (401, 403)
        assert number <= FREE_FAILURES + time.monotonic() - started, "nobody had to wait"
    pytest.skip("this machine looks at less than a password a second")


def log_in_as_told(server, name, **headers):
    """Log in as a client does that heeds `Retry-After`, and return how often it was told to wait."""
    for turn in range(10):
        answer = server.post("/api/token/", {"username": name, "password": PASSWORDS[name]}, **headers)
        if answer.status == 200:
            return turn
        assert answer.status == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 2
        time.sleep(int(answer.headers["Retry-After"]))
    pytest.fail("the owner is kept out")


def abandon(server, name):
    """Send a login, and hang up before the answer."""
    body = json.dumps({"username": name, "password": "a guess"}).encode()
    head = (
        f"POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as connection:
        connection.sendall(head.encode() + body)


def test_abandoned_attempts_hold_nobody_up_and_cost_next_to_nothing(new_server):
    server = new_server()
    server.log_in("ann", PASSWORDS["ann"])
    for number in range(160):
        abandon(server, f"name {number}")
    assert server.post("/api/token/", {"username": "ann", "password": PASSWORDS["ann"]}).status == 200
    count, _ = guesses_until_told_to_wait(server)
    assert count >= FREE_FAILURES - 12, "some may have been looked at before they hung up"


def test_names_that_are_sprayed_count_together_and_no_name_is_locked(new_server):
    server = new_server()
    started = time.monotonic()
    count, answer = guesses_until_told_to_wait(server)
    assert FREE_FAILURES <= count <= FREE_FAILURES + time.monotonic() - started
    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert set(answer.json) == {"detail"}
    assert log_in_as_told(server, "ann") <= 2
    assert "many wrong passwords come from 127.0.0.1" in server.log_text()


def test_one_name_that_many_guess_is_not_locked_either(new_server):
    server = new_server()
    guesses_until_told_to_wait(server, "ann")
    assert log_in_as_told(server, "ann") <= 2


def test_behind_a_proxy_that_nobody_declared_a_stranger_locks_nobody_out(new_server):
    server = new_server()
    for _ in range(FREE_FAILURES):
        assert guess(server, "ann", X_Forwarded_For=f"10.9.9.9, {STRANGER}").status == 401
    assert log_in_as_told(server, "ann", X_Forwarded_For=OWNER) <= 1
    assert server.log_text().count("c.ServerApp.trust_xheaders = True") == 1
    said = call(server.data, "doctor", "--format", "json").json
    assert [note for note in said["notes"] if "127.0.0.1" in note and "trust_xheaders = True" in note]
    assert not [problem for problem in said["problems"] if "trust_xheaders" in problem], "anybody can send a header"


def test_invented_addresses_gain_nothing(new_server):
    server = new_server()
    started = time.monotonic()
    answers = [guess(server, "ann", X_Forwarded_For=f"10.0.0.{number}").status for number in range(FREE_FAILURES + 6)]
    assert answers.count(401) <= FREE_FAILURES + time.monotonic() - started + 1


def test_behind_a_proxy_that_is_trusted_each_address_pays_for_itself(new_server):
    server = new_server()
    guess(server, "ann", X_Real_Ip=STRANGER)  # remembered as unknown …
    server.stop()
    server.options = ("--ServerApp.trust_xheaders=True",)
    server.start()
    guesses_until_told_to_wait(server, X_Forwarded_For=STRANGER)
    assert log_in_as_told(server, "ann", X_Forwarded_For=OWNER) == 0
    said = call(server.data, "doctor", "--format", "json").json
    assert not [note for note in said["notes"] if "trust_xheaders" in note], "… until it is trusted"


def test_the_own_password_is_guessed_no_faster(new_server):
    server = new_server()
    who = {"Authorization": f"Bearer {server.log_in('vic', PASSWORDS['vic'])['access']}"}
    wrong = {"current": "a guess", "new": "long enough"}
    count, _ = until_told_to_wait(lambda _: server.post("/api/tram/password", wrong, **who))
    assert count >= FREE_FAILURES
    assert log_in_as_told(server, "vic") == 0, "that counts by the user, and not by the address"
