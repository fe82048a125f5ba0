"""The workbench in JupyterLab, without a notebook or a kernel: from the file browser to an export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import corpus, files
from tests.browser.conftest import set_theme
from tests.browser.lab import Lab, Notebook7
from tests.browser.notebook import Notebook
from tests.server import ROOT
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = "<img src=x onerror=window.hacked=1> ' \" ${7*7} report"
SAMPLE = "slate-otter.pdf"


def fill(lab: Lab, folder: Path) -> None:
    """Give a lab a small ATT&CK, a trained model and a report."""
    services = Services(Settings(data_dir=lab.data, db_url="", default_model="nb"))
    ann = services.users.add("ann", Role.ADMIN, "correct horse")
    services.attack.load_file(corpus.write_bundle(folder), ann)
    services.imports.import_report(corpus.export_bytes(HOSTILE), ann)
    services.trainings.train(TrainingRequest("nb"), ann)
    services.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab over a small world, with files in its folder, under a base URL as JupyterHub gives one."""
    lab = Lab(tmp_path_factory.mktemp("world") / "lab", default_model="nb", base_url="/user/ann/")
    fill(lab, tmp_path_factory.mktemp("bundle"))
    shutil.copy(ROOT / "notebooks" / "samples" / SAMPLE, lab.work / SAMPLE)
    (lab.work / "broken.pdf").write_bytes(b"%PDF-1.4 this is not the whole of it")
    (lab.work / "export.json").write_bytes(corpus.export_bytes("From a file"))
    (lab.work / "notes.txt").write_bytes(files.text("notes"))
    yield lab.start()
    lab.stop()


@pytest.fixture
def page(world: Lab, context: BrowserContext) -> Page:
    """Return a fresh lab, with the file browser in front."""
    page = context.new_page()
    page.goto(world.page())
    page.locator(".jp-Launcher:visible .jp-LauncherCard").first.wait_for()
    page.evaluate("window.jupyterapp.shell.activateById('filebrowser')")
    return page


def run(page: Page, command: str, **args: object) -> None:
    page.evaluate("([id, args]) => void window.jupyterapp.commands.execute(id, args)", [command, args])


def sidebar(page: Page) -> Locator:
    page.evaluate("window.jupyterapp.shell.activateById('tram-sidebar')")
    found = page.locator("#tram-sidebar")
    found.locator(".tram-Section-title").first.wait_for(timeout=60_000)
    return found


def choose(page: Page, item: str) -> None:
    page.locator(".lm-Menu-item", has_text=item).click()


def report(page: Page) -> Locator:
    found = page.locator(".tram-Document .tram-Annotator:visible")
    found.locator("[role=option]").first.wait_for()
    return found


def selected(shown: Locator) -> str:
    """Return the number of the selected sentence, with which the id of its row ends."""
    return (shown.locator("[role=option][aria-selected=true]").get_attribute("id") or "").split("-")[-1]


def wait_until_saved(shown: Locator) -> None:
    shown.get_by_text("All changes saved").wait_for()


def dispositions(world: Lab, number: int) -> list[str]:
    sentences = world.json(f"/api/sentences/?report-id={number}")
    return [sentence["disposition"] for sentence in sentences if sentence["disposition"]]


