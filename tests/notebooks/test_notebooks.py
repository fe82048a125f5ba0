"""Every notebook runs from top to bottom in a real kernel, with a server and without, as its reader would run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.server import ROOT, Server
from tram_ext.api import server_file
from tram_ext.services import notebooks
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

NAMES = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
CONFIG = '{"TramExtension": {"default_model": "nb"}}'


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return a data folder as the first start leaves it, with a default model that trains at once."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    services = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    services.preparation.ensure(lambda _share, _stage: None)
    services.close()
    return folder


@pytest.fixture(scope="module")
def server(prepared, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    shutil.copytree(prepared, server.data)
    yield server.start()
    server.kill()


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Return the folder of somebody who copied the notebooks, whose kernels find nothing of this machine."""
    notebooks.copy(tmp_path / "notebooks")
    for name in ("CONFIG", "DATA", "RUNTIME"):
        (tmp_path / name.lower()).mkdir()
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    (tmp_path / "config" / "jupyter_server_config.json").write_text(CONFIG)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("JUPYTER_NO_CONFIG", raising=False)
    monkeypatch.delenv("TRAM_DB_URL", raising=False)
    return tmp_path


def run(path: Path) -> list[dict]:
    """Run a notebook where it is, and return its outputs."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=100, resources={"metadata": {"path": str(path.parent)}}).execute()
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def shown(outputs: list[dict]) -> str:
    """Return all that was printed or shown as text."""
    return "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)


def test_the_launcher_and_the_package_have_them_all():
    assert len(NAMES) == 5
    assert [file.path for file in notebooks.files() if "/" not in file.path] == NAMES
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for file in notebooks.files():
        assert f'"notebooks/{file.path}" = "tram_ext/notebooks/{file.path}"' in listed


@pytest.mark.parametrize("name", NAMES)
def test_they_are_kept_without_outputs(name):
    cells = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert cells[0]["cell_type"] == "markdown"


@pytest.mark.parametrize("name", NAMES)
def test_without_a_server(name, prepared, reader, monkeypatch):
    monkeypatch.delenv(server_file.ENVIRONMENT, raising=False)
    monkeypatch.setenv("TRAM_DATA_DIR", str(shutil.copytree(prepared, reader / "tram")))
    outputs = run(reader / "notebooks" / name)
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert shown(outputs)


@pytest.mark.parametrize("name", [name for name in NAMES if "http" not in name])
def test_with_a_server(name, server, reader, monkeypatch):
    (file,) = (server.folder / "runtime").glob("tram-*.json")
    monkeypatch.setenv(server_file.ENVIRONMENT, str(file))
    monkeypatch.setenv("TRAM_DATA_DIR", str(reader / "never opened"))
    outputs = run(reader / "notebooks" / name)
    assert not [output for output in outputs if output.get("name") == "stderr"]
    if name.startswith("01"):
        assert f"connection to http://localhost:{server.port}/" in shown(outputs)
    assert not (reader / "never opened").exists()


def test_a_copy_that_was_changed_stays(tmp_path):
    first = notebooks.copy(tmp_path)
    assert all(one.is_new for one in first)
    assert (tmp_path / "samples" / "glass-heron.html").is_file()
    mine = tmp_path / NAMES[0]
    mine.write_text("mine")
    assert not any(one.is_new for one in notebooks.copy(tmp_path))
    assert mine.read_text() == "mine"
