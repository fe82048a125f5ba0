"""What the workbench costs in JupyterLab: from a key to "saved", first paint, the lab's start, the size of the entry.

    python benchmarks/lab.py [REPORT.json]

Starts JupyterLabs of its own and the system's Chromium, and imports a report: the given TRAM export, or one of 11,130
made-up sentences. Opens it as a document, three times in fresh pages; accepts 200 sentences, one key each, the next
when the one before is saved. First paint is from the command until the first sentence stands there, code included that
is loaded for it. The lab's start is from the request until its launcher stands there, with this extension and with it
disabled, in turns; the first start of each is left out. Prints one JSON object; milliseconds.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.annotator import ACTIONS, PAINT, WATCH, changes, imported, made_up, quantiles
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.lab import Lab
from tests.server import ROOT

STARTS = 6
OPENINGS = 3
STATIC = ROOT / "tram_ext" / "labextension" / "static"


def fresh(browser: Browser, lab: Lab) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(120_000)
    page.goto(lab.page())
    page.locator(".jp-Launcher:visible .jp-LauncherCard").first.wait_for()
    return page


def opened(page: Page, report: int) -> float:
    """Open the report as a document, and return how long it took to show a sentence."""
    page.evaluate(PAINT)
    page.evaluate("id => void window.jupyterapp.commands.execute('tram:open-report', {id})", report)
    page.wait_for_function("window.painted !== undefined")
    return float(page.evaluate("window.painted"))


def keys(page: Page) -> list[float]:
    """Return how long each key took to be saved."""
    page.locator(".tram-List").focus()
    page.get_by_text("All changes saved").wait_for()
    page.evaluate(WATCH)
    for number in range(ACTIONS):
        page.keyboard.press("a")
        page.wait_for_function("count => window.saved.length > count", arg=number, polling=10)
    found: list[float] = page.evaluate("window.saved")
    return found


def start(browser: Browser, lab: Lab) -> float:
    """Return how long a lab takes to start, with an empty cache."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(lab.page())
    page.locator(".jp-Launcher:visible .jp-LauncherCard").first.wait_for()
    took = 1000 * (time.perf_counter() - begun)
    context.close()
    return took


def starts(browser: Browser, lab: Lab, folder: Path) -> dict[str, Any]:
    """Start labs with and without the extension, in turns."""
    without = Lab(folder / "without")
    settings = folder / "without" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (folder / "without" / "jupyter" / "labconfig").mkdir(parents=True, exist_ok=True)
    page_config = json.dumps({"disabledExtensions": {"tram-ext": True}})
    (settings / "page_config.json").write_text(page_config, encoding="utf-8")
    (folder / "without" / "jupyter" / "labconfig" / "page_config.json").write_text(page_config, encoding="utf-8")
    without.environment["JUPYTER_CONFIG_DIR"] = str(folder / "without" / "jupyter")
    without.start()
    try:
        took: dict[str, list[float]] = {"with_ms": [], "without_ms": []}
        for _ in range(STARTS + 1):
            took["with_ms"].append(start(browser, lab))
            took["without_ms"].append(start(browser, without))
    finally:
        without.stop()
    medians = {name: round(statistics.median(values[1:]), 1) for name, values in took.items()}
    return {**medians, "more_ms": round(medians["with_ms"] - medians["without_ms"], 1)}


def entry_bytes() -> dict[str, int]:
    """Return the size of what every lab loads: the remote entry, and the chunk that holds the plugins."""
    remote = next(STATIC.glob("remoteEntry.*.js"))
    plugins = [path for path in STATIC.glob("*.js") if b"tram-ext:sidebar" in path.read_bytes()]
    return {"remote_entry": remote.stat().st_size, "plugins": sum(path.stat().st_size for path in plugins)}


def main() -> None:
    """Measure, and print."""
    export = json.loads(Path(sys.argv[1]).read_bytes()) if len(sys.argv) > 1 else made_up()
    with tempfile.TemporaryDirectory(prefix="tram-benchmark-", ignore_cleanup_errors=True) as folder:
        lab = Lab(Path(folder) / "lab")
        lab.start()
        try:
            while not lab.json("/api/tram/status")["ready"]:
                time.sleep(0.2)
            report = imported(lab, export)
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
                paints = []
                for _ in range(OPENINGS):
                    page = fresh(browser, lab)
                    paints.append(round(opened(page, report["id"]), 1))
                    if len(paints) < OPENINGS:
                        page.close()
                saved = quantiles(keys(page))
                page.close()
                begun = starts(browser, lab, Path(folder))
                browser.close()
            alone = quantiles(changes(lab, report["id"]))
        finally:
            lab.stop()
    found = {"sentences": report["total_sentences"], "actions": ACTIONS, "first_paint_ms": paints}
    found |= {"key_to_saved_ms": saved, "http_alone_ms": alone, "start": begun, "entry_bytes": entry_bytes()}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
