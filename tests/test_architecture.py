"""docs/architecture.md names files and functions that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|ts))(?::([\w.]+))?`", TEXT)))
FOLDERS = sorted(set(re.findall(r"`((?:[\w-]+/)+)`", TEXT)))


def definitions(path: Path) -> set[str]:
    """Return the names of classes, functions and methods in a module, methods as ``Class.method``."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            members = (item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{item.name}" for item in members}
    return found


def place(name: str) -> Path:
    return ROOT / name if name.startswith(("labextension/", "tests/")) else ROOT / "tram_ext" / name


def test_something_is_named():
    assert len(NAMED) > 25


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_it_exists(file, name):
    assert place(file).is_file()
    if name:
        assert name in definitions(place(file))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_folder_exists(folder):
    assert place(folder).is_dir()
