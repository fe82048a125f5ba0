"""JupyterLab under JupyterHub in a real browser: whoever has logged in at the hub sees panel and widgets at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.browser.notebook import Notebook
from tests.hub.test_hub import ALICE, BOB

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.hub, pytest.mark.browser, pytest.mark.timeout(300)]

SOURCE = "from tram_ext.widgets import Annotator\nAnnotator(1)"


def log_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.locator("#username_input").fill(name)
    page.locator("#password_input").fill(password)
    page.locator("#login_submit").click()
    page.locator(".jp-LabShell").wait_for()


@pytest.mark.parametrize("name", [ALICE, BOB])
def test_panel_and_annotator(hub, name, context, picture):
    server = hub.server(name)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)], metadata=kernel)
    (hub.home(name) / "review.ipynb").write_text(nbformat.writes(notebook))
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    address = f"http://127.0.0.1:{hub.port}{server.base_url}lab/tree/review.ipynb"
    log_in(page, address, name, hub.password)
    opened = Notebook(page)
    opened.wait_until_ready()
    page.locator(".jp-SideBar [data-id='tram-sidebar']").click()
    panel = page.locator("#tram-sidebar")
    panel.get_by_role("button", name="Status", exact=True).click()
    panel.locator("[role=status]").get_by_text("Ready", exact=True).wait_for()
    panel.get_by_text(name).wait_for()

    page.locator(".jp-Cell .cm-content").first.click()
    opened.press("Shift+Enter")
    annotator = opened.annotator()
    annotator.rows.first.click()
    opened.press("r")
    annotator.host.locator(".tram-Detail-head h3", has_text="Sentence 37 of").wait_for()  # the next that awaits review
    annotator.wait_until_saved()
    picture(page, f"hub-{name}")
    assert server.get("/api/sentences/?report-id=1").json[0]["disposition"] == "reject"
    assert server.get("/api/tram/log").json[0]["user"] == name
    ours = [(status, url) for status, url in answers if "/api/tram" in url]
    assert ours
    assert [status for status, _ in ours if status != 200] == [], ours
