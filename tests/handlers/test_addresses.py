"""Called by a name, from an origin or under a path that the server does not know: what the caller is told to do."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import PASSWORDS
from tests.server import Server

NAME = "tram.example.test"
LOGIN = {"username": "vic", "password": PASSWORDS["vic"]}


@pytest.mark.parametrize("host", [NAME, f"{NAME}:8080", "tram", "192.0.2.7:8888", "xn--bcher-kva.example"])
def test_a_name_that_is_not_the_servers(server, bearer, jupyter, host):
    calls = (
        ("GET", "/api/tram/status", {}),
        ("GET", "/api/tram/status", bearer["ann"]),
        ("GET", "/api/tram/status", jupyter),
        ("GET", "/api/tram/nothing", bearer["ann"]),
        ("DELETE", "/api/reports/1", bearer["ann"]),
        ("POST", "/api/token/", {}),
    )
    for verb, path, shown in calls:
        answer = server.request(verb, path, LOGIN if verb == "POST" else None, Host=host, **shown)
        assert answer.status == 403, (verb, path)
        assert set(answer.json) == {"detail"}
        said = answer.json["detail"]
        assert f"does not know itself by the name {host.partition(':')[0]!r}" in said
        assert f"c.ServerApp.local_hostnames = ['localhost', {host.partition(':')[0]!r}]" in said
        assert "c.ServerApp.allow_remote_access" in said
        assert server.request("HEAD", "/api/reports/", Host=host, **shown).status == 403
    assert server.get("/api/reports/1/", **bearer["ann"]).status == 200, "nothing was deleted"


@pytest.mark.parametrize(
    "host", ["[", "a b", "'];x=['", "x" * 5_000, "TRAM.Example.Test:80", "::1:", "[2001:db8::1]:80"]
)
def test_a_name_that_is_none(server, host):
    answer = server.get("/api/tram/status", Host=host)
    assert answer.status in {400, 403}, answer.data
    if answer.status == 403:
        assert "c.ServerApp.local_hostnames" in answer.json["detail"]
        assert len(answer.data) < 2_000
    if host.startswith("TRAM"):
        assert "['localhost', 'TRAM.Example.Test']" in answer.json["detail"], "as Jupyter compares it"


def test_the_names_of_this_machine_are_known(server, bearer):
    for host in ("localhost", f"localhost:{server.port}", "127.0.0.1", "[::1]:8888"):
        assert server.get("/api/tram/status", Host=host, **bearer["vic"]).status == 200, host


def test_what_the_answer_advises_helps(new_server):
    server = new_server(f"--ServerApp.local_hostnames=['localhost', '{NAME}']")
    access = server.post("/api/token/", LOGIN, Host=NAME).json["access"]
    assert server.get("/api/tram/status", Host=NAME, Authorization=f"Bearer {access}").status == 200
    assert server.get("/api/tram/status", Host="evil.example", Authorization=f"Bearer {access}").status == 403


@pytest.mark.parametrize("host", [None, "127.0.0.1:8888"])
def test_an_origin_that_is_not_the_servers(server, jupyter, host):
    """A proxy that sends its own idea of the host makes every page of the server a stranger's."""
    more = {"Host": host} if host else {}
    for verb, path in (("POST", "/api/token/"), ("GET", "/api/tram/status")):
        answer = server.request(verb, path, LOGIN if verb == "POST" else None, Origin=f"https://{NAME}", **more)
        assert answer.status == 403, (verb, path)
        said = answer.json["detail"]
        called = host or f"127.0.0.1:{server.port}"
        assert said.startswith(f"A page of https://{NAME} asks a server that was called {called}, which takes")
        assert "proxy_set_header Host $http_host" in said
        assert "c.ServerApp.allow_origin" in said
    same = f"localhost:{server.port}"
    assert server.post("/api/token/", LOGIN, Host=same, Origin=f"http://{same}").status == 200
    assert server.get("/api/tram/status", Origin=f"https://{NAME}", **jupyter).status == 200, "tokens are no cookies"


def test_a_path_that_lacks_the_base_url(new_server):
    server = new_server(base_url="/team/tram/", empty=True)
    outside = Server(server.folder, port=server.port)
    for given in ("/", "/team/", "/other/tram/", "/user/bob/"):
        for verb, path in (("GET", "api/tram/status"), ("POST", "api/token/"), ("POST", "api/train-model/nb")):
            answer = outside.request(verb, given + path)
            assert (answer.status, answer.headers["Content-Type"]) == (404, "application/json"), (given, path)
            said = answer.json["detail"]
            assert said.startswith(f"TRAM's paths are at /team/tram/api/ here, and not at {given}api/.")
            assert f"--ServerApp.base_url={given})" in said
    assert outside.get("/api/tram/status", Host=NAME).status == 403
    assert not server.data.exists(), "a stranger's path opens no store"
    assert outside.get("/other/api/contents").headers["Content-Type"].startswith("text/html"), "this is Jupyter's"
    assert server.post("/api/token/").status == 400


def test_a_path_below_a_base_url_that_there_is_not(server):
    for verb, path in (("GET", "/tram/api/tram/status"), ("POST", "/tram/api/token/"), ("GET", "/tram/api/token/")):
        answer = server.request(verb, path)
        assert answer.status == 404
        assert "--ServerApp.base_url=/tram/" in answer.json["detail"]
    assert server.get("/files/api/token/x").status in {302, 403, 404}
    assert "base URL" not in server.get("/files/api/token/x", Authorization=f"token {server.token}").data.decode()
