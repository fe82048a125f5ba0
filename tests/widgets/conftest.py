"""A small prepared workbench in this process, and comms that remember what was sent."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import comm
import pytest

from tests.handlers.conftest import prepared
from tram_ext.domain.users import User
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings
from tram_ext.workbenches.local import LocalConnection
from tram_ext.workbenches.workbench import Workbench

__all__ = ["prepared"]


class RecordingComm(comm.base_comm.BaseComm):
    """A comm whose other side is a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type: str, data: Any = None, **_more: Any) -> None:
        self.sent.append({"type": msg_type, **(data or {})})


@pytest.fixture(autouse=True)
def recording() -> Iterator[None]:
    """Give every widget a comm that remembers; this is the hook by which kernels give them theirs."""
    before = comm.create_comm
    comm.create_comm = RecordingComm
    yield
    comm.create_comm = before


@pytest.fixture
def services(prepared: Path, tmp_path: Path) -> Iterator[Services]:
    """Return services over a copy of the prepared folder: a trained model, and a report of 38 sentences."""
    folder = shutil.copytree(prepared, tmp_path / "data")
    opened = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    yield opened
    opened.close()


@pytest.fixture
def ann(services: Services) -> User:
    """Return an admin."""
    return next(user for user in services.users.list() if user.name == "ann")


@pytest.fixture
def vic(services: Services) -> User:
    """Return a viewer."""
    return next(user for user in services.users.list() if user.name == "vic")


@pytest.fixture
def workbench(services: Services, ann: User) -> Iterator[Workbench]:
    """Return ann's workbench; 2 sentences of its report await review."""
    opened = Workbench(LocalConnection(services, ann))
    yield opened
    opened.close()


def eventually(found: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Return what `found` returns as soon as that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"nothing came within {seconds} s")


class View:
    """A view of a widget: asks as the browser does, and waits for the answer."""

    def __init__(self, widget: Any, client: str = "view") -> None:
        self.widget = widget
        self.client = client
        self.asked = 0
        self.token = secrets.token_hex(8)

    @property
    def messages(self) -> list[dict[str, Any]]:
        sent = [item for item in self.widget.comm.sent if item.get("method") == "custom"]
        return [item["content"] for item in sent]

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message.get("event") == "change"]

    def send(self, method: str, **params: Any) -> int:
        self.asked += 1
        if "key" in params:  # unique, as a browser's are: the kernel remembers them beyond a widget's life
            params["key"] = f"{self.token}-{params['key']}"
        content = {"client": self.client, "id": self.asked, "method": method, "params": params}
        self.widget._handle_custom_msg(content, [])
        return self.asked

    def answer(self, number: int) -> dict[str, Any]:
        def mine() -> list[dict[str, Any]]:
            return [m for m in self.messages if m.get("id") == number and m.get("client") == self.client]

        (answer,) = eventually(mine)
        return answer

    def ask(self, method: str, **params: Any) -> Any:
        answer = self.answer(self.send(method, **params))
        assert "error" not in answer, answer
        return answer["result"]

    def fail(self, method: str, **params: Any) -> dict[str, Any]:
        answer = self.answer(self.send(method, **params))
        assert "error" in answer, answer
        return answer["error"]