def test_from_the_file_browser_to_an_export(world: Lab, page: Page, picture: Callable[[Page, str], None]):
    page.locator(".jp-DirListing-item", has_text=SAMPLE).click(button="right")
    choose(page, "Map to ATT&CK")
    panel = page.locator("#tram-sidebar")
    row = panel.locator("[data-tram-report]", has_text=SAMPLE)
    row.wait_for(timeout=90_000)
    page.locator(".jp-toast-button", has_text="Review").click()
    shown = report(page)
    assert page.locator(".lm-TabBar-tabLabel", has_text=SAMPLE).count() == 1
    number = int(row.get_attribute("data-tram-report") or 0)
    assert shown.get_by_label("Show").input_value() == "proposals", "what needs a decision comes first"

    for key in "rararrarar":
        page.keyboard.press(key)
    shown.locator(".tram-Mapping").first.wait_for()
    page.keyboard.press("d")  # of the eleventh one technique; where it bears no other, this decides the sentence
    wait_until_saved(shown)
    decided = dispositions(world, number)
    assert decided[:3] == ["reject", "accept", "reject"]
    assert len(decided) in {10, 11}
    found = world.json(f"/api/sentences/?report-id={number}")
    assert sum(len(item["rejected_mappings"]) for item in found) == 1
    picture(page, "lab-review")

    place = selected(shown)
    page.wait_for_timeout(1_500)  # until the lab has kept its layout
    page.reload()
    shown = report(page)
    assert selected(shown) == place, "the same place after a reload"
    shown.locator(".tram-List").focus()
    page.keyboard.press("u")
    wait_until_saved(shown)
    assert not any(item["rejected_mappings"] for item in world.json(f"/api/sentences/?report-id={number}"))

    made = extract(page, shown, "T1059.001")
    assert made in {item["text"] for item in world.json(f"/api/sentences/?report-id={number}&disposition=accept")}
    attack_id = reject_throughout(page, shown)
    bearing = world.json(f"/api/sentences/?report-id={number}&attack-id={attack_id}&disposition=none")
    assert bearing == [], "it awaits a decision nowhere"

    layer, name = exported(page, number, "navigator")
    assert SAMPLE.removesuffix(".pdf") in name
    assert "T1059.001" in {item["techniqueID"] for item in layer["techniques"]}
    bundle, _ = exported(page, number, "stix")
    assert {"report", "attack-pattern"} <= {item["type"] for item in bundle["objects"]}


def extract(page: Page, shown: Locator, attack_id: str) -> str:
    """Select a few words of the text by mouse, make them a sentence with a technique, and return them."""
    shown.get_by_role("button", name="Document").click()
    shown.get_by_role("button", name="Text", exact=True).click()
    words = shown.locator(".tram-Text-heading .tram-Text-sentence").nth(1)
    words.scroll_into_view_if_needed()
    words.dblclick(position={"x": 40, "y": 8})  # which selects a word
    bar = shown.locator(".tram-Text-selection")
    chosen = bar.locator("q").inner_text()
    bar.get_by_role("combobox").fill(attack_id)
    page.keyboard.press("Enter")
    shown.get_by_text("A sentence of its own, with its technique.").wait_for()
    shown.get_by_role("button", name="Document").click()
    return chosen


def reject_throughout(page: Page, shown: Locator) -> str:
    """Reject the first technique that awaits a decision wherever it does, and return its id."""
    shown.get_by_role("button", name="Techniques").click()
    first = shown.locator(".tram-Techniques li", has_text="to decide").first
    attack_id = first.locator(".tram-Tag").get_attribute("data-attack-id")
    first.get_by_role("button", name="Reject").click()
    shown.get_by_text(f"Rejected {attack_id}").wait_for()
    page.keyboard.press("Escape")
    return str(attack_id)


def exported(page: Page, number: int, format_name: str) -> tuple[Any, str]:
    """Export a report, and return what the file holds and how it is called."""
    with page.expect_download() as download:
        run(page, "tram:export-report", id=number, format=format_name)
    return json.loads(download.value.path().read_text()), download.value.suggested_filename


def test_a_training_is_followed_and_compared(world: Lab, page: Page, picture: Callable[[Page, str], None]):
    panel = sidebar(page)
    panel.get_by_role("button", name="Train nb on the accepted sentences").click()
    page.get_by_text("nb is trained: version 2.").wait_for(timeout=60_000)
    page.locator(".jp-toast-button", has_text="Compare").click()
    shown = page.locator(".tram-Model:visible")
    shown.get_by_text("beside version 1").wait_for()
    shown.get_by_role("button", name="Use this version…").first.click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text("Use version 1 of nb?").wait_for()
    dialog.get_by_role("button", name="Use it").click()
    shown.locator("tr[aria-current=true] .tram-Link").get_by_text("1", exact=True).wait_for()
    assert world.json("/api/tram/models/nb")["version"] == 1
    picture(page, "lab-model")


