"""What somebody does who uploads: sends a form, follows the job, reads the report."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from typing import Any

import psutil

from tests.server import Answer, Server

ENDED = ("Done", "Error", "Cancelled")


class Client:
    """A person with a server.

    Parameters
    ----------
    who : dict of str to str
        The headers that say who asks.
    """

    def __init__(self, server: Server, who: dict[str, str]) -> None:
        self.server = server
        self.who = who

    def upload(
        self, name: str | bytes, data: bytes, *, model: str | None = None, field: str = "file", **headers: str
    ) -> Answer:
        """Send a file as browsers do."""
        content, kind = form((field, name, data), *([("model", None, model.encode())] if model is not None else []))
        return self.server.post("/api/upload/", content, **(self.who | {"Content_Type": kind} | headers))

    def queue(self, name: str, data: bytes, **options: Any) -> int:
        """Send a file that must be taken, and return the number of its job."""
        answer = self.upload(name, data, **options)
        assert answer.status == 200, answer.data
        return int(answer.json["job-id"])

    def job(self, number: int) -> dict[str, Any]:
        """Return a job as it stands."""
        answer = self.server.get(f"/api/jobs/{number}", **self.who)
        assert answer.status == 200, answer.data
        return dict(answer.json)

    def until(self, number: int, *states: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until a job is in one of these states, and return it."""
        deadline = time.monotonic() + seconds
        while (job := self.job(number))["status"] not in (states or ENDED):
            assert job["status"] not in ENDED, job
            assert time.monotonic() < deadline, job
            time.sleep(0.02)
        return job

    def done(self, name: str, data: bytes, **options: Any) -> dict[str, Any]:
        """Send a file, and return its report with the sentences that are stored."""
        job = self.until(self.queue(name, data, **options))
        assert job["status"] == "Done", job
        report = self.server.get(f"/api/reports/{job['report_id']}", **self.who).json
        return {**report, "sentences": sentences(self.server, job["report_id"])}

    def cancel(self, number: int) -> int:
        """Ask to end a job, and return the status of the answer."""
        return self.server.request("DELETE", f"/api/jobs/{number}", **self.who).status


def form(*fields: tuple[str, str | bytes | None, bytes]) -> tuple[bytes, str]:
    """Return a multipart form of (field, file name or None, content), and its type."""
    boundary = f"boundary{secrets.token_hex(8)}"
    parts = []
    for field, name, content in fields:
        shown = name.encode() if isinstance(name, str) else name
        file = b"" if shown is None else b'; filename="%s"' % shown.replace(b'"', b"%22")
        head = b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n' % (
            boundary.encode(),
            field.encode(),
            file,
        )
        parts.append(head + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def rows(server: Server, query: str, *values: Any) -> list[dict[str, Any]]:
    """Ask the database behind a server."""
    with contextlib.closing(sqlite3.connect(server.data / "tram.sqlite3", timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def sentences(server: Server, report_id: int) -> list[dict[str, Any]]:
    """Return the sentences of a report with the techniques that were proposed for them."""
    found = rows(server, 'SELECT * FROM sentences WHERE report_id = ? ORDER BY "order"', report_id)
    query = "SELECT attack_id, confidence FROM mappings JOIN attack_objects a ON a.id = attack_object_id WHERE sentence_id = ?"
    return [{**row, "mappings": rows(server, query, row["id"])} for row in found]


def leftovers(server: Server) -> list[str]:
    """Return the files that are being received."""
    return [path.name for path in (server.data / "documents").glob(".*")]


def is_over(process: psutil.Process, seconds: float = 15) -> bool:
    """Whether a process ends in time; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.05)
                continue
        return True
    return False
