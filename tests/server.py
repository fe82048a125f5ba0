"""A real Jupyter server in a process and folders of its own, and the plainest client for it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 90

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes standard input the terminal of this session, so that Ctrl+C reaches it, and becomes another program."""

T = TypeVar("T")

running: list[Server] = []
"""Servers that were started and not ended."""


@dataclass
class Answer:
    """A response, read whole."""

    status: int
    headers: http.client.HTTPMessage
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass
class Server:
    """A running server.

    Attributes
    ----------
    program : str
        The module that is run.
    token : str
        Jupyter's own.
    headers : dict of str to str
        Sent with every request, until a request says otherwise.
    port : int
        Chosen at the first start, and the same after each further one.
    environment : dict of str to str
        Variables beside, or instead of, those that every server gets.
    warm_up : bool
        Whether it starts its children early; most tests need none, and each costs seconds.
    terminal : int or None
        With ``in_a_terminal``, the end of the server's terminal at which a person sits.
    """

    folder: Path
    options: tuple[str, ...] = ()
    base_url: str = "/"
    program: str = "jupyter_server"
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    warm_up: bool = False
    default_model: str = "nb"
    process: subprocess.Popen[bytes] | None = None
    terminal: int | None = None

    def start(self, *, apart: bool = False, in_a_terminal: bool = False) -> Server:
        """Start, and return when it answers.

        Parameters
        ----------
        apart : bool
            In a process group of its own, which can be sent a signal whole.
        in_a_terminal : bool
            Apart, with a terminal of its own, where Ctrl+C may be pressed.
        """
        self.folder.mkdir(exist_ok=True)
        self.port = self.port or free_port()
        command = [
            *(sys.executable, "-m", self.program, "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", f"--ServerApp.base_url={self.base_url}"),
            "--ServerApp.jpserver_extensions=jupyter_server_terminals=True",
            *("--ServerApp.jpserver_extensions=tram_ext=True", f"--IdentityProvider.token={self.token}"),
            *(f"--TramExtension.data_dir={self.data}", f"--TramExtension.default_model={self.default_model}"),
            f"--TramExtension.warm_up={self.warm_up}",
            *self.options,
        ]
        with self.log.open("ab") as stream, self._keyboard(in_a_terminal) as keyboard:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _TAKE_TERMINAL, *command] if in_a_terminal else command,
                env=self._environment(),
                cwd=self.folder,
                stdin=keyboard,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=apart or in_a_terminal,
            )
        running.append(self)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server did not start:\n{self.log_text()[-4000:]}")
            time.sleep(0.1)
        return self

    @contextlib.contextmanager
    def _keyboard(self, is_wanted: bool) -> Iterator[int | None]:
        """Give the server's end of a new terminal, where one is wanted."""
        if not is_wanted:
            yield None
            return
        self.terminal, theirs = os.openpty()
        try:
            yield theirs
        finally:
            os.close(theirs)

    def press(self, keys: bytes) -> None:
        """Press keys at the terminal."""
        assert self.terminal is not None
        os.write(self.terminal, keys)

    def send(self, signal_: signal.Signals, *, group: bool) -> None:
        """Send a signal to the server alone, or to its group: to it and its children."""
        assert self.process is not None
        if group:
            os.killpg(self.process.pid, signal_)
        else:
            self.process.send_signal(signal_)

    def wait(self, seconds: float = 30) -> int:
        """Wait until it has ended, and return its exit code."""
        assert self.process is not None
        code = self.process.wait(seconds)
        self._ended()
        return code

    @property
    def data(self) -> Path:
        """TRAM's data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "server.log"

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def request(
        self, method: str, path: str, body: Any = None, *, timeout: float = 60, **headers: str | None
    ) -> Answer:
        """Send a request; a body that is no bytes goes as JSON, and underscores in names of headers are hyphens."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            present = {name: value for name, value in sent.items() if value is not None}
            connection.request(method, self.base_url.rstrip("/") + path, body, present)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        return self.request("POST", path, body, **headers)

    def form(self, path: str, fields: Any, **headers: str | None) -> Answer:
        kind = "application/x-www-form-urlencoded"
        return self.request("POST", path, urlencode(fields, doseq=True).encode(), Content_Type=kind, **headers)

    def log_in(self, name: str, password: str) -> dict[str, str]:
        """Return the pair of tokens."""
        answer = self.post("/api/token/", {"username": name, "password": password}, Authorization=None)
        assert answer.status == 200, answer.data
        return answer.json  # type: ignore[no-any-return] - JSON is of any type

    def children(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
        self._ended()

    def stop(self) -> int:
        """End it as Ctrl+C and "y" would, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def _ended(self) -> None:
        if self.terminal is not None:
            os.close(self.terminal)
            self.terminal = None
        if self in running:
            running.remove(self)

    def _answers(self) -> bool:
        try:
            return self.get("/api").status == 200
        except OSError:
            return False

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "TRAM_", "IPYTHON", "COV_"))}
        own = {
            "HOME": "home",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "jupyter",
            "JUPYTER_RUNTIME_DIR": "runtime",
        }
        folders = {name: self.folder / sub for name, sub in own.items()}
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        # Without the machine's configuration: its other extensions start processes and cost seconds.
        own_folders = {name: str(folder) for name, folder in folders.items()}
        return {**kept, **own_folders, "PYTHONPATH": str(ROOT), "JUPYTER_NO_CONFIG": "1", **self.environment}


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def in_a_loop(work: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
    """Run `work` in an event loop of its own thread: the browser's driver may have one in this thread already."""
    with ThreadPoolExecutor(1, "loop") as thread:
        return thread.submit(lambda: asyncio.run(asyncio.wait_for(work(), seconds))).result()


@contextlib.asynccontextmanager
async def events(server: Server) -> AsyncIterator[Callable[[], Awaitable[dict[str, Any]]]]:
    """Subscribe to Jupyter's events, and give a function that waits for the next one.

    Closing waits for the other side's word: a socket that is left would trouble some later test.
    """
    url = f"ws://127.0.0.1:{server.port}/api/events/subscribe"
    connection = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {server.token}"}))

    async def heard() -> dict[str, Any]:
        message = await connection.read_message()
        assert message is not None, "the server closed the connection"
        return json.loads(message)  # type: ignore[no-any-return] - JSON is of any type

    try:
        yield heard
    finally:
        connection.close()
        while await connection.read_message() is not None:
            pass
