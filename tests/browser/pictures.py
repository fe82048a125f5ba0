"""Makes the pictures of docs/images: ``python -m tests.browser.pictures``, after a change of what they show.

They show the default model on a report of ours, in a JupyterLab of its own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.server import ROOT
from tram_ext.services import notebooks
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

_IMAGES = ROOT / "docs" / "images"
_NOTEBOOK = "tram-notebooks/02-review-a-report.ipynb"


def take(page: Page, lab: Lab) -> None:
    """Take the pictures."""
    notebook = Notebook.at(page, lab.document(_NOTEBOOK))
    notebook.run_until("Annotator(report")
    annotator = notebook.annotator()
    annotator.enter()
    page.locator(".jp-SideBar [data-id='tram-sidebar']").click()
    page.locator("#tram-sidebar .tram-Item").first.wait_for()
    annotator.rows.first.click()
    for key in "rraaj":
        notebook.press(key)
    while not annotator.selected.locator(".tram-Tag").count() or annotator.place < 12:
        notebook.press("j")
    annotator.host.locator(".tram-Mapping-head").first.click()
    annotator.host.locator(".tram-Why-words").first.wait_for()
    annotator.wait_until_saved()
    annotator.host.evaluate("host => host.closest('.jp-Cell').scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    annotator.host.screenshot(path=_IMAGES / "annotator.png")
    take_document(page)


def take_document(page: Page) -> None:
    """Take the picture of the lab: the report as a document, with its text, beside the sidebar."""
    sidebar = page.locator("#tram-sidebar")
    sidebar.get_by_role("button", name="Close the tour").click()
    page.set_viewport_size({"width": 1720, "height": 1000})
    page.evaluate("void window.jupyterapp.commands.execute('tram:open-report', {id: 2})")
    shown = page.locator(".tram-Document .tram-Annotator:visible")
    shown.locator("[role=option]").first.wait_for()
    shown.get_by_label("Show").select_option("proposals")
    shown.locator("[role=option]").first.click()
    page.keyboard.press("g")
    shown.locator(".tram-Page-box[aria-current=true]").first.wait_for()
    page.keyboard.press("y")
    shown.get_by_text("All changes saved").wait_for()
    page.wait_for_timeout(1_000)
    page.screenshot(path=_IMAGES / "workbench.png")


def main() -> None:
    """Start a lab and a browser, and take the pictures."""
    _IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        lab = Lab(Path(folder) / "lab", default_model="linear")
        notebooks.copy(lab.work / "tram-notebooks")
        services = Services(Settings(data_dir=lab.data, db_url="", default_model="linear"))
        services.preparation.ensure(lambda _share, _stage: None)
        services.close()
        lab.start()
        try:
            browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
            take(page, lab)
            browser.close()
        finally:
            lab.kill()


if __name__ == "__main__":
    main()
