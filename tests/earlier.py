"""Data folders that earlier versions left, and what these versions said about them."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

_FIXTURES = Path(__file__).resolve().parent / "fixtures"


def unpack(version: str, folder: Path) -> Path:
    """Make `folder` the data folder that `version` left, readable by its owner only, and return it."""
    folder.mkdir(mode=0o700, parents=True)
    with tarfile.open(_FIXTURES / version / "data.tar.gz") as archive:
        archive.extractall(folder, filter="tar")  # it keeps who may read what, unlike "data"
    return folder


def said_by(version: str) -> dict[str, Any]:
    """Return what the server of `version` answered about its folder; see the README beside it."""
    content: dict[str, Any] = json.loads((_FIXTURES / version / "said.json").read_text(encoding="utf-8"))
    return content


def loss(said: Any, now: Any, where: str = "") -> str | None:
    """Return what was said and is not said any more, None where nothing is lost; new names beside the old are no loss."""
    if isinstance(said, dict) and isinstance(now, dict):
        gone = [f"{where}.{name} is gone" for name in said if name not in now]
        found = (loss(value, now[name], f"{where}.{name}") for name, value in said.items() if name in now)
        return next((item for item in [*gone, *found] if item), None)
    if isinstance(said, list) and isinstance(now, list) and len(said) == len(now):
        pairs = enumerate(zip(said, now, strict=True))
        return next((item for n, (old, new) in pairs if (item := loss(old, new, f"{where}[{n}]"))), None)
    return None if said == now and type(said) is type(now) else f"{where} was {said!r}, and is {now!r}"


def losses(said: Any, now: Any) -> list[str]:
    """Return what an answer lost; a list may have gained items, and has those that there were in their order."""
    if not isinstance(said, list):
        return [item for item in [loss(said, now)] if item]
    rest = iter(now)
    lost = [item for item in said if not any(loss(item, other) is None for other in rest)][:1]
    return [f"{item!r} is not in {now!r:.2000}" for item in lost]
