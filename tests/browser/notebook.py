"""A notebook in JupyterLab or in Notebook 7, as somebody without a mouse works in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from .lab import Lab

_CELLS = """() => {
    const {cells} = window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON();
    return cells.map(cell => [cell.id, cell.cell_type, cell.source, cell.execution_count ?? null]);
}"""
_FOCUSED = """() => {
    const element = document.activeElement;
    return [element.className, element.title, element.textContent, element.getAttribute('aria-label')].join(' ');
}"""
_TO_THE_TOP = """() => {
    const {content} = window.jupyterapp.shell.currentWidget;
    content.mode = 'command';
    content.activeCellIndex = 0;
    content.activate();
}"""
_READY = """() => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return context?.isReady && context.session?.kernel?.status === 'idle';
}"""
_FAR = 80
"""A control that is not reached with so many presses of Tab is out of reach."""


class Notebook:
    """The notebook that is open in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def from_launcher(cls, page: Page, lab: Lab, caption: str) -> Notebook:
        """Open one of TRAM's notebooks by its card."""
        page.goto(lab.page())
        page.locator(".jp-LauncherCard", has_text="Matrix and Export").wait_for()
        opened = cls(page)
        opened.tab_to(caption)
        page.keyboard.press("Enter")
        opened.wait_until_ready()
        return opened

    @classmethod
    def at(cls, page: Page, address: str) -> Notebook:
        """Open the notebook that is at an address."""
        page.goto(address)
        opened = cls(page)
        opened.wait_until_ready()
        return opened

    def wait_until_ready(self) -> None:
        """Wait for notebook and kernel."""
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        self.page.wait_for_function(_READY)

    def save(self) -> None:
        """Save it by key, from wherever the focus is, and wait until that is done."""
        self.press("Control+s")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, words: str, key: str = "Tab") -> None:
        """Move the focus on until it is on what has these words in its name or its class."""
        for _ in range(_FAR):
            self.press(key)
            if words in self.page.evaluate(_FOCUSED):
                return
        raise AssertionError(f"{words!r} is not reached by {key}")

    def leave(self) -> None:
        """Go back to the cell of the widget that has the focus."""
        self.tab_to("ToolbarButton", "Shift+Tab")

    def run(self, source: str) -> Locator:
        """Put a cell below the current one, run it, stay there, and return it."""
        self.press("b", "Enter")
        self.page.locator(".jp-Notebook.jp-mod-editMode").wait_for()
        self.page.keyboard.insert_text(source)
        self.press("Control+Enter")
        return self.page.locator(".jp-Cell.jp-mod-active")

    def run_until(self, words: str) -> None:
        """Run cells from the first one on, and stay in the one in which these words are."""
        self.page.evaluate(_TO_THE_TOP)
        active = self.page.locator(".jp-Cell.jp-mod-active")
        for _ in self.cells():
            if words in active.locator(".cm-content, .jp-RenderedMarkdown").first.inner_text():
                break
            self.press("Shift+Enter")
        self.press("Control+Enter")

    def close_connection_error(self) -> None:
        """Wait for JupyterLab to say that its server is gone, and close that for good: it takes the keys meanwhile."""
        self.page.locator(".jp-Dialog", has_text="Server Connection Error").wait_for()
        self.press("Shift+Tab", "Space", "Tab", "Enter")
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def cells(self) -> list[list[Any]]:
        """Return number, kind, source and count of executions of each cell."""
        found: list[list[Any]] = self.page.evaluate(_CELLS)
        return found

    def annotator(self, place: int = 0) -> AnnotatorView:
        """Return an annotator as soon as it is ready."""
        view = AnnotatorView(self, self.page.locator(".tram-AnnotatorHost").nth(place))
        view.rows.first.wait_for()
        view.wait_until_saved()
        return view


class AnnotatorView:
    """An annotator below a cell."""

    def __init__(self, notebook: Notebook, host: Locator) -> None:
        self.notebook = notebook
        self.host = host
        self.rows = host.locator(".tram-List [role=option]")
        self.selected = host.locator(".tram-List [aria-selected=true]")
        self.status = host.locator(".tram-Saved-text")

    def enter(self) -> None:
        """Go into the list, from the cell."""
        self.notebook.tab_to("tram-List")

    def wait_until_saved(self) -> None:
        self.status.get_by_text("All changes saved").wait_for()

    @property
    def notice(self) -> str:
        """What was just done."""
        return self.host.locator(".tram-StatusBar-notice").inner_text()

    @property
    def place(self) -> int:
        """The number of the selected sentence."""
        found = re.match(r"Sentence (\d+)", self.host.locator(".tram-Detail-head h3").inner_text())
        assert found
        return int(found[1])

    @property
    def reviewed(self) -> str:
        """How far the review is, in words."""
        return self.host.locator(".tram-Progress p").inner_text()

    def wait_for(self, reviewed: str, place: int) -> None:
        """Wait until it is as far, and where, it was: first it shows what the notebook kept."""
        self.host.locator(".tram-Progress p").get_by_text(reviewed, exact=True).wait_for()
        self.host.locator(".tram-Detail-head h3", has_text=f"Sentence {place} of").wait_for()
