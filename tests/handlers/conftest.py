"""Real servers over a small prepared world."""

from __future__ import annotations

import shutil

import pytest

from tests import corpus
from tests.server import Server
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

PASSWORDS = {"ann": "correct horse", "ben": "battery staple", "vic": "staple battery"}
ROLES = {"ann": Role.ADMIN, "ben": Role.ANALYST, "vic": Role.VIEWER}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Return a data folder with the small ATT&CK, the corpus, a trained model, and a user of each role."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    services = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    users = {name: services.users.add(name, ROLES[name], password) for name, password in PASSWORDS.items()}
    services.attack.load_file(corpus.write_bundle(folder.parent), users["ann"])
    services.imports.import_report(corpus.export_bytes(), users["ann"])
    services.trainings.train(TrainingRequest("nb"), users["ann"])
    services.close()
    return folder


@pytest.fixture(scope="session")
def new_server(prepared, tmp_path_factory):
    """Return a function that starts a server; on a copy of the prepared folder, unless told otherwise."""
    started = []

    def start(*options, empty=False, **more):
        server = Server(tmp_path_factory.mktemp("server"), options, **more)
        if not empty:
            shutil.copytree(prepared, server.data)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.kill()


@pytest.fixture(scope="session")
def server(new_server):
    """Return a server that tests share; they leave its reports and users as they are."""
    return new_server()


@pytest.fixture(scope="session")
def tokens(server):
    """Return the pair of tokens of each user."""
    return {name: server.log_in(name, password) for name, password in PASSWORDS.items()}


@pytest.fixture
def bearer(tokens):
    """Return the header of each user."""
    return {name: {"Authorization": f"Bearer {pair['access']}"} for name, pair in tokens.items()}


@pytest.fixture
def jupyter(server):
    """Return the header with Jupyter's own token."""
    return {"Authorization": f"token {server.token}"}
