"""The README's Python runs as it stands, and what it and the other pages name is there."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from tests.handlers.conftest import prepared
from tests.server import ROOT
from tram_ext.api import server_file

__all__ = ["prepared"]

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


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
    _, example = re.findall(  # the first is for notebooks
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    exec(compile(example, "README.md", "exec"), {})
    assert "1.0" in capsys.readouterr().out
    assert json.loads((tmp_path / "glass-heron.layer.json").read_bytes())["domain"] == "enterprise-attack"


def anchors(page):
    """Return what links may name in a page: its headings, as forges spell them."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in (link for link in links if not re.match(r"https?:|mailto:", link)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_leads_to_every_page():
    named = set(re.findall(r"\]\((docs/\w+\.md)\)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named == {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
