"""The README's Python runs as it stands."""

from __future__ import annotations

import json
import re
import shutil

from tests.handlers.conftest import prepared
from tests.server import ROOT
from tram_ext.api import server_file

__all__ = ["prepared"]


def test_the_python_example(prepared, tmp_path, monkeypatch, capsys):
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text('{"TramExtension": {"default_model": "nb"}}')
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(config))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    monkeypatch.setenv("TRAM_DATA_DIR", str(shutil.copytree(prepared, tmp_path / "data")))
    monkeypatch.delenv("TRAM_DB_URL", raising=False)
    monkeypatch.delenv(server_file.ENVIRONMENT, raising=False)
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    monkeypatch.chdir(tmp_path)
    example, _ = re.findall(  # the second is for notebooks
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    exec(compile(example, "README.md", "exec"), {})
    assert "1.0" in capsys.readouterr().out
    assert json.loads((tmp_path / "glass-heron.layer.json").read_bytes())["domain"] == "enterprise-attack"