def test_what_fails_says_why_and_is_tried_again(world: Lab, page: Page):
    run(page, "tram:map-file", path="broken.pdf")
    failed = page.locator("#tram-sidebar .tram-Item[data-failed=true]", has_text="broken.pdf")
    failed.wait_for(timeout=60_000)
    assert len(failed.locator(".tram-Item-note").inner_text()) > 20, "a sentence says what went wrong"
    before = [job["id"] for job in world.json("/api/jobs/")]
    failed.hover()
    failed.get_by_role("button", name="Try broken.pdf again").click()
    page.wait_for_function(
        "async ([url, before]) => { const jobs = await (await fetch(url)).json();"
        " return jobs.length && jobs[0].id !== before[0] && jobs[0].status === 'Error'; }",
        arg=[f"{world.base_url}api/jobs/", before],
    )


def test_an_export_is_imported_after_a_question(world: Lab, page: Page):
    run(page, "docmanager:open", path="export.json", factory="TRAM Report")
    page.locator(".jp-Dialog").get_by_role("button", name="Cancel").click()
    page.locator(".lm-TabBar-tabLabel", has_text="export.json").wait_for(state="detached")
    assert "From a file" not in {item["name"] for item in world.json("/api/tram/reports")}
    page.locator(".jp-DirListing-item", has_text="export.json").click(button="right")
    choose(page, "Import TRAM Report…")
    page.locator(".jp-Dialog").get_by_role("button", name="Import").click()
    report(page)
    assert "From a file" in {item["name"] for item in world.json("/api/tram/reports")}


def test_the_tour_is_closed_for_good(page: Page):
    panel = sidebar(page)
    panel.get_by_text("Step 1 of 5").wait_for()
    panel.get_by_role("button", name="Next").click()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/settings/" in answer.url):
        panel.get_by_role("button", name="Close the tour").click()
    panel.get_by_text("Step 2 of 5").wait_for(state="detached")
    page.reload()
    page.locator(".jp-Launcher:visible .jp-LauncherCard").first.wait_for()
    sidebar(page).locator("[data-tram-report]").first.wait_for()
    assert page.get_by_text("Step 1 of 5").count() == 0


def test_hostile_names_are_text_everywhere(page: Page, picture: Callable[[Page, str], None]):
    panel = sidebar(page)
    row = panel.locator("[data-tram-report]", has_text="onerror")
    row.locator("[data-row]").click()
    report(page)
    run(page, "tram:open-matrix", ids=[1])
    page.locator(".tram-Matrix:visible", has_text="onerror").wait_for()
    picture(page, "lab-matrix")
    run(page, "tram:open-technique", attackId="t1486")
    page.locator(".tram-Technique:visible", has_text="onerror").wait_for()
    row.click(button="right")
    choose(page, "Delete Report…")
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text("This cannot be undone.").wait_for()
    assert "onerror" in dialog.inner_text()
    dialog.get_by_role("button", name="Cancel").click()
    assert page.evaluate("window.hacked") is None


def test_renaming_and_training_use(world: Lab, page: Page):
    panel = sidebar(page)
    row = panel.locator("[data-tram-report]", has_text="onerror")
    row.click(button="right")
    choose(page, "Use for Training")
    page.get_by_text("is left out of trainings from now on").wait_for()
    assert not world.json("/api/reports/1/")["use_for_training"]
    row.click(button="right")
    choose(page, "Use for Training")
    page.get_by_text("is used for trainings from now on").wait_for()
    row.click(button="right")
    choose(page, "Rename Report…")
    page.locator(".jp-Dialog input").fill(f"{HOSTILE} again")
    page.keyboard.press("Enter")
    panel.locator("[data-tram-report]", has_text="report again").wait_for()


