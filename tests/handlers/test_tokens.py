"""Logging in over HTTP, to the letter of TRAM's API page, and what a token opens."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import PASSWORDS

WRONG = {"detail": "No active account found with the given credentials"}


@pytest.mark.parametrize("slash", ["", "/"])
def test_log_in_and_refresh(server, slash):
    body = b'{"username": "ann", "password": "correct horse"}'
    answer = server.post("/api/token" + slash, body, Content_type="application/json")
    assert answer.status == 200
    assert set(answer.json) == {"refresh", "access"}
    assert answer.headers["Set-Cookie"] is None or "username" not in answer.headers["Set-Cookie"]
    fresh = server.post("/api/token/refresh" + slash, {"refresh": answer.json["refresh"]})
    assert (fresh.status, set(fresh.json)) == (200, {"access"})
    assert server.get("/api/reports/", Authorization=f"Bearer {fresh.json['access']}").status == 200


def test_forms_do_as_well(server, tokens):
    fields = {"username": "vic", "password": PASSWORDS["vic"]}
    assert server.form("/api/token/", fields).status == 200
    boundary = "----boundary"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    kind = f"multipart/form-data; boundary={boundary}"
    answer = server.post("/api/token/", f"{parts}--{boundary}--\r\n".encode(), Content_Type=kind)
    assert answer.status == 200
    assert server.form("/api/token/refresh/", {"refresh": tokens["vic"]["refresh"]}).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"username": "ann", "password": "wrong"},
        {"username": "nobody at all", "password": "wrong"},
        {"username": "x\x00y", "password": "\x00"},
    ],
)
def test_bad_credentials(server, body):
    answer = server.post("/api/token/", body)
    assert (answer.status, answer.json) == (401, WRONG)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"username": ["This field is required."], "password": ["This field is required."]}),
        (
            {"username": "", "password": None},
            {"username": ["This field may not be blank."], "password": ["This field may not be null."]},
        ),
        (
            {"username": ["a"], "password": True},
            {"username": ["Not a valid string."], "password": ["Not a valid string."]},
        ),
        ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ({"username": "\ud800", "password": "x"}, {"username": ["Not a valid string."]}),
    ],
)
def test_bad_fields(server, body, errors):
    answer = server.post("/api/token/", body)
    assert (answer.status, answer.json) == (400, errors)


@pytest.mark.parametrize(
    ("which", "detail"), [("access", "Token has wrong type"), ("nonsense", "Token is invalid or expired")]
)
def test_bad_refresh(server, tokens, which, detail):
    answer = server.post("/api/token/refresh/", {"refresh": tokens["ann"].get(which, "a.b.c")})
    assert (answer.status, answer.json) == (401, {"detail": detail, "code": "token_not_valid"})


def test_a_refresh_token_is_no_access_token(server, tokens):
    answer = server.get("/api/reports/", Authorization=f"Bearer {tokens['ann']['refresh']}")
    assert answer.status == 401
    assert answer.json == {
        "detail": "Given token not valid for any token type",
        "code": "token_not_valid",
        "messages": [{"token_class": "AccessToken", "token_type": "access", "message": "Token has wrong type"}],
    }


def test_a_token_of_another_installation(new_server, bearer):
    other = new_server(empty=True)
    answer = other.get("/api/reports/", **bearer["ann"])
    assert (answer.status, answer.json["code"]) == (401, "token_not_valid")


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/api/contents"),
        ("GET", "/api/kernels"),
        ("POST", "/api/kernels"),
        ("GET", "/api/sessions"),
        ("GET", "/api/terminals"),
        ("GET", "/api/me"),
        ("GET", "/api/status"),
        ("POST", "/api/shutdown"),
        ("GET", "/files/server.log"),
    ],
)
def test_our_tokens_open_nothing_of_jupyter(server, bearer, verb, path):
    assert server.request(verb, path, **bearer["ann"]).status in (302, 401, 403)
