"""The package as a whole: light to import, of one version, and configured by traits that explain themselves."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

import tram_ext
from tram_ext.services.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "sklearn",
    "scipy",
    "numpy",
    "pandas",
    "sqlalchemy",
    "alembic",
    "tornado",
    "jupyter_server",
    "pydantic",
    "lxml",
)


def modules_after(code):
    """Return the top-level modules that a fresh process has loaded after `code`."""
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "module", ["tram_ext", "tram_ext.domain.models", "tram_ext.domain.errors", "tram_ext.ml.registry"]
)
def test_importing_is_light(module):
    assert modules_after(f"import {module}").isdisjoint(HEAVY)


def test_the_server_extension_does_not_load_what_learns():
    loaded = modules_after("import tram_ext; tram_ext._jupyter_server_extension_points()")
    assert loaded.isdisjoint({"sklearn", "scipy", "pandas", "skops", "trafilatura", "pypdfium2", "lxml"})


def test_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"], "the version stands in one place"
    stated = ROOT / project["tool"]["hatch"]["version"]["path"]
    found: dict[str, str] = {}
    exec(stated.read_text(encoding="utf-8"), found)
    assert found["__version__"] == tram_ext.__version__


def test_labextension_has_the_same_version():
    package = json.loads((ROOT / "labextension" / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == tram_ext.__version__


def test_every_option_reaches_the_settings(tmp_path):
    from traitlets.config import Config

    from tram_ext.app import TramExtension

    chosen = {
        "data_dir": "/somewhere",
        "db_url": "sqlite:////somewhere/else",
        "default_model": "logreg",
        "encoder": "none",
        "bert_folder": str(tmp_path),
        "ml_accept_threshold": 7,
        "ml_confidence_threshold": 12.5,
        "access_token_lifetime": 11,
        "refresh_token_lifetime": 13,
        "jupyter_role": "viewer",
        "training_timeout": 17.0,
        "max_upload_size": 19,
        "max_pages": 23,
        "jobs_at_once": 29,
        "job_timeout": 31.0,
        "executor": "dask://127.0.0.1:37",
        "warm_up": False,
    }
    assert set(chosen) == {field.name for field in fields(Settings)}
    assert set(chosen) <= set(TramExtension.class_trait_names(config=True))
    settings = TramExtension(config=Config({"TramExtension": chosen})).workbench_settings()
    assert [name for name in chosen if getattr(settings, name) == getattr(Settings(), name)] == []


def test_a_server_that_never_needs_the_workbench_does_not_import_its_store():
    code = "import sys, tram_ext.app; print([m for m in ('sqlalchemy', 'alembic', 'sklearn', 'numpy', 'pandas') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "[]", answer.stdout
