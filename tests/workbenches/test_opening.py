"""Ways to a workbench: an address, a folder, whichever there is; and what stands in the way."""

from __future__ import annotations

import ast
import getpass
import json
import shutil
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import UnixStreamServer
from typing import ClassVar
from urllib.parse import quote

import pytest

import tram_ext
from tests import corpus
from tests.handlers.conftest import PASSWORDS
from tests.server import ROOT
from tests.test_package import modules_after
from tram_ext import errors
from tram_ext.api import server_file
from tram_ext.client.access import Address, FileAccess, LoginAccess, TokenAccess
from tram_ext.client.connection import HttpConnection

SENTENCE = "The ransomware encrypted all files of the backup server."


class TestConnect:
    def test_by_a_token_of_trams(self, server, url):
        token = server.log_in("vic", PASSWORDS["vic"])["access"]
        with tram_ext.connect(url, token) as bench:
            assert bench.status()["user"] == {"name": "vic", "role": "viewer"}
            with pytest.raises(errors.Forbidden):
                bench.accept(1)

    def test_by_jupyters_token_as_its_address_is_printed(self, server, url):
        with tram_ext.connect(f"{url}lab?token={server.token}") as bench:
            assert bench.status()["user"]["name"] == getpass.getuser()
            assert bench.import_report(corpus.export_bytes("Without a cookie"))["id"].iloc[0]

    def test_by_name_and_password(self, url):
        with tram_ext.connect(url, username="ann", password=PASSWORDS["ann"]) as bench:
            assert bench.status()["user"]["name"] == "ann"

    def test_an_expired_login_is_renewed(self, url):
        class Expired(LoginAccess):
            def address(self):
                return replace(super().address(), token="a.b.c")

        connection = HttpConnection(Expired(Address(url), "ann", PASSWORDS["ann"]))
        assert connection.status()["user"]["name"] == "ann"
        connection.close()

    @pytest.mark.parametrize("token", [None, "wrong", "a.b.c", "🦉"])
    def test_a_wrong_token(self, url, token):
        with pytest.raises(errors.NotAuthenticated):
            tram_ext.connect(url, token)

    def test_what_cannot_be_a_token(self, url):
        with pytest.raises(errors.Invalid, match="Is the token whole"):
            tram_ext.connect(url, "two\nlines")

    def test_a_wrong_password(self, url):
        with pytest.raises(errors.NotAuthenticated, match="No active account"):
            tram_ext.connect(url, username="nobody", password="nothing")

    def test_nobody_is_there(self):
        with pytest.raises(errors.Unreachable, match=r"Nobody answers at http://127.0.0.1:1/\. Is the server running"):
            tram_ext.connect("http://127.0.0.1:1")

    def test_nobody_is_there_to_log_in_to(self):
        with pytest.raises(errors.Unreachable):
            tram_ext.connect("http://127.0.0.1:1", username="ann", password="x")

    def test_there_is_no_tram(self, server, url):
        with pytest.raises(errors.NotFound, match="There is no TRAM at"):
            tram_ext.connect(f"{url}files", server.token)

    @pytest.mark.parametrize("url", ["", "localhost:8888", "ftp://x/", "http://", "/lab"])
    def test_what_is_no_address(self, url):
        with pytest.raises(errors.Invalid, match="is not an address"):
            tram_ext.connect(url)

    def test_a_token_is_not_shown(self):
        assert "secret" not in repr(Address("http://x/", "secret"))


@pytest.mark.parametrize(
    ("given", "url", "token"),
    [
        ("http://h:1", "http://h:1/", ""),
        ("https://h/user/bob/", "https://h/user/bob/", ""),
        ("http://h:1/tram/lab/tree/x.ipynb?token=t", "http://h:1/tram/", "t"),
        ("http://h/labour/", "http://h/labour/", ""),
        ("http://h/?token=t", "http://h/", "t"),
    ],
)
def test_addresses_as_people_copy_them(given, url, token):
    found = Address.parsed(given, None)
    assert (found.url, found.token) == (url, token)
    assert Address.parsed(given, "mine").token == "mine"


