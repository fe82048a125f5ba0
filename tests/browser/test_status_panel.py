"""The sidebar shows what TRAM's server does, in a real browser and a real JupyterLab."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import set_theme

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

    from .lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

READY: dict[str, Any] = {
    "version": "0.1.0",
    "ready": True,
    "preparing": None,
    "error": None,
    "user": {"name": "ada", "role": "admin"},
    "attack": [{"domain": "enterprise-attack", "version": "18.1", "techniques": 691}],
    "default_model": {"name": "default", "version": 3},
    "counts": {"reports": 12, "sentences": 11130, "builtin_reports": 1, "builtin_sentences": 15895, "jobs": 0},
    "tasks": [],
}
PREPARING: dict[str, Any] = {
    **READY,
    "ready": False,
    "preparing": {"stage": "Training the default model", "progress": 0.62},
    "default_model": None,
    "counts": {"reports": 1, "sentences": 122, "builtin_reports": 1, "builtin_sentences": 15895, "jobs": 1},
}
TRAINING: dict[str, Any] = {
    **READY,
    "counts": {"reports": 0, "sentences": 0, "builtin_reports": 1, "builtin_sentences": 15895, "jobs": 0},
    "tasks": [
        {"kind": "training", "id": 3, "model": "linear", "progress": 0.32, "stage": "fitting"},
        {"kind": "learning curve", "id": 4, "model": "linear", "progress": 0.0, "stage": ""},
    ],
}
# Light comes last: the server keeps the theme for the tests that follow.
THEMES = ["JupyterLab Dark High Contrast", "JupyterLab Dark", "JupyterLab Light"]


def open_panel(page: Page, address: str) -> Locator:
    page.goto(address)
    page.locator(".jp-LabShell").wait_for()
    tab = page.locator(".jp-SideBar [data-id='tram-sidebar']")
    tab.wait_for()
    if tab.get_attribute("aria-selected") != "true":
        tab.click()
    panel = page.locator("#tram-sidebar")
    panel.locator(".tram-Sidebar").wait_for()
    return panel


def unfold(panel: Locator) -> None:
    """Open the section with the facts about the server, which is there when all is well."""
    section = panel.get_by_role("button", name="Status", exact=True)
    section.wait_for(timeout=150_000)
    if section.get_attribute("aria-expanded") != "true":
        section.click()


def answer_with(page: Page, status: int, body: dict[str, Any]) -> None:
    page.route(
        re.compile(r"/api/tram/status"),
        lambda route: route.fulfill(status=status, content_type="application/json", body=json.dumps(body)),
    )


def test_a_panel_nobody_opened_asks_the_server_nothing(lab: Lab, context: BrowserContext):
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(lab.page())
    page.locator(".jp-SideBar [data-id='tram-sidebar']").wait_for()
    page.wait_for_timeout(1_000)
    assert any("/api/" in url for url in asked)
    assert not [url for url in asked if "/api/tram" in url]


def test_the_command_shows_the_panel(lab: Lab, context: BrowserContext):
    page = context.new_page()
    answer_with(page, 200, READY)
    page.goto(lab.page())
    page.locator(".jp-Launcher:visible .jp-LauncherCard").first.wait_for()  # the lab listens to keys by then
    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input").fill("Show TRAM")
    page.keyboard.press("Enter")
    panel = page.locator("#tram-sidebar")
    unfold(panel)
    panel.locator("[role=status]").get_by_text("Ready", exact=True).wait_for()


@pytest.mark.parametrize(
    ("name", "status", "body", "words"),
    [
        ("ready", 200, READY, "Ready"),
        ("preparing", 200, PREPARING, "Preparing"),
        ("training", 200, TRAINING, "Ready"),
        ("forbidden", 403, {"detail": "Your role does not permit this."}, "Not permitted"),
        ("missing", 404, {"detail": "Not Found"}, "Not installed on this server"),
    ],
)
def test_each_state_is_told_in_every_theme(
    *,
    lab: Lab,
    context: BrowserContext,
    picture: Callable[[Page, str], None],
    name: str,
    status: int,
    body: dict[str, Any],
    words: str,
):
    page = context.new_page()
    answer_with(page, status, body)
    panel = open_panel(page, lab.page())
    if words == "Ready":
        unfold(panel)
    panel.locator("[role=status]").get_by_text(words, exact=True).wait_for()
    for task in body.get("tasks", []):
        name = f"{task['kind'].capitalize()} of {task['model']}"
        assert (
            panel.get_by_role("progressbar", name=name).get_attribute("aria-valuenow")
            == f"{100 * task['progress']:.0f}"
        )
    colours = set()
    for theme in THEMES:
        set_theme(page, theme)
        colours.add(panel.evaluate("panel => getComputedStyle(panel).color"))
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth"), "nothing is cut off"
        picture(page, f"{name}-{theme.removeprefix('JupyterLab ').lower().replace(' ', '-')}")
    assert len(colours) > 1, "the panel follows the theme"


def test_a_lost_server_is_told_and_found_again(lab: Lab, context: BrowserContext, picture: Callable[[Page, str], None]):
    page = context.new_page()
    page.route(re.compile(r"/api/tram/status"), lambda route: route.abort())
    panel = open_panel(page, lab.page())
    panel.locator("[role=status]").get_by_text("Not reachable", exact=True).wait_for()
    picture(page, "unreachable-light")
    page.unroute(re.compile(r"/api/tram/status"))
    answer_with(page, 200, READY)
    panel.get_by_role("button", name="Try again").click()
    unfold(panel)
    panel.locator("[role=status]").get_by_text("Ready", exact=True).wait_for()


def test_the_real_server_gets_ready(lab: Lab, context: BrowserContext, picture: Callable[[Page, str], None]):
    page = context.new_page()
    panel = open_panel(page, lab.page())
    unfold(panel)
    headline = panel.locator("[role=status]")
    headline.get_by_text("Ready", exact=True).wait_for(timeout=150_000)
    panel.get_by_text("Enterprise").wait_for()
    counts = panel.locator(".tram-Status-count").all_inner_texts()
    assert [text.split() for text in counts[:2]] == [["0", "Reports"], ["0", "Sentences"]], "nobody has added any yet"
    assert "sentences" in panel.locator(".tram-Status-fact", has_text="Examples").inner_text()
    picture(page, "real-ready")
