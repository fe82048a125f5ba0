"""Every widget in a real JupyterLab with a real kernel: shown, used, in light and dark, offline, and as saved words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests import corpus
from tests.browser import accessibility, overflow
from tests.browser.conftest import set_theme

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from .conftest import Lab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

HOSTILE = "<img src=x onerror=window.hurt=1>"
PREPARE = f"""
import json, time
import tram_ext
from tests import corpus
from tram_ext.widgets import *

workbench = tram_ext.workbench()
while not workbench.status()["ready"]:
    time.sleep(0.2)
more = [corpus.sentence("{HOSTILE} came with the email.", "T1566.001", order=38, disposition=None)]
report = corpus.export("Six ways in {HOSTILE}")
report["sentences"] += more
made = workbench.connection.import_report(json.dumps(report).encode())["id"]
workbench.train("nb", reports=made)
"""
CELLS = [
    PREPARE,
    "annotator = Annotator(made); annotator",
    "matrix = TechniqueMatrix(made); matrix",
    "technique = TechniqueSentences('T1566.001'); technique",
    "training = TrainingPanel(); training",
    "upload = ReportUpload(); upload",
    "jobs = JobQueue(everything=True); jobs",
    "models = ModelTable(); models",
]
THEMES = ["JupyterLab Dark", "JupyterLab Light"]


def notebook() -> str:
    cells = [
        {
            "cell_type": "code", "id": f"cell-{number}", "metadata": {}, "execution_count": None, "outputs": [],
            "source": source,
        }
        for number, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Return the address of whatever the page asked for."""
    return []


@pytest.fixture(scope="module")
def page(lab: Lab, browser: Browser, requests: list[str]) -> Iterator[Page]:
    """Return a notebook all of whose cells have run."""
    (lab.folder / "work" / "widgets.ipynb").write_text(notebook(), encoding="utf-8")
    window = browser.new_context(viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    window.set_default_timeout(60_000)
    opened = window.new_page()
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(lab.page("lab/tree/widgets.ipynb"))
    opened.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    opened.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    opened.locator(".jp-Cell").nth(len(CELLS) - 1).locator(".tram-Table").wait_for(timeout=180_000)
    opened.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    yield opened
    window.close()


@pytest.fixture
def cell(page: Page) -> Callable[[int], Locator]:
    """Return the output of a cell, scrolled to."""

    def show(number: int) -> Locator:
        found = page.locator(".jp-Cell").nth(number)
        found.locator(".jp-OutputArea-output").first.wait_for()
        found.scroll_into_view_if_needed()
        return found.locator(".jp-OutputArea")

    return show


def in_themes(page: Page, shown: Locator, picture: Callable[[Page, str], None], name: str) -> None:
    for theme in THEMES:
        set_theme(page, theme)
        shown.scroll_into_view_if_needed()
        picture(page, f"{name}-{theme.removeprefix('JupyterLab ').lower()}")


def test_the_annotator_reviews_by_keyboard_and_says_that_it_saved(page, cell, picture):
    shown = cell(1)
    listing = shown.get_by_role("listbox").first
    listing.wait_for()
    listing.focus()
    before = page.locator(".jp-Cell").count()
    shown.get_by_text("36 of 39 reviewed").wait_for()
    for key in ("n", "a", "r", "Shift+U", "u"):
        page.keyboard.press(key)
    shown.get_by_text("37 of 39 reviewed").wait_for()
    shown.get_by_text("All changes saved").first.wait_for()
    assert page.locator(".jp-Cell").count() == before
    in_themes(page, shown, picture, "annotator")


def test_the_matrix_counts_and_shows(page, cell, picture):
    shown = cell(2)
    shown.get_by_text("T1566").first.wait_for()
    in_themes(page, shown, picture, "matrix")


def test_a_technique_over_all_reports_sorts_and_finds(page, cell, picture):
    shown = cell(3)
    shown.get_by_role("columnheader", name="Sentence").wait_for()
    shown.get_by_role("button", name="Sentence").click()
    assert shown.locator("th[aria-sort=ascending]").count() == 1
    shown.get_by_label("Find").fill("came with the email")
    assert shown.locator("tbody tr").count() == 1
    assert shown.locator("tbody img").count() == 0
    in_themes(page, shown, picture, "technique")


def test_a_training_is_followed_and_compared(page, cell, picture):
    shown = cell(4)
    shown.get_by_role("button", name="Train", exact=True).click()
    shown.get_by_text(re.compile("Trained: version")).wait_for(timeout=120_000)
    shown.get_by_text("Reliability", exact=True).wait_for()
    in_themes(page, shown, picture, "training")
    shown.get_by_text("Techniques", exact=True).scroll_into_view_if_needed()
    in_themes(page, shown.locator(".tram-Table").last, picture, "training-tables")


def test_a_learning_curve_is_measured_on_demand_cancelled_and_found_again(page, cell, picture):
    shown = cell(4)
    measure, cancel = (shown.get_by_role("button", name=name) for name in ("Measure learning curve", "Cancel"))
    curve = shown.get_by_role("img", name="Learning curve")
    assert curve.count() == 0
    measure.click()
    shown.get_by_text(re.compile("Learning curve measured on [0-9,]+ sentences")).wait_for(timeout=120_000)
    assert curve.locator("polyline").count() == 3
    assert curve.locator("circle title").first.text_content().startswith("F1 weighted")
    in_themes(page, shown, picture, "learning-curve")
    measure.click()
    cancel.click()
    shown.locator("button:enabled", has_text="Measure learning curve").wait_for()
    shown.get_by_text(re.compile(r"^Cancelled|^Learning curve measured")).wait_for()
    page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 4")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")
    curve.locator("polyline").nth(2).wait_for(state="attached")


