"""A server tells its kernels where it is, and opens to them TRAM's routes alone."""

from __future__ import annotations

import getpass
import json
import os
import stat
import sys
import time
from types import SimpleNamespace

import pytest

from tram_ext.api import server_file
from tram_ext.client.access import FileAccess
from tram_ext.client.connection import HttpConnection
from tram_ext.domain.errors import NotAuthenticated, Unreachable
from tram_ext.handlers.admission.kernel_access import KernelAccess, address_of
from tram_ext.services.processes import owners

PROBE = """
import json, os, sys
import tram_ext
with tram_ext.workbench() as bench:
    said = {"user": bench.status()["user"], "bench": repr(bench), "environment": dict(os.environ)}
with open(sys.argv[1] + ".new", "w") as file:
    json.dump(said, file)
os.replace(sys.argv[1] + ".new", sys.argv[1])
"""


def files_of(server):
    return list((server.folder / "runtime").glob("tram-server-*.json"))


@pytest.fixture(scope="session")
def file(server):
    (found,) = files_of(server)
    return found


@pytest.fixture
def token(file):
    return json.loads(file.read_bytes())["token"]


def test_the_file_is_its_users_alone(server, url, file, token):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = json.loads(file.read_bytes())
    assert (said["url"], said["certificate"]) == (url, "")
    assert len(token) > 30
    assert server.token not in file.read_text()


def test_the_token_opens_tram_and_nothing_else(server, token):
    shown = {"Authorization": f"Bearer {token}"}
    assert server.get("/api/tram/status", **shown).json["user"] == {"name": getpass.getuser(), "role": "admin"}
    assert server.post("/api/tram/undo", **shown).status == 409, "it may write, and needs no XSRF cookie"
    for path in ("/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/api/me"):
        assert server.get(path, **shown).status == 403, path
        assert server.get(path, Authorization=f"token {token}").status == 403, path
    assert server.get("/api/tram/status", Authorization=f"Bearer {token[:-1]}").status == 401
    assert server.get("/api/tram/status", Authorization=f"Bearer {token}x").status == 401


def test_a_kernel_finds_its_server(server, url, tmp_path):
    spec, told = server.folder / "jupyter" / "kernels" / "probe", tmp_path / "told.json"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-c", PROBE, str(told), "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Probe", "language": "python"}))
    jupyter = {"Authorization": f"token {server.token}"}
    begun = server.post("/api/kernels", {"name": "probe"}, **jupyter)
    assert begun.status == 201, begun.data
    deadline = time.monotonic() + 60
    while not told.exists():
        assert time.monotonic() < deadline, server.log_text()[-3000:]
        time.sleep(0.1)
    server.request("DELETE", f"/api/kernels/{begun.json['id']}", **jupyter)
    said = json.loads(told.read_text())
    assert said["bench"] == f"<Workbench on <connection to {url}>>"
    assert said["user"]["name"] == getpass.getuser()
    (file,) = files_of(server)
    assert said["environment"][server_file.ENVIRONMENT] == str(file)
    kept = json.loads(file.read_bytes())["token"]
    assert all(kept not in value for value in said["environment"].values())


def test_a_server_that_never_needs_the_store_tells_its_kernels_all_the_same(new_server):
    server = new_server(empty=True, base_url="/user/bob/")
    (file,) = files_of(server)
    assert json.loads(file.read_bytes())["url"] == f"http://localhost:{server.port}/user/bob/"
    assert not server.data.exists()
    server.stop()
    assert files_of(server) == []


def write(path, url, token):
    path.write_text(json.dumps({"url": url, "token": token, "certificate": ""}))


def test_the_file_is_read_again(url, token, tmp_path):
    path = tmp_path / "server.json"
    write(path, "http://127.0.0.1:1/", token)
    connection = HttpConnection(FileAccess(path))
    with pytest.raises(Unreachable, match=r"Nobody answers at http://127.0.0.1:1/.") as caught:
        connection.status()
    assert not caught.value.was_sent
    write(path, url, "another token")
    with pytest.raises(NotAuthenticated):
        connection.status()
    write(path, url, token)
    assert connection.status()["user"]["name"] == getpass.getuser()
    assert connection.technique("T1486")["name"] == "Data Encrypted for Impact"
    path.unlink()
    assert connection.report(1)["id"] == 1
    connection.close()


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"url": "http://127.0.0.1/"}', "\udcff"])
def test_a_damaged_file_is_no_server(tmp_path, content):
    path = tmp_path / "server.json"
    if content is not None:
        path.write_bytes(content.encode(errors="surrogateescape"))
    assert server_file.read(path) is None
    with pytest.raises(Unreachable, match="Start it again"):
        HttpConnection(FileAccess(path))


def app(port=8888, **more):
    return SimpleNamespace(**{"base_url": "/", "sock": "", "ip": "localhost", "certfile": "", "port": port, **more})


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "http://localhost:8888/"),
        ({"ip": "", "base_url": "/user/bob/"}, "http://127.0.0.1:8888/user/bob/"),
        ({"ip": "0.0.0.0", "certfile": "/etc/c.pem"}, "https://127.0.0.1:8888/"),
        ({"ip": "::"}, "http://[::1]:8888/"),
        ({"ip": "fe80::1"}, "http://[fe80::1]:8888/"),
        ({"ip": "10.0.0.5"}, "http://10.0.0.5:8888/"),
        ({"sock": "/run/a b.sock", "base_url": "/x/"}, "http+unix://%2Frun%2Fa%20b.sock/x/"),
    ],
)
def test_addresses(options, expected):
    assert address_of(app(**options)) == expected


def test_servers_of_one_process_do_not_confuse_each_other(tmp_path, monkeypatch):
    monkeypatch.setenv(server_file.ENVIRONMENT, "/outer")
    first, second = KernelAccess(), KernelAccess()
    first.announce(tmp_path, app(1))
    own = os.environ[server_file.ENVIRONMENT]
    second.announce(tmp_path, app(2))
    assert len(list(tmp_path.glob("tram-server-*.json"))) == 2
    second.withdraw()
    assert os.environ[server_file.ENVIRONMENT] == own
    again = KernelAccess()
    again.announce(tmp_path, app(1))
    first.withdraw()  # the file is another's by now
    assert server_file.read(server_file.named_in_environment()) is not None
    again.withdraw()
    again.withdraw()
    assert list(tmp_path.glob("tram-server-*.json")) == []


def test_what_killed_servers_left_behind_is_swept(tmp_path, monkeypatch):
    monkeypatch.delenv(server_file.ENVIRONMENT, raising=False)
    machine, number, _, own = owners.this_process().split(".")
    left = tmp_path / "tram-server-0123456789abcdef.json"
    left.write_text(json.dumps({"process": f"{machine}.{number}.1.{own}"}))
    strange = tmp_path / "tram-server-strange.json"
    strange.write_text("[]")
    access = KernelAccess()
    access.announce(tmp_path, app())
    assert not left.exists()
    assert strange.exists()
    access.withdraw()
    assert server_file.named_in_environment() is None
