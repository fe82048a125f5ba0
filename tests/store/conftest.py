"""A store of its own for each test, in a real SQLite file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tram_ext.store.database import Store
from tram_ext.store.migrate import SCRIPTS

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tram.sqlite3"


@pytest.fixture
def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def store(url):
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def older_scripts(tmp_path):
    """Return the migrations of 0.1.0."""
    folder = tmp_path / "older"
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for script in (folder / "versions").glob("[0-9]*_*.py"):
        if script.name > "0005":
            script.unlink()
    return folder


@pytest.fixture
def start_python():
    """Return a function that starts a Python process beside this one; none outlives its test."""
    started: list[subprocess.Popen[str]] = []

    def start(code, *arguments):
        command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
        process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
