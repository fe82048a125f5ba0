"""A real JupyterLab or Notebook 7 with TRAM's two extensions, killed and started again at the same address at will."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lacking import lacking
from tests.server import ROOT, Server

_BUILT = ROOT / "tram_ext" / "labextension"
_QUIET = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false"}}


@dataclass
class Lab(Server):
    """A JupyterLab, its data and its reader's folder in a temporary one; nothing of the user's is read or written."""

    program: str = "jupyterlab"

    def __post_init__(self) -> None:
        self.work.mkdir(parents=True)
        self.headers = {"Authorization": f"token {self.token}"}
        self.options = ("--expose-app-in-browser", f"--ServerApp.root_dir={self.work}", *self.options)
        link_extension(self.folder / "jupyter")
        silence(self.folder / "settings")

    @property
    def url(self) -> str:
        """The address of the server, its base URL included."""
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    @property
    def work(self) -> Path:
        """The folder that its reader sees."""
        return self.folder / "work"

    def page(self, path: str = "lab") -> str:
        """Return the address of a page in a fresh workspace, token included."""
        return f"{self.url}{path}?reset&token={self.token}"

    def document(self, path: str) -> str:
        """Return the address of a notebook in the reader's folder, token included."""
        return self.page(f"lab/tree/{path}")

    def json(self, path: str) -> Any:
        """Return what the server answers."""
        answer = self.get(path)
        assert answer.status == 200, answer.data
        return answer.json

    def _environment(self) -> dict[str, str]:
        own = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
        return {**super()._environment(), **{name: str(self.folder / sub) for name, sub in own.items()}}


@dataclass
class Notebook7(Lab):
    """A Notebook 7 with the same: one document a page, and commands that see keys before any widget does."""

    program: str = "notebook"

    def document(self, path: str) -> str:
        return f"{self.url}notebooks/{path}?token={self.token}"


def link_extension(jupyter_data: Path) -> None:
    """Let a lab with this data folder of Jupyter's find the extension of this checkout, whether or not one is installed."""
    if not (_BUILT / "static" / "style.js").is_file():
        lacking(f"the lab extension is not built: {_BUILT} is empty (npm ci && npm run build:prod in labextension/)")
    extensions = jupyter_data / "labextensions"
    extensions.mkdir(parents=True)
    (extensions / "tram-ext").symlink_to(_BUILT, target_is_directory=True)


def silence(folder: Path) -> None:
    """Write settings with which a lab asks the internet for no news."""
    for name, settings in _QUIET.items():
        path = folder / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
