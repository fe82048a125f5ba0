"""A Jupyter server with TRAM for benchmarks: on a free port of the loopback address, in a folder that vanishes."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import Self

_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE: Final = 180.0

# Whoever measures here imports this first: libraries read these when they load, and threads that fight over the cores
# of a small machine would make a peer look worse than it is.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))


class BenchmarkServer:
    """A server for the length of a ``with`` block.

    Parameters
    ----------
    options : str
        Further options of the command line.
    data_dir : Path, optional
        Its data folder; without one it gets a new one, which goes with it.
    """

    def __init__(self, *options: str, data_dir: Path | None = None) -> None:
        self._options = options
        self._data_dir = data_dir
        self._token = secrets.token_hex(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="tram-benchmark-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "TRAM_"))}
        own = {name: str(folder) for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR")}
        path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
            *(
                f"--ServerApp.port={self._port}",
                "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={self._token}",
            ),
            *(
                "--ServerApp.jpserver_extensions=tram_ext=True",
                f"--TramExtension.data_dir={self._data_dir or folder / 'tram'}",
            ),
            *self._options,
        ]
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            command,
            env={**kept, **own, "PYTHONPATH": path, "JUPYTER_NO_CONFIG": "1"},
            cwd=folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._until(self._answers, "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._folder.cleanup()

    def get(self, path: str) -> Any:
        """Return the JSON at `path`."""
        return self._request("GET", path, None)

    def post(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        """Post JSON, and return the JSON that comes back."""
        return self._request("POST", path, body, **headers)

    def wait_until_ready(self) -> None:
        """Wait for ATT&CK and the default model."""
        self._until(lambda: self.get("/api/tram/status")["ready"], "get ready")

    def train_async(self, model: str) -> dict[str, Any]:
        """Train without holding a request open, and return what came of it."""
        begun = self.post(f"/api/train-model/{model}", Prefer="respond-async")
        path = f"/api/tram/trainings/{begun['id']}"
        self._until(lambda: self.get(path)["state"] not in ("Queued", "Running"), "train")
        ended = self.get(path)
        if ended["state"] != "Done":
            raise RuntimeError(f"the training ended as {ended['state']}: {ended['message']}")
        found: dict[str, Any] = ended["result"]
        return found

    @property
    def process(self) -> int:
        """The number of the server's process."""
        return self._process.pid

    def upload(self, name: str, data: bytes) -> int:
        """Upload a file, and return the number of its job."""
        boundary = secrets.token_hex(16)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        answer = self.post("/api/upload/", body, **{"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return int(answer["job-id"])

    def job(self, number: int) -> dict[str, Any]:
        """Return a job as it stands."""
        found: dict[str, Any] = self.get(f"/api/jobs/{number}")
        return found

    def cancel(self, number: int) -> None:
        """Ask to end a job."""
        self._request("DELETE", f"/api/jobs/{number}", None)

    def seconds_of(self, connection: http.client.HTTPConnection, path: str) -> float:
        """Return how long one request over an open connection takes."""
        started = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"token {self._token}"})
        response = connection.getresponse()
        response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"GET {path} answered {response.status}")
        return time.perf_counter() - started

    def connection(self) -> http.client.HTTPConnection:
        """Open a connection."""
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)

    def _request(self, method: str, path: str, body: bytes | None, **headers: str) -> Any:
        connection = self.connection()
        try:
            sent = {"Authorization": f"token {self._token}", "Content-Type": "application/json", **headers}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            data = response.read()
            if response.status >= http.client.BAD_REQUEST:
                raise RuntimeError(f"{method} {path} answered {response.status}: {data[:500]!r}")
            return json.loads(data) if data else None
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            return bool(self.get("/api")["version"])
        except OSError:
            return False

    def _until(self, condition: Any, what: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = Path(self._folder.name, "log").read_text(errors="replace")
                raise RuntimeError(f"the server did not {what}:\n{log[-3000:]}")
            time.sleep(0.2)