def test_files_become_reports(page, cell, picture):
    shown = cell(5)
    files = [
        {"name": f"{HOSTILE}.txt", "mimeType": "text/plain", "buffer": b"An encoded PowerShell command ran. " * 20},
        {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no more"},
    ]
    with page.expect_file_chooser() as chooser:
        shown.get_by_role("button", name="Choose files…").click()
    chooser.value.set_files(files)
    shown.get_by_text(re.compile("^2 of 2 done")).wait_for(timeout=120_000)
    assert shown.locator(".tram-Upload-state.tram-Widget-good").count() == 1
    assert shown.locator(".tram-Upload-state.tram-Widget-bad").count() == 1
    in_themes(page, shown, picture, "upload")
    queue = cell(6)
    queue.get_by_role("button", name="Refresh").click()
    queue.locator("tbody tr").first.wait_for()
    in_themes(page, queue, picture, "jobs")


def test_models_are_listed(page, cell, picture):
    shown = cell(7)
    shown.get_by_role("button", name="Refresh").click()
    shown.get_by_text("in use, the default").wait_for()
    in_themes(page, shown, picture, "models")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Dark High Contrast", "JupyterLab Light"])
def test_axe_finds_nothing_serious_in_any_panel(page, cell, theme):
    page.set_viewport_size({"width": 1400, "height": 4000})  # what lies outside has no colours for axe
    accessibility.load(page)
    set_theme(page, theme)
    for number in range(2, len(CELLS)):
        cell(number).evaluate("(output, number) => { output.id = `panel-${number}` }", number)
        assert accessibility.serious(page, f"#panel-{number}") == [], CELLS[number]
    panel = cell(4).locator(".tram-Controls").first
    panel.evaluate(accessibility.CONTROL)
    found = accessibility.serious(page, "#panel-4")
    panel.evaluate("panel => panel.querySelector('#control').remove()")
    page.set_viewport_size({"width": 1400, "height": 1000})
    assert {line.split(":")[0] for line in found} == {"button-name", "color-contrast"}, "what is wrong would be found"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", ["400px", "100%"])
def test_no_panel_overflows_its_host(page, cell, picture, theme, width):
    set_theme(page, theme)
    overflow.set_width(page, width)
    for number in range(1, len(CELLS)):
        shown = cell(number)
        picture(page, f"overflow-{number}-{width.rstrip('px%')}-{theme.removeprefix('JupyterLab ').lower()}")
        assert overflow.overflowing(shown) == [], CELLS[number]
    listing = cell(1).get_by_role("listbox").first
    listing.focus()
    page.keyboard.press("Home")
    for _ in range(len(list(corpus.SENTENCES)) * 6 + 2):
        assert overflow.overflowing(cell(1)) == []
        page.keyboard.press("j")
    overflow.set_width(page, "100%")


def test_nothing_hostile_ran_and_nothing_left_the_machine(page, lab, requests):
    assert page.evaluate("window.hurt") is None
    strangers = [
        url for url in requests if not url.startswith((lab.url, lab.url.replace("http", "ws"), "data:", "blob:"))
    ]
    assert strangers == []


def test_a_saved_notebook_holds_words_for_every_widget(page, lab):
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    path = lab.folder / "work" / "widgets.ipynb"

    def outputs() -> list[dict[str, str]]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"][1:]
        return [output["data"] for cell in cells for output in cell["outputs"] if "data" in output]

    for _ in range(100):
        if len(outputs()) == len(CELLS) - 1:
            break
        page.wait_for_timeout(100)
    saved = outputs()
    assert len(saved) == len(CELLS) - 1
    for data in saved:
        assert "".join(data["text/plain"]).strip()
        assert "<img" not in "".join(data["text/html"])
