"""The command line reads what the server would read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tram_ext.cli.options import Options


@pytest.fixture
def config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "jupyter"
    folder.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    return folder


def test_a_configured_folder_and_model_count(config_folder: Path, tmp_path: Path):
    (config_folder / "jupyter_server_config.py").write_text(
        f"c.TramExtension.data_dir = {str(tmp_path / 'elsewhere')!r}\nc.TramExtension.default_model = 'nb'\n"
    )
    settings = Options(json=False, data_dir=None, db_url=None).settings()
    assert settings.data_dir == tmp_path / "elsewhere"
    assert settings.default_model == "nb"


def test_json_counts_more_and_an_option_most(config_folder: Path, tmp_path: Path):
    (config_folder / "jupyter_server_config.py").write_text("c.TramExtension.max_pages = 10\n")
    (config_folder / "jupyter_server_config.json").write_text(
        '{"TramExtension": {"max_pages": 20, "data_dir": "/nowhere"}}'
    )
    settings = Options(json=False, data_dir=tmp_path, db_url=None).settings()
    assert (settings.max_pages, settings.data_dir) == (20, tmp_path)


def test_a_broken_file_is_named(config_folder: Path, run: Run):
    (config_folder / "jupyter_server_config.py").write_text("c.TramExtension.max_pages = = 1\n")
    answer = run("models", "list")
    assert answer.code == 1
    assert "jupyter_server_config.py" in answer.err


def test_every_trait_becomes_a_setting():
    from tram_ext.app import TramExtension
    from tram_ext.services.settings import CONFIGURABLE

    assert set(TramExtension.class_own_traits(config=True)) == set(CONFIGURABLE)
