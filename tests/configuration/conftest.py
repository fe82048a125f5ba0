"""Configuration files of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what writes a file into Jupyter's configuration folder; nothing else of this machine counts."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    for variable in ("TRAM_DATA_DIR", "TRAM_DB_URL", "TRAM_BERT_FOLDER", "TRAM_EXECUTOR"):
        monkeypatch.delenv(variable, raising=False)

    def written(name: str, content: str) -> Path:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return written
