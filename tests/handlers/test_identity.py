"""Jupyter's own users: tokens, cookies with XSRF, roles, and what happens where Jupyter lets everybody in."""

from __future__ import annotations

import getpass
import re

import pytest

from tests.handlers.conftest import PASSWORDS
from tram_ext.api import server_file


def test_jupyters_token_works_both_ways(server, jupyter):
    answer = server.get("/api/tram/status", **jupyter)
    assert answer.status == 200
    assert answer.json["user"] == {"name": getpass.getuser(), "role": "admin"}
    assert server.get("/api/tram/status", Authorization=f"Bearer {server.token}").json["user"] == answer.json["user"]
    assert server.get(f"/api/tram/status?token={server.token}").status == 200


def test_a_token_names_its_user(server, bearer):
    assert server.get("/api/tram/status", **bearer["vic"]).json["user"] == {"name": "vic", "role": "viewer"}


@pytest.fixture(scope="module")
def cookies(server):
    """Return the cookies of a browser that has logged in, and its XSRF token."""
    answer = server.get(f"/tree?token={server.token}")
    found = dict(re.match(r"([^=]+)=([^;]*)", line).groups() for line in answer.headers.get_all("Set-Cookie"))
    if "_xsrf" not in found:
        jar = "; ".join(f"{name}={value}" for name, value in found.items())
        more = server.get("/login", Cookie=jar)
        found |= dict(re.match(r"([^=]+)=([^;]*)", line).groups() for line in more.headers.get_all("Set-Cookie") or [])
    return found


def header(cookies):
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def test_a_cookie_reads(server, cookies):
    assert server.get("/api/reports/", Cookie=header(cookies)).status == 200


def test_a_cookie_writes_with_xsrf_only(server, cookies):
    jar = header(cookies)
    for call in (
        ("POST", "/api/train-model/clippy"),
        ("DELETE", "/api/reports/4711"),
        ("POST", "/api/report-mappings/"),
    ):
        refused = server.request(*call, b"{}", Cookie=jar, Content_Type="application/json")
        assert refused.status == 403, call
        assert refused.json["detail"].startswith("CSRF Failed")
        forged = server.request(*call, b"{}", Cookie=jar, X_XSRFToken="forged", Content_Type="application/json")
        assert (forged.status, forged.json["detail"][:11]) == (403, "CSRF Failed"), call
        right = server.request(*call, b"{}", Cookie=jar, X_XSRFToken=cookies["_xsrf"], Content_Type="application/json")
        assert right.status in (400, 404), (call, right.data)


def test_a_page_of_another_origin_writes_nothing(server, cookies):
    answer = server.post(
        "/api/train-model/nb", b"", Cookie=header(cookies), X_XSRFToken=cookies["_xsrf"], Origin="https://evil.example"
    )
    assert answer.status in (403, 404)


def test_tokens_need_no_xsrf_and_set_no_cookie(server, bearer, jupyter):
    for who in (bearer["ann"], jupyter):
        answer = server.post("/api/train-model/clippy", **who)
        assert answer.status == 404
        assert answer.json == {"detail": "Model does not exist"}
    assert server.get("/api/reports/", **bearer["ann"]).headers["Set-Cookie"] is None


def test_the_role_of_jupyters_users_binds_them(new_server):
    server = new_server("--TramExtension.jupyter_role=viewer")
    who = {"Authorization": f"token {server.token}"}
    assert server.get("/api/tram/status", **who).json["user"]["role"] == "viewer"
    assert server.post("/api/train-model/nb", **who).status == 403
    assert server.request("DELETE", "/api/reports/1", **who).status == 403


def test_without_jupyters_authentication_a_loud_warning(new_server):
    server = new_server(token="")
    assert "authentication is SWITCHED OFF" in server.log_text()
    assert server.get("/api/tram/status").status == 200, "on loopback it works"


def test_without_jupyters_authentication_beyond_loopback_only_our_tokens(new_server):
    server = new_server("--ServerApp.ip=0.0.0.0", token="")
    assert "SWITCHED OFF" in server.log_text()
    answer = server.get("/api/tram/status")
    assert answer.status == 403
    assert "answers only to its own tokens" in answer.json["detail"]
    access = server.log_in("vic", "staple battery")["access"]
    assert server.get("/api/tram/status", Authorization=f"Bearer {access}").status == 200


@pytest.fixture(scope="module")
def strict(new_server):
    """Return a server whose identities and permissions are a site's own."""
    module = "tests.handlers.strict_jupyter"
    identity = f"--ServerApp.identity_provider_class={module}.Staff"
    return new_server(
        identity, f"--ServerApp.authorizer_class={module}.ReadOnly", "--ServerApp.disable_check_xsrf=True"
    )


def test_our_tokens_are_no_matter_of_jupyters_identity_and_permissions(strict):
    access = strict.log_in("ann", PASSWORDS["ann"])["access"]
    (file,) = (strict.folder / "runtime").glob("tram-server-*.json")
    for token in (access, server_file.read(file)["token"]):
        shown = {"Authorization": f"Bearer {token}"}
        assert strict.get("/api/reports/", **shown).status == 200
        answer = strict.post("/api/train-model/clippy", **shown)
        assert (answer.status, answer.headers["Set-Cookie"]) == (404, None)
        assert strict.get("/api/tram/status", **shown, X_Staff="eve").json["user"]["name"] != "eve"
    assert "A TOKEN WAS SHOWN TO JUPYTER" not in strict.log_text()
    assert strict.get("/api/contents", Authorization=f"Bearer {access}").status == 403, "Jupyter's own is Jupyter's"
    assert "A TOKEN WAS SHOWN TO JUPYTER" in strict.log_text()


def test_jupyters_users_are_a_matter_of_jupyters_identity_and_permissions(strict):
    assert strict.get("/api/tram/status", X_Staff="eve").json["user"] == {"name": "eve", "role": "admin"}
    assert strict.post("/api/train-model/clippy", X_Staff="eve").status == 403
    assert strict.get("/api/tram/status").status == 401
