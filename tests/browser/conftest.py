"""A real Chromium, and a real JupyterLab in a process and folders of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_ROOT = Path(__file__).resolve().parents[2]
_BUILT = _ROOT / "tram_ext" / "labextension"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
]
_START_SECONDS = 90


def _lacking(what: str) -> NoReturn:
    """Skip on a user's machine; in CI a browser test that does not run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (required where CI=true)")
    pytest.skip(what)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    url: str
    token: str
    folder: Path

    def page(self, path: str = "lab") -> str:
        """Return the address of a page, token included."""
        return f"{self.url}{path}?reset&token={self.token}"


def _chromium() -> str:
    named = os.environ.get("TRAM_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not found:
        _lacking("no Chromium found: install one (apt-get install chromium), or name it in TRAM_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium, the system's own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    executable = _chromium()
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a window without history, in which every animation is still."""
    window = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    window.set_default_timeout(30_000)
    yield window
    window.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_settings(folder: Path, plugin: str, settings: dict[str, object]) -> None:
    package, name = plugin.split(":")
    path = folder / package / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings), encoding="utf-8")


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's is read or written."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "TRAM_", "IPYTHON"))}
    own = {
        "HOME": "home",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "TRAM_DATA_DIR": "tram",
    }
    for name in own.values():
        (folder / name).mkdir()
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**kept, **{name: str(folder / sub) for name, sub in own.items()}, "PYTHONPATH": os.pathsep.join(paths)}


def _link_labextension(data: Path) -> None:
    """Let the lab find the extension of this checkout, whether or not one is installed."""
    if not (_BUILT / "static" / "style.js").is_file():
        _lacking(f"the lab extension is not built: {_BUILT} is empty (npm ci && npm run build:prod in labextension/)")
    extensions = data / "labextensions"
    extensions.mkdir()
    (extensions / "tram-ext").symlink_to(_BUILT, target_is_directory=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}api", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _await_start(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(url):
            return
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a JupyterLab with TRAM's two extensions, its data in temporary folders."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    environment = _environment(folder)
    _link_labextension(folder / "data")
    _write_settings(folder / "settings", "@jupyterlab/apputils-extension:notification", {"fetchNews": "false"})
    work = folder / "work"
    work.mkdir()
    port, token = _free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
        "--ServerApp.ip=127.0.0.1",
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={work}", "--ServerApp.jpserver_extensions=tram_ext=True"),
        "--TramExtension.default_model=nb",  # trains in two seconds; what is tested here is what the lab shows
    ]
    url, log = f"http://127.0.0.1:{port}/", folder / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=environment, cwd=work, stdout=stream, stderr=subprocess.STDOUT)
    try:
        _await_start(process, url, log)
        yield Lab(url=url, token=token, folder=folder)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def set_theme(page: Page, theme: str) -> None:
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
        theme,
    )
    page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")  # the lab's body has no height
    page.wait_for_timeout(400)


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Return what takes a picture where TRAM_SCREENSHOTS names a folder for them."""
    folder = os.environ.get("TRAM_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return take