def test_code_for_a_report_is_inserted_and_works(world: Lab, page: Page):
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    content = {"cells": [], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (world.work / "code.ipynb").write_text(json.dumps(content))
    run(page, "tram:insert-code", id=1)
    page.get_by_text("open a notebook first").wait_for()
    run(page, "docmanager:open", path="code.ipynb")
    page.locator(".jp-NotebookPanel:visible").wait_for()
    Notebook(page).wait_until_ready()
    run(page, "tram:insert-code", id=1)
    page.locator(".jp-Notebook .cm-content", has_text="workbench.report(1)").wait_for()
    run(page, "notebook:run-all-cells")
    output = page.locator(".jp-OutputArea-output").last
    output.get_by_text("The implant spoke to its command server").wait_for(timeout=60_000)
    assert page.locator(".jp-OutputArea-output [data-mime-type='application/vnd.jupyter.stderr']").count() == 0


MISSING: list[tuple[str, dict[str, object]]] = [
    ("tram:export-report", {"id": 4711}),
    ("tram:open-matrix", {"ids": [4711]}),
    ("tram:open-technique", {"attackId": "<img src=x onerror=window.hacked=1>"}),
    ("tram:open-model", {"name": "../clippy"}),
    ("tram:map-file", {"path": "<img src=x onerror=window.hacked=1>.txt"}),
    ("tram:train", {"name": "clippy"}),
    ("tram:cancel-job", {"id": 4711}),
    ("tram:retry-job", {"id": 4711}),
    ("tram:remap-report", {"id": 4711, "model": "nb"}),
]
"""Commands about what is not there."""


def test_what_is_not_there_is_told_and_opens_nothing(page: Page):
    toasts = page.locator(".Toastify__toast")
    for some in (MISSING[:3], MISSING[3:6], MISSING[6:]):  # no more of them are shown at once
        for command, args in some:
            run(page, command, **args)
        toasts.nth(len(some) - 1).wait_for()
        assert all(len(text) > 20 for text in toasts.all_inner_texts()), some
        toasts.evaluate_all("all => all.forEach(toast => toast.querySelector('button').click())")
        toasts.first.wait_for(state="detached")
    assert page.locator("[id^=tram-matrix], [id^=tram-technique], [id^=tram-model]").count() == 0
    assert page.evaluate("window.hacked") is None
    for args in ({}, {"id": "x"}, {"id": -1}):
        run(page, "tram:open-report", **args)
    page.wait_for_timeout(300)
    assert page.locator("[id^=tram-report]").count() == 0
    run(page, "tram:open-report", id=4711)
    page.locator(".tram-Document [role=alert]", has_text="No Report matches").wait_for()


def test_two_windows_are_in_step(world: Lab, page: Page, context: BrowserContext):
    run(page, "tram:open-report", id=1)
    first = report(page)
    other = context.new_page()
    other.goto(world.page())
    other.locator(".jp-Launcher:visible .jp-LauncherCard").first.wait_for()
    run(other, "tram:open-report", id=1)
    second = report(other)
    for shown in (first, second):
        shown.get_by_label("Show").select_option("")
        shown.locator("[role=option]").nth(5).wait_for()
    first.locator("[role=option]").first.click()
    page.keyboard.press("r")
    second.locator("[role=option]").first.get_by_text("Rejected", exact=False).wait_for(state="attached")
    page.keyboard.press("u")
    wait_until_saved(first)


def test_the_page_of_a_pdf_stands_beside_its_sentences(page: Page, picture: Callable[[Page, str], None]):
    page.set_viewport_size({"width": 1920, "height": 1000})
    sidebar(page)
    run(page, "tram:map-file", path=SAMPLE)
    row = page.locator("#tram-sidebar [data-tram-report]", has_text=SAMPLE)
    row.wait_for(timeout=90_000)
    row.locator("[data-row]").click()
    shown = report(page)
    shown.get_by_label("Show").select_option("")
    shown.locator("[role=option]").first.click()
    page.keyboard.press("g")
    shown.locator(".tram-Page-box[aria-current=true]").first.wait_for()
    picture(page, "lab-page")
    label = shown.locator(".tram-Page-box[aria-current=false]").nth(3).get_attribute("aria-label")
    shown.get_by_label(str(label), exact=True).first.click()
    shown.locator(f".tram-Page-box[aria-current=true][aria-label='{label}']").first.wait_for()
    shown.get_by_role("button", name="Text", exact=True).click()
    current = shown.locator(".tram-Text-sentence[data-current=true]")
    current.first.wait_for()
    # Its content, and not what is drawn of it: a paragraph out of sight is not.
    words = (current.first.text_content() or "").split()
    assert words[0] in shown.locator("[role=option][aria-selected=true]").inner_text()
    picture(page, "lab-text")


def test_an_imported_report_shows_its_text(page: Page):
    run(page, "tram:open-report", id=1)
    shown = report(page)
    page.keyboard.press("g")
    shown.locator(".tram-Text p").first.wait_for()
    assert shown.locator(".tram-Text img").count() == 0


def test_notebook_7_has_the_sidebar_and_opens_reports_in_a_tab_of_their_own(
    tmp_path_factory: pytest.TempPathFactory, context: BrowserContext, picture: Callable[[Page, str], None]
):
    options = ("--ServerApp.jpserver_extensions=jupyterlab=True",)
    notebook = Notebook7(tmp_path_factory.mktemp("notebook7") / "lab", default_model="nb", options=options)
    fill(notebook, tmp_path_factory.mktemp("bundle7"))
    notebook.start()
    try:
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if "tram-ext" in message.text else None)
        page.goto(f"{notebook.url}tree?token={notebook.token}")
        page.locator(".jp-DirListing").first.wait_for()
        row = sidebar(page).locator("[data-tram-report]", has_text="onerror")
        picture(page, "notebook7")
        with context.expect_page() as opened:
            row.locator("[data-row]").click()
        report(opened.value)
        assert "tram-open" not in opened.value.url
        assert [text for text in faults if "failed to activate" in text] == []
    finally:
        notebook.kill()


