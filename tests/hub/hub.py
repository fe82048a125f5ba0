"""A real JupyterHub with a real proxy, its users' servers on this machine, everything in a temporary folder."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import lxml.html
import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.browser.lab import link_extension, silence
from tests.server import ROOT, Server, free_port, in_a_loop

_PROXY = "configurable-http-proxy"
_START_SECONDS = 90
_CONFIG = Path(__file__).with_name("jupyterhub_config.py")


def proxy() -> str | None:
    """Return the proxy's program: the one that TRAM_HUB_PROXY names, or the one on the path."""
    return os.environ.get("TRAM_HUB_PROXY") or shutil.which(_PROXY)


@dataclass
class Hub:
    """A running JupyterHub.

    Attributes
    ----------
    extension : bool
        Whether users' servers take JupyterHub in as an extension (its default), or by its older class of servers.
    base_url : str
        What stands before every path, with slashes at both ends.
    data : pathlib.Path
        A data folder of TRAM of which each user gets a copy.
    """

    folder: Path
    data: Path
    extension: bool = True
    base_url: str = "/"
    password: str = field(default_factory=lambda: secrets.token_hex(8))
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    servers: dict[str, Server] = field(default_factory=dict)

    def start(self) -> Hub:
        """Start, and return when it answers."""
        self.port = free_port()
        self.secret = secrets.token_hex(16)
        settings = {
            "folder": str(self.folder),
            "port": self.port,
            "hub_port": free_port(),
            "proxy_port": free_port(),
            "proxy": proxy(),
            "base_url": self.base_url,
            "extension": self.extension,
            "password": self.password,
            "secret": self.secret,
            "root": str(ROOT),
        }
        silence(self.folder / "settings")
        (self.folder / "settings.json").write_text(json.dumps(settings))
        command = [sys.executable, "-m", "jupyterhub", "--config", str(_CONFIG)]
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                command, env=self._environment(), cwd=self.folder, stdout=stream, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the hub did not start:\n{self.log_text()[-4000:]}")
            time.sleep(0.1)
        return self

    @property
    def log(self) -> Path:
        """What hub, proxy and servers said."""
        return self.folder / "hub.log"

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def url(self) -> str:
        """The address of the proxy, with the base URL."""
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    def home(self, name: str) -> Path:
        """Return the home folder of a user."""
        return self.folder / "homes" / name

    def kernels_token(self, name: str) -> str:
        """Return the token by which a user's kernels are let in."""
        (file,) = (self.home(name) / ".local" / "share" / "jupyter" / "runtime").glob("tram-server-*.json")
        return str(json.loads(file.read_bytes())["token"])

    def server(self, name: str) -> Server:
        """Return the server of a user, started; requests bear the user's own token of the hub."""
        if name not in self.servers:
            user = f"hub/api/users/{name}"
            self._api("POST", user, expected=(201, 409))
            jupyter = self.home(name) / ".local" / "share" / "jupyter"
            link_extension(jupyter)
            shutil.copytree(self.data, jupyter / "tram")
            self._api("POST", f"{user}/server", expected=(201, 202))
            token = self._api("POST", f"{user}/tokens", {"note": "tests"}, expected=(201,))["token"]
            base_url = f"{self.base_url}user/{name}/"
            headers = {"Authorization": f"token {token}"}
            started = Server(self.home(name), base_url=base_url, token=token, headers=headers, port=self.port)
            deadline = time.monotonic() + _START_SECONDS
            while not self._api("GET", user)["servers"].get("", {}).get("ready"):
                if time.monotonic() > deadline:
                    raise AssertionError(f"the server of {name} did not start:\n{self.log_text()[-4000:]}")
                time.sleep(0.2)
            self.servers[name] = started
        return self.servers[name]

    @contextlib.contextmanager
    def browser(self, name: str, path: str = "") -> Iterator[httpx.Client]:
        """Give a browser without scripts, in which a user has logged in at the hub and opened the page at `path`."""
        with httpx.Client(base_url=self.url + path, follow_redirects=True, timeout=60, trust_env=False) as client:
            page = client.get(f"{self.url}hub/login")
            form = {"username": name, "password": self.password, "_xsrf": page.cookies["_xsrf"]}
            assert client.post(f"{self.url}hub/login", data=form).status_code == 200
            if path:
                opened = client.get("lab", headers={"Sec-Fetch-Mode": "navigate"})
                assert _agreed(client, opened).status_code == 200
            yield client

    def run(self, name: str, source: str) -> str:
        """Run Python in a kernel of a user's server, as a notebook does, and return what it printed."""
        server = self.server(name)
        with self.browser(name, f"user/{name}/") as page:
            headers = {"X-XSRFToken": xsrf(page, server.base_url)}
            begun = page.post("api/kernels", json={"name": "python3"}, headers=headers)
            assert begun.status_code == 201, begun.text
            path = f"api/kernels/{begun.json()['id']}"
            url = f"ws://127.0.0.1:{self.port}{server.base_url}{path}/channels"
            try:
                return in_a_loop(lambda: _printed(url, server.headers, source), 100)
            finally:
                page.delete(path, headers=headers)

    def stop(self) -> None:
        """End hub, proxy and all servers."""
        if self.process is None or self.process.poll() is not None:
            return
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for left in psutil.wait_procs(family, timeout=10)[1]:
            left.kill()

    def _api(self, verb: str, path: str, body: Any = None, *, expected: tuple[int, ...] = (200,)) -> Any:
        headers = {"Authorization": f"token {self.secret}"}
        answer = httpx.request(verb, self.url + path, json=body, headers=headers, timeout=60, trust_env=False)
        assert answer.status_code in expected, (verb, path, answer.status_code, answer.text, self.log_text()[-3000:])
        return answer.json() if answer.content else None

    def _answers(self) -> bool:
        try:
            return self._api("GET", "hub/api/proxy") is not None
        except (OSError, httpx.HTTPError, AssertionError):
            return False

    def _environment(self) -> dict[str, str]:
        left_out = re.compile(r"JUPYTER|TRAM_|IPYTHON|COV_|CONFIGPROXY")
        kept = {name: value for name, value in os.environ.items() if not left_out.match(name)}
        return {**kept, "HUB_TEST_FOLDER": str(self.folder), "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16)}


def _agreed(client: httpx.Client, page: httpx.Response) -> httpx.Response:
    """Agree to another user's server learning who one is, where the hub asks for it, and return the server's page."""
    form = lxml.html.fromstring(page.text).find(".//form")
    if form is None or "oauth2/authorize" not in str(page.url):
        return page
    return client.post(page.url, data={"_xsrf": form.fields["_xsrf"], "scopes": form.fields["scopes"]})


def xsrf(browser: httpx.Client, path: str) -> str:
    """Return the XSRF token that pages at `path` have."""
    cookies = browser.cookies.jar
    return next(str(cookie.value) for cookie in cookies if (cookie.name, cookie.path) == ("_xsrf", path))


async def _printed(url: str, headers: Mapping[str, str], source: str) -> str:
    connection = await websocket_connect(HTTPRequest(url, headers=dict(headers)))
    header = {
        "msg_id": "1",
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "date": "",
        "version": "5.3",
    }
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    request = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await connection.write_message(json.dumps(request))
    printed = ""
    try:
        while (message := await connection.read_message()) is not None:
            said = json.loads(message)
            if said["parent_header"].get("msg_id") != "1":
                continue
            if said["msg_type"] == "stream":
                printed += said["content"]["text"]
            elif said["msg_type"] == "error":
                raise AssertionError("\n".join(said["content"]["traceback"]))
            elif said["msg_type"] == "status" and said["content"]["execution_state"] == "idle":
                return printed
        raise AssertionError("the kernel hung up")
    finally:
        connection.close()
        while await connection.read_message() is not None:
            pass
