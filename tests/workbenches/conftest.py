"""The same small world twice: behind a real server, and open in this process."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import pytest

from tests.handlers.conftest import PASSWORDS, new_server, prepared
from tests.server import Server
from tram_ext.api.connection import Connection
from tram_ext.client.access import Address, TokenAccess
from tram_ext.client.connection import HttpConnection
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings
from tram_ext.workbenches.local import LocalConnection

__all__ = ["new_server", "prepared"]


@dataclass(frozen=True)
class Twins:
    """Somebody's connections to two equal worlds: whatever one is asked, the other is asked, too."""

    local: Connection
    http: Connection


@pytest.fixture(scope="session")
def server(new_server) -> Server:
    return new_server()


@pytest.fixture(scope="session")
def url(server) -> str:
    return f"http://localhost:{server.port}/"


@pytest.fixture(scope="session")
def twins(server, url, prepared, tmp_path_factory) -> dict[str, Twins]:
    """Return the connections of each user."""
    folder = shutil.copytree(prepared, tmp_path_factory.mktemp("local") / "data")
    services = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    users = {user.name: user for user in services.users.list()}
    found = {}
    for name, password in PASSWORDS.items():
        token = server.log_in(name, password)["access"]
        http = HttpConnection(TokenAccess(Address(url, token)))
        found[name] = Twins(LocalConnection(services, users[name]), http)
    yield found
    for pair in found.values():
        pair.http.close()
        pair.local.close()


@pytest.fixture(scope="session")
def ann(twins) -> Twins:
    """Return an admin's."""
    return twins["ann"]


@pytest.fixture(scope="session")
def vic(twins) -> Twins:
    """Return a viewer's."""
    return twins["vic"]
