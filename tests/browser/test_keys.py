"""Keys in every control of every widget, in JupyterLab and in Notebook 7: they stay there, but for save and palette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab, Notebook7
from tests.browser.notebook import Notebook
from tests.browser.test_widgets import CELLS
from tests.browser.test_widgets import notebook as source

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

KEYS = ("a", "b", "d", "d", "x", "0", "0", "1", "m", "ArrowDown", "ArrowUp", "Escape")
MORE = ("Enter", "Shift+Enter", "Control+Enter", "Alt+Enter", "Control+z")
"""Not for buttons, which begin what they say."""

WIDGETS = range(1, len(CELLS))
_CONTROLS = """output => {
    const seen = new Set();
    const all = output.querySelectorAll('button, input, select, textarea, a[href], [tabindex="0"]');
    return [...all].flatMap((element, place) => {
        const kind = [element.tagName, element.type, element.className, element.getAttribute('role')].join();
        const isThere = element.checkVisibility() && !element.disabled && element.type !== 'file';
        if (!isThere || seen.has(kind)) {
            return [];
        }
        seen.add(kind);
        element.dataset.control = place;
        const words = element.getAttribute('aria-label') ?? element.title ?? element.textContent;
        return [[place, element.matches('button, a, input[type=checkbox]'), `${element.tagName} ${words}`]];
    });
}"""
"""One control of each kind: where it is, whether it is a button, and what it is called."""


@pytest.fixture(scope="module", params=["jupyterlab", "notebook"])
def lab(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Return a server with a notebook that shows every widget."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    lab = (Lab if request.param == "jupyterlab" else Notebook7)(tmp_path_factory.mktemp("keys"))
    (lab.work / "widgets.ipynb").write_text(source(), encoding="utf-8")
    yield lab.start()
    lab.stop()


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """Return the notebook, all of whose cells have run."""
    window = browser.new_context(viewport={"width": 1400, "height": 4000}, reduced_motion="reduce")
    window.set_default_timeout(60_000)
    opened = Notebook.at(window.new_page(), lab.document("widgets.ipynb"))
    opened.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    opened.page.locator(".jp-Cell").nth(len(CELLS) - 1).locator(".tram-Table").wait_for(timeout=180_000)
    opened.annotator()
    yield opened
    window.close()


def output_of(notebook: Notebook, number: int) -> Locator:
    output = notebook.page.locator(".jp-Cell").nth(number).locator(".jp-OutputArea")
    output.first.scroll_into_view_if_needed()
    return output.first


@pytest.mark.parametrize("number", WIDGETS, ids=lambda number: CELLS[number].split("(")[0].split()[-1])
def test_every_control_keeps_its_keys(notebook: Notebook, number: int):
    output = output_of(notebook, number)
    before = notebook.cells()
    controls = output.evaluate(_CONTROLS)
    assert controls
    for place, is_button, name in controls:
        for key in KEYS if is_button else (*KEYS, *MORE):
            control = output.locator(f"[data-control='{place}']")
            if control.count() == 0:  # a filter took it away
                break
            control.focus()
            notebook.press(key)
            assert notebook.cells() == before, (name, key)
            # Undo, where the widget has none, is the browser's: it goes to the field in which somebody typed last.
            if key != "Control+z":
                assert output.evaluate("output => output.contains(document.activeElement)"), (name, key)
    assert notebook.page.locator(".jp-Dialog").count() == 0


@pytest.mark.parametrize("number", WIDGETS, ids=lambda number: CELLS[number].split("(")[0].split()[-1])
def test_save_and_the_palette_are_the_hosts(notebook: Notebook, number: int):
    page, output = notebook.page, output_of(notebook, number)
    place = output.evaluate(_CONTROLS)[0][0]
    control = output.locator(f"[data-control='{place}']").first
    page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty = true")
    control.focus()
    notebook.save()
    control.focus()
    notebook.press("Control+Shift+c")
    page.locator(".lm-CommandPalette-input").wait_for()
    notebook.press("Escape")
    page.locator(".lm-CommandPalette-input").wait_for(state="hidden")
