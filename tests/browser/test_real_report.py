"""A real report in JupyterLab: its annotator and its matrix fit into their places, sentence by sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import overflow
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tram_ext.services import notebooks
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.real_data, pytest.mark.timeout(300)]

_LOOKED_AT = 30


@pytest.fixture(scope="module")
def notebook(browser: Browser, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """Return a notebook with a workbench to which the report was uploaded."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    lab = Lab(tmp_path_factory.mktemp("real"))
    services = Services(Settings(data_dir=lab.data, db_url="", default_model="nb"))
    services.preparation.ensure(lambda _share, _stage: None)
    services.close()
    notebooks.copy(lab.work)
    shutil.copy(real_data / "reports" / "AA20-302A.html", lab.work / "real.html")
    lab.start()
    window = browser.new_context(viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    window.set_default_timeout(60_000)
    page = window.new_page()
    opened = Notebook(page)
    page.goto(lab.document("01-quickstart.ipynb"))
    opened.wait_until_ready()
    page.locator(".jp-Notebook .jp-Cell").first.click()
    opened.press("Escape")
    opened.run(
        "import tram_ext\nfrom tram_ext.widgets import *\nworkbench = tram_ext.workbench()\n"
        "report = workbench.upload('real.html')"
    )
    yield opened
    window.close()
    lab.stop()


@pytest.mark.parametrize("width", ["400px", "100%"])
def test_no_sentence_makes_the_annotator_overflow(notebook: Notebook, width: str, picture: Callable[[Page, str], None]):
    cell = notebook.run("Annotator(report)")
    annotator = notebook.annotator()
    overflow.set_width(notebook.page, width)
    annotator.enter()
    notebook.press("Home", "n")
    for _ in range(_LOOKED_AT):
        assert overflow.overflowing(cell) == [], annotator.place
        notebook.press("n")
    picture(notebook.page, f"real-{width.rstrip('px%')}")
    for panel in ("v", "b", "?"):
        notebook.press(panel)
        assert overflow.overflowing(cell) == [], panel
        notebook.press("Escape")
    notebook.leave()
    notebook.press("d", "d")
