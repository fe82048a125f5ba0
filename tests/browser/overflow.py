"""What holds more than it shows and does not scroll for it: the page scrolls into nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_FIND = """element => {
    const found = [];
    for (let up = element; up && !up.classList.contains('jp-Cell'); up = up.parentElement) {
        if (up.clientHeight > 0 && up.scrollHeight > up.clientHeight + 1) {
            found.push(`${up.className}: ${up.scrollHeight} in ${up.clientHeight} high`);
        }
        if (up.clientWidth > 0 && up.scrollWidth > up.clientWidth + 1) {
            found.push(`${up.className}: ${up.scrollWidth} in ${up.clientWidth} wide`);
        }
    }
    return found;
}"""
_WIDTH = ".jp-Cell .jp-OutputArea { max-width: %s !important; }"


def overflowing(output: Locator) -> list[str]:
    """Return what around the view of a widget, up to its cell, is larger inside than outside."""
    view = output.locator(".tram-AnnotatorHost, .tram-Widget, .widget-box").first
    found: list[str] = (view if view.count() else output).evaluate(_FIND)
    return found


def set_width(page: Page, width: str) -> None:
    """Make all outputs so wide, in CSS."""
    page.evaluate("document.querySelector('#tram-width')?.remove()")
    page.add_style_tag(content=_WIDTH % width).evaluate("style => { style.id = 'tram-width'; }")
    page.wait_for_timeout(200)  # views measure their hosts
