"""Real servers over a small prepared world, and whoever uploads to them."""

from __future__ import annotations

import shutil

import pytest

from tests import corpus
from tests.queue.client import Client
from tests.server import Server
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

PASSWORDS = {"ann": "correct horse", "ben": "battery staple", "cat": "horse battery", "vic": "staple battery"}
ROLES = {"ann": Role.ADMIN, "ben": Role.ANALYST, "cat": Role.ANALYST, "vic": Role.VIEWER}


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Return a data folder with the small ATT&CK, the corpus, two trained models and users, and the users' headers."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    services = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    users = {name: services.users.add(name, ROLES[name], password) for name, password in PASSWORDS.items()}
    services.attack.load_file(corpus.write_bundle(folder.parent), users["ann"])
    services.imports.import_report(corpus.export_bytes(), users["ann"])
    for model in ("nb", "logreg"):
        services.trainings.train(TrainingRequest(model), users["ann"])
    bearers = {
        name: {"Authorization": f"Bearer {services.tokens.issue(user)['access']}"} for name, user in users.items()
    }
    services.close()
    return folder, bearers


@pytest.fixture(scope="session")
def prepared(world):
    """Return the folder, to be copied."""
    return world[0]


@pytest.fixture(scope="session")
def bearers(world):
    """Return the header of each user; it holds on every copy of the folder, which has the same key."""
    return world[1]


@pytest.fixture(scope="session")
def make_server(prepared, tmp_path_factory):
    """Return a function that makes a server that is not started yet; all are killed in the end."""
    made = []

    def make(*options, share=None):
        folder = tmp_path_factory.mktemp("server")
        if share is None:
            shutil.copytree(prepared, folder / "data")
        else:
            (folder / "data").symlink_to(share.data)
        server = Server(folder, options, warm_up=True)  # here all servers work on documents
        made.append(server)
        return server

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="session")
def server(make_server):
    """Return a server that tests share."""
    return make_server("--TramExtension.max_upload_size=2000000", "--TramExtension.max_pages=60").start()


@pytest.fixture
def ann(server, bearers):
    """Return an admin."""
    return Client(server, bearers["ann"])


@pytest.fixture
def ben(server, bearers):
    """Return an analyst."""
    return Client(server, bearers["ben"])


@pytest.fixture
def vic(server, bearers):
    """Return a viewer."""
    return Client(server, bearers["vic"])