def test_a_viewer_sees_everything_and_changes_nothing_in_german(
    tmp_path_factory: pytest.TempPathFactory, context: BrowserContext, picture: Callable[[Page, str], None]
):
    viewer = ("--TramExtension.jupyter_role=viewer",)
    lab = Lab(tmp_path_factory.mktemp("german") / "lab", default_model="nb", options=viewer)
    fill(lab, tmp_path_factory.mktemp("bundle-german"))
    settings = lab.folder / "settings" / "@jupyterlab" / "translation-extension"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text(json.dumps({"locale": "de_DE"}))
    lab.start()
    try:
        page = context.new_page()
        page.goto(lab.page())
        page.locator(".jp-Launcher:visible .jp-LauncherCard", has_text="Bericht zuordnen").wait_for()
        panel = sidebar(page)
        panel.get_by_role("button", name="Warteschlange").wait_for()
        panel.get_by_text("1 Vorschlag übrig").wait_for()
        panel.get_by_text("Sie sind als Betrachter angemeldet").wait_for()
        assert panel.get_by_role("button", name="Berichte hochladen…").count() == 0
        before = lab.json("/api/sentences/?report-id=1")
        run(page, "tram:open-report", id=1)
        shown = report(page)
        page.keyboard.press("r")
        page.keyboard.press("d")
        shown.get_by_text("You may read this report, but not review it.").first.wait_for()
        run(page, "tram:train", name="nb")
        page.locator(".Toastify__toast", has_text="You do not have permission").wait_for()
        picture(page, "lab-viewer-german")
        assert lab.json("/api/sentences/?report-id=1") == before
    finally:
        lab.stop()


@pytest.mark.parametrize("width", [1024, 1920])
def test_in_every_theme_and_width_nothing_is_cut_off(page: Page, width: int, picture: Callable[[Page, str], None]):
    page.set_viewport_size({"width": width, "height": 900})
    panel = sidebar(page)
    run(page, "tram:open-report", id=1)
    shown = report(page)
    shown.get_by_label("Show").select_option("")
    for theme in ("JupyterLab Dark High Contrast", "JupyterLab Dark", "JupyterLab Light"):
        set_theme(page, theme)
        picture(page, f"lab-{width}-{theme.removeprefix('JupyterLab ').lower().replace(' ', '-')}")
        for view in (panel.locator(".tram-Sidebar"), shown):
            assert view.evaluate("view => view.scrollWidth <= view.clientWidth + 1")
