"""A JupyterHub of each kind, where JupyterHub and its proxy are installed."""

from __future__ import annotations

import importlib.util

import pytest

from tests.browser.conftest import browser, context, picture
from tests.handlers.conftest import prepared
from tests.hub.hub import Hub, proxy
from tests.lacking import lacking

__all__ = ["browser", "context", "picture", "prepared"]

KINDS = [
    pytest.param({"extension": True, "base_url": "/"}, id="extension"),
    pytest.param({"extension": False, "base_url": "/analysis/"}, id="class-under-a-prefix"),
]


@pytest.fixture(scope="session", params=KINDS)
def hub(request, prepared, tmp_path_factory):
    """Return a running hub."""
    if importlib.util.find_spec("jupyterhub") is None:
        lacking("JupyterHub is not installed: pip install 'tram-ext[test]'")
    if proxy() is None:
        lacking(
            "JupyterHub's proxy is not installed: npm install configurable-http-proxy, and name "
            "node_modules/.bin/configurable-http-proxy in TRAM_HUB_PROXY, or install it globally (npm install -g)"
        )
    started = Hub(tmp_path_factory.mktemp("hub"), prepared, **request.param).start()
    yield started
    started.stop()