class Reply(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    answers: ClassVar = {
        "/base/api/tram/status": (200, b'{"user": {"name": "bob", "role": "viewer"}}'),
        "/moved/api/tram/status": (302, b""),
        "/proxy/api/tram/status": (502, b"<html>Bad gateway</html>"),
    }

    def do_GET(self):
        status, body = self.answers[self.path]
        self.send_response(status)
        self.send_header("Location", "/login")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.connection.close()

    def address_string(self):
        return "somewhere"

    def log_message(self, *_arguments):
        pass


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_socket_in_the_file_system(tmp_path):
    path = tmp_path / "a server.sock"
    with serving(UnixStreamServer(str(path), Reply)):
        address = Address(f"http+unix://{quote(str(path), safe='')}/base/", "t")
        connection = HttpConnection(TokenAccess(address))
        assert connection.status()["user"]["name"] == "bob"
        connection.close()


def test_a_certificate_of_the_servers_own(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=elsewhere"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), Reply)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        file = tmp_path / "server.json"
        url = f"https://127.0.0.1:{server.server_port}/base/"
        file.write_text(json.dumps({"url": url, "token": "t", "certificate": str(certificate)}))
        connection = HttpConnection(FileAccess(file))
        assert connection.status()["user"]["name"] == "bob"
        connection.close()
        with pytest.raises(errors.Unreachable):
            tram_ext.connect(url, "t")


def test_answers_that_are_not_trams():
    with serving(HTTPServer(("127.0.0.1", 0), Reply)) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(errors.NotAuthenticated, match="asks for a login"):
            tram_ext.connect(f"{url}/moved/", "t")
        with pytest.raises(errors.Unavailable, match="502"):
            tram_ext.connect(f"{url}/proxy/", "t")
        with (
            tram_ext.connect(f"{url}/base/", "t") as bench,
            pytest.raises(errors.Unreachable, match="may have") as caught,
        ):
            bench.undo(1)
        assert caught.value.was_sent


@pytest.fixture
def folder(prepared, tmp_path):
    return shutil.copytree(prepared, tmp_path / "data")


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Let Jupyter's configuration name the model nb, and nothing else of this machine count."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text('{"TramExtension": {"default_model": "nb"}}')
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(config))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    monkeypatch.delenv("TRAM_DB_URL", raising=False)
    monkeypatch.delenv(server_file.ENVIRONMENT, raising=False)


def test_in_this_process(configured, folder):
    with tram_ext.open_workbench(folder) as bench:
        assert bench.status()["user"] == {"name": getpass.getuser(), "role": "admin"}
        assert bench.model()["model"] == "nb", "Jupyter's configuration counts, as on the command line"
        assert repr(bench) == f"<Workbench on <workbench in {folder}>>"


def test_a_folder_that_cannot_be_used(configured, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.Unavailable, match="cannot be made"):
        tram_ext.open_workbench(tmp_path / "file" / "data")


def test_whichever_there_is(configured, folder, url, server, tmp_path, monkeypatch):
    monkeypatch.setenv("TRAM_DATA_DIR", str(folder))
    file = tmp_path / "server.json"
    monkeypatch.setenv(server_file.ENVIRONMENT, str(file))
    for content in (None, {"url": "http://127.0.0.1:1/", "token": "t", "certificate": ""}):
        if content is not None:
            file.write_text(json.dumps(content))
        with tram_ext.workbench() as bench:
            assert "workbench in" in repr(bench), "the server has ended"
    (real,) = (server.folder / "runtime").glob("tram-server-*.json")
    monkeypatch.setenv(server_file.ENVIRONMENT, str(real))
    with tram_ext.workbench() as bench:
        assert url in repr(bench)
    file.write_text(json.dumps({**json.loads(real.read_bytes()), "token": "wrong"}))
    monkeypatch.setenv(server_file.ENVIRONMENT, str(file))
    with pytest.raises(errors.NotAuthenticated):
        tram_ext.workbench()


def test_one_call_maps_a_sentence(configured, folder, monkeypatch):
    monkeypatch.setenv("TRAM_DATA_DIR", str(folder))
    found = tram_ext.map_text(SENTENCE)
    assert found[["text", "attack_id"]].to_numpy().tolist() == [[SENTENCE, "T1486"]]


def test_the_client_needs_nothing_of_what_the_server_needs():
    heavy = {"sqlalchemy", "alembic", "sklearn", "scipy", "numpy", "pandas", "tornado", "jupyter_server", "pydantic"}
    assert modules_after("import tram_ext.client.connection").isdisjoint(heavy)
    code = "import tram_ext; tram_ext.connect, tram_ext.workbench, tram_ext.errors, tram_ext.Workbench"
    loaded = modules_after(code)
    assert loaded.isdisjoint(heavy | {"httpx"})


def test_type_checkers_are_told_what_is_imported_late():
    tree = ast.parse((ROOT / "tram_ext" / "__init__.py").read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    told = {alias.name for node in guarded.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert told == set(tram_ext.__all__) - {"__version__"}
