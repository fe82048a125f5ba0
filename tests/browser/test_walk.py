"""An analyst's way through a notebook, without a mouse: upload, review, train, compare, export, and every accident.

One server, one page and one notebook for all, in JupyterLab and then in Notebook 7; whatever the page shows is held against
what the server has.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.browser import accessibility
from tests.browser.conftest import set_theme
from tests.browser.lab import Lab, Notebook7
from tests.browser.notebook import Notebook
from tram_ext.domain.attack import AttackKind, AttackObject
from tram_ext.services import notebooks
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocket

    from .notebook import AnnotatorView

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<img src=x onerror=window.hurt=1>"
NOTEBOOK = "tram-notebooks/02-review-a-report.ipynb"
BURST = """keys => {
    for (const key of keys) {
        const code = key.toUpperCase().charCodeAt(0);
        const press = new KeyboardEvent('keydown', {key, keyCode: code, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(press);
    }
}"""
"""Presses keys in one turn of the browser: not even a machine is faster."""

RERUN = "window.jupyterapp.commands.execute('notebook:run-cell')"
UNSAVED = """() => Object.keys(localStorage).filter(key => key.includes(':steps:'))
    .flatMap(key => JSON.parse(localStorage[key])).map(step => step.sentence)"""


@pytest.fixture(scope="module", params=["jupyterlab", "notebook"])
def lab(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Return a server whose workbench is prepared, and has a technique with a hostile name."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    kind = Lab if request.param == "jupyterlab" else Notebook7
    lab = kind(tmp_path_factory.mktemp("walk"))
    notebooks.copy(lab.work / "tram-notebooks")
    services = Services(Settings(data_dir=lab.data, db_url="", default_model="nb"))
    services.preparation.ensure(lambda _share, _stage: None)
    hostile = AttackObject("T9999", AttackKind.TECHNIQUE, HOSTILE, "enterprise-attack", tactics=("execution",))
    with services.store.write() as work:
        work.attack.put([hostile])
    services.close()
    yield lab.start()
    lab.stop()


@pytest.fixture(scope="module")
def requests(lab: Lab) -> list[str]:
    """Return the address of whatever the page asked for, of this server or another."""
    return []


@pytest.fixture(scope="module")
def frames() -> list[bytes]:
    """Return what the page sent to its kernel."""
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, requests: list[str], frames: list[bytes]) -> Iterator[Page]:
    """Return a page that remembers what it asked for."""
    window = browser.new_context(viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    window.set_default_timeout(30_000)
    window.on("request", lambda request: requests.append(request.url))
    page = window.new_page()

    def follow(socket: WebSocket) -> None:
        requests.append(socket.url)
        socket.on("framesent", lambda sent: frames.append(sent if isinstance(sent, bytes) else sent.encode()))

    page.on("websocket", follow)
    yield page
    window.close()


@pytest.fixture(scope="module")
def notebook(page: Page, lab: Lab) -> Notebook:
    """Return the notebook about reviewing, run to its annotator."""
    if isinstance(lab, Notebook7):
        opened = Notebook.at(page, lab.document(NOTEBOOK))
    else:
        opened = Notebook.from_launcher(page, lab, "Accept, reject and correct")
    opened.run_until("Annotator(report")
    opened.annotator()
    return opened


@pytest.fixture
def annotator(notebook: Notebook) -> AnnotatorView:
    """Return the notebook's annotator, with the focus in its list."""
    found = notebook.annotator()
    if not found.host.evaluate("host => host.contains(document.activeElement)"):
        found.enter()
    notebook.press("Escape")
    return found


def sentences_of(lab: Lab, name: str = "slate-otter") -> list[dict[str, Any]]:
    """Return the sentences of a report as the server has them."""
    report = next(report["id"] for report in lab.json("/api/reports/") if name in report["name"])
    found: list[dict[str, Any]] = lab.json(f"/api/sentences/?report-id={report}")
    return found


def decided(lab: Lab) -> dict[int, str]:
    """Return the decisions that the server has, by sentence."""
    return {sentence["id"]: sentence["disposition"] for sentence in sentences_of(lab) if sentence["disposition"]}


def test_from_upload_to_export(
    notebook: Notebook, annotator: AnnotatorView, lab: Lab, picture: Callable[[Page, str], None]
):
    page = notebook.page
    notebook.press("Home", "a", "r", "a")
    assert annotator.place == 4
    notebook.press("t")
    page.keyboard.type("powershell")
    annotator.host.get_by_role("option", name="T1059.001").first.wait_for()
    notebook.press("Enter", "Shift+A", "n", "a", "u")
    annotator.wait_until_saved()
    assert annotator.notice == "Undone: accept."
    assert annotator.place == 5
    sentences = sentences_of(lab)
    assert [sentence["disposition"] for sentence in sentences[:6]] == [
        "accept",
        "reject",
        "accept",
        "accept",
        None,
        None,
    ]
    assert "T1059.001" in [mapping["attack_id"] for mapping in sentences[3]["mappings"]]
    picture(page, "walk-review")

    older = lab.json("/api/tram/status")["default_model"]["version"]
    notebook.leave()
    panel = notebook.run("from tram_ext.widgets import TrainingPanel\nTrainingPanel(workbench=workbench)")
    panel.get_by_role("button", name="Train", exact=True).wait_for()
    notebook.tab_to("(enterprise-attack)")
    notebook.press("Home", "Shift+End")
    notebook.tab_to("Train the model")
    notebook.press("Enter")
    panel.get_by_text(f"Trained: version {older + 1} proposes from now on.").wait_for(timeout=60_000)
    assert lab.json("/api/tram/status")["default_model"]["version"] == older + 1
    notebook.leave()
    compared = notebook.run(f'workbench.compare("nb:{older}", "nb:{older + 1}")')
    compared.locator(".jp-OutputArea-output table").wait_for()

    exported = notebook.run('workbench.export(report, "navigator", "mine.json", accepted_only=True)')
    exported.locator(".jp-OutputArea-output").wait_for()
    layer = json.loads((lab.work / "tram-notebooks" / "mine.json").read_text(encoding="utf-8"))
    accepted = {mapping["attack_id"] for mapping in sentences[3]["mappings"]}
    assert {technique["techniqueID"] for technique in layer["techniques"] if technique.get("score")} == accepted


def test_no_key_reaches_the_notebook(notebook: Notebook, annotator: AnnotatorView, lab: Lab):
    page = notebook.page
    before = notebook.cells()
    notebook.press("Home", "w")  # no technique is there, hence no page to open
    letters = string.ascii_lowercase.replace("w", "") + string.ascii_uppercase.replace("W", "") + string.digits
    with_modifiers = ["Control+Enter", "Shift+Enter", "Alt+Enter", "Control+Z", "Control+Shift+Z", "Shift+M"]
    others = [
        "Enter",
        "Escape",
        "Delete",
        "Backspace",
        "Space",
        "ArrowUp",
        "ArrowDown",
        *with_modifiers,
        "d",
        "d",
        "0",
        "0",
    ]
    holds_focus = "host => host.contains(document.activeElement)"
    for key in [*letters, *others]:
        notebook.press(key)
        assert notebook.cells() == before, key
        assert annotator.host.evaluate(holds_focus), key
        notebook.press("Escape")
    for field in ("t", "/", "Shift+T", "Shift+C"):
        notebook.press(field)
        page.keyboard.type("dd bx")
        for key in ("Control+Enter", "Alt+Enter", "Shift+Enter", "Escape", "Shift+F"):
            page.wait_for_timeout(100)  # as fast as people type: filters are followed meanwhile
            notebook.press(key)
            assert notebook.cells() == before, (field, key)
            assert annotator.host.evaluate(holds_focus), (field, key)
    annotator.rows.first.wait_for()
    assert page.locator(".jp-Dialog").count() == 0

    path = lab.work / NOTEBOOK
    saved = path.stat().st_mtime_ns
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget.context.model.dirty")
    notebook.save()
    assert path.stat().st_mtime_ns > saved
    notebook.press("Control+Shift+c")
    page.locator(".lm-CommandPalette-input").wait_for()
    notebook.press("Escape")
    page.locator(".lm-CommandPalette-input").wait_for(state="hidden")


def test_keys_without_a_pause_all_count(notebook: Notebook, annotator: AnnotatorView, lab: Lab, frames: list[bytes]):
    page = notebook.page
    text = "\n\n".join(f"Script {number} of the group started PowerShell." for number in range(1, 81))
    (lab.work / "tram-notebooks" / "many.txt").write_text(text, encoding="utf-8")
    notebook.leave()
    notebook.run('many = workbench.upload("many.txt")')
    notebook.run("Annotator(many, workbench=workbench)")
    many = notebook.annotator(1)
    many.enter()
    notebook.press("Home")
    page.evaluate(BURST, "r" * 30)
    many.wait_for("30 of 80 reviewed · 0 accepted, 30 rejected, 50 left", place=31)
    many.wait_until_saved()
    assert [sentence["disposition"] for sentence in sentences_of(lab, "many")] == ["reject"] * 30 + [None] * 50

    frames.clear()
    page.evaluate(BURST, "u" * 20)
    many.wait_for("10 of 80 reviewed · 0 accepted, 10 rejected, 70 left", place=11)
    many.wait_until_saved()
    assert [sentence["disposition"] for sentence in sentences_of(lab, "many")] == ["reject"] * 10 + [None] * 70
    assert sum(b'"method":"undo"' in sent.replace(b" ", b"") for sent in frames) == 2

    page.evaluate(f"keys => {{ ({BURST})(keys); {RERUN}; }}", "a" * 20 + "u" * 5)
    again = notebook.annotator(1)
    again.wait_for("25 of 80 reviewed · 15 accepted, 10 rejected, 55 left", place=26)
    again.wait_until_saved()
    found = [sentence["disposition"] for sentence in sentences_of(lab, "many")]
    assert found == ["reject"] * 10 + ["accept"] * 15 + [None] * 55, "a cell that is run again drops nothing"
    page.evaluate("window.jupyterapp.commands.execute('notebook:delete-cell')")


def test_hostile_text_is_text(notebook: Notebook, annotator: AnnotatorView, lab: Lab):
    page = notebook.page
    name = f"{HOSTILE}.txt"
    (lab.work / "tram-notebooks" / name).write_text(
        f"A macro in {HOSTILE} started PowerShell. It ended.", encoding="utf-8"
    )
    notebook.leave()
    notebook.run(f'hostile = workbench.upload("{name}")\nAnnotator(hostile, workbench=workbench)')
    other = notebook.annotator(1)
    other.enter()
    notebook.press("t")
    page.keyboard.type("T9999")
    other.host.get_by_role("option", name="T9999").first.wait_for()
    notebook.press("Enter", "e")
    page.keyboard.type(HOSTILE)
    notebook.press("Enter")
    other.wait_until_saved()
    shown = other.host.inner_text()
    assert f"Report for {name}" in shown
    assert f"A macro in {HOSTILE} started PowerShell." in other.selected.inner_text()
    assert f"T9999 {HOSTILE}" in " ".join(other.selected.inner_text().split())
    assert other.host.locator(".tram-Note").inner_text() == HOSTILE
    assert page.locator("img[src='x']").count() == 0
    assert page.evaluate("window.hurt") is None
    (stored,) = [sentence for sentence in sentences_of(lab, HOSTILE) if HOSTILE in sentence["text"]]
    assert {"T9999": HOSTILE}.items() <= {
        mapping["attack_id"]: mapping["note"] for mapping in stored["mappings"]
    }.items()
    notebook.leave()
    notebook.press("d", "d")


@pytest.mark.parametrize(
    ("theme", "forced", "panels"),
    [
        ("JupyterLab Dark", "none", "?bv"),
        ("JupyterLab Dark High Contrast", "none", ""),
        ("JupyterLab Light", "active", ""),
        ("JupyterLab Light", "none", "?bv"),
    ],
)
def test_axe_finds_nothing_serious(
    notebook: Notebook, annotator: AnnotatorView, theme: str, forced: Literal["none", "active"], panels: str
):
    page = notebook.page
    accessibility.load(page)
    set_theme(page, theme)
    page.emulate_media(forced_colors=forced, reduced_motion="reduce")
    assert accessibility.serious(page, ".tram-AnnotatorHost") == []
    for panel in panels:
        notebook.press(panel)
        assert accessibility.serious(page, ".tram-AnnotatorHost") == [], panel
        notebook.press("Escape")
    annotator.host.evaluate(accessibility.CONTROL)
    found = accessibility.serious(page, ".tram-AnnotatorHost")
    annotator.host.evaluate("host => host.querySelector('#control').remove()")
    page.emulate_media(forced_colors="none", reduced_motion="reduce")
    assert {line.split(":")[0] for line in found} == {"button-name", "color-contrast"}, "what is wrong would be found"


def test_a_reload_shows_the_same(notebook: Notebook, annotator: AnnotatorView, lab: Lab):
    notebook.press("a")
    annotator.wait_until_saved()
    reviewed, place = annotator.reviewed, annotator.place
    notebook.save()
    notebook.page.reload()
    notebook.wait_until_ready()
    again = notebook.annotator()
    again.wait_for(reviewed, place)
    count = len(decided(lab))
    again.enter()
    notebook.press("a")
    again.wait_until_saved()
    assert len(decided(lab)) == count + 1


def test_a_restarted_kernel_shows_the_same(notebook: Notebook, annotator: AnnotatorView, lab: Lab):
    reviewed, place = annotator.reviewed, annotator.place
    notebook.leave()
    notebook.press("0", "0", "Enter")
    annotator.status.get_by_text("Disconnected. Everything was saved. Run the cell again to go on.").wait_for()
    notebook.wait_until_ready()
    notebook.run_until("Annotator(report")
    again = notebook.annotator()
    again.wait_for(reviewed, place)


def test_a_killed_server_loses_nothing_that_was_called_saved(notebook: Notebook, annotator: AnnotatorView, lab: Lab):
    page = notebook.page
    ids = [sentence["id"] for sentence in sentences_of(lab)]
    before = decided(lab)
    notebook.press(*["a"] * 13)
    page.wait_for_function(f"({UNSAVED})().length < 12")
    lab.kill()
    if not isinstance(lab, Notebook7):  # which says nothing
        notebook.close_connection_error()
    assert annotator.host.evaluate("host => host.contains(document.activeElement)"), "the work goes on where it was"
    notebook.press(*["a"] * 11)
    reviewed = annotator.reviewed
    annotator.status.get_by_text("not saved").wait_for()
    unsaved = page.evaluate(UNSAVED)
    pressed = [key for key in ids if key not in before][:24]
    saved = set(pressed) - set(unsaved)
    assert unsaved
    assert saved
    assert set(unsaved) <= set(pressed)

    lab.start()
    assert saved <= set(decided(lab)), "what was called saved is there"
    page.goto(lab.document(NOTEBOOK))
    notebook.wait_until_ready()
    notebook.run_until("Annotator(report")
    again = notebook.annotator()
    again.host.get_by_text(reviewed, exact=True).wait_for()
    again.wait_until_saved()
    assert set(pressed) <= set(decided(lab)), "what was not is sent"
    assert page.evaluate(UNSAVED) == []


def test_nothing_left_the_machine(notebook: Notebook, lab: Lab, requests: list[str]):
    addresses = (lab.url, lab.url.replace("http", "ws"), "data:", "blob:")
    assert len(requests) > 100
    assert [url for url in requests if not url.startswith(addresses)] == []
