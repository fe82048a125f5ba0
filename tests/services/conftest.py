"""Services over a store of their own, with a small world loaded."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import corpus
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Return a data folder with the small ATT&CK loaded and ann, an admin."""
    folder = tmp_path_factory.mktemp("world") / "data"
    services = Services(Settings(data_dir=folder, db_url=""))
    ann = services.users.add("ann", Role.ADMIN, "correct horse")
    services.attack.load_file(corpus.write_bundle(folder.parent), ann)
    services.close()
    return folder


@pytest.fixture
def settings(world, tmp_path):
    """Return settings that name a copy of the small world."""
    folder = tmp_path / "data"
    shutil.copytree(world, folder)
    return Settings(data_dir=folder, db_url="", default_model="nb")


@pytest.fixture
def services(settings):
    opened = Services(settings)
    yield opened
    opened.close()


@pytest.fixture
def ann(services):
    """Return an admin."""
    return next(user for user in services.users.list() if user.name == "ann")


@pytest.fixture
def ben(services):
    """Return an analyst."""
    return services.users.add("ben", Role.ANALYST, "battery staple")


@pytest.fixture
def vic(services):
    """Return a viewer."""
    return services.users.add("vic", Role.VIEWER, "staple battery")


@pytest.fixture
def report(services, ann):
    """Return the small corpus, imported."""
    return services.imports.import_report(corpus.export_bytes(), ann).report


@pytest.fixture
def start_python():
    """Return a function that starts a Python process beside this one; none outlives its test."""
    started: list[subprocess.Popen[str]] = []

    def start(code, *arguments, start_new_session=False):
        command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=start_new_session,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
