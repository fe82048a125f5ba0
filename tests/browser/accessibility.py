"""What axe finds wrong in a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Without these axe takes all that is in the lab for hidden: its body has no height.
_VISIBLE = "html, body { height: 100vh !important; overflow: visible !important; }"
CONTROL = """host => host.insertAdjacentHTML('afterbegin', `<div id=control>
    <p style="color: #777; background: #888">Hard to read</p><button></button></div>`)"""
"""Puts in what has to be found: without it, nobody knew whether anything would be."""

_RUN = """async selector => {
    // What lies outside the window has no colours for it.
    const element = document.querySelector(selector);
    element.scrollIntoView({block: 'center', behavior: 'instant'});
    await new Promise(requestAnimationFrame);
    const {violations} = await axe.run(element, {resultTypes: ['violations']});
    return violations
        .filter(found => ['serious', 'critical'].includes(found.impact))
        .flatMap(found => found.nodes.map(node => `${found.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""


def load(page: Page) -> None:
    """Prepare a page to be looked at."""
    carrier = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")
    page.evaluate(carrier.AXE_SCRIPT)
    page.add_style_tag(content=_VISIBLE)


def serious(page: Page, selector: str) -> list[str]:
    """Return the serious violations in the first such element of a page that is prepared."""
    found: list[str] = page.evaluate(_RUN, selector)
    return found
