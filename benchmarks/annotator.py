"""How long it takes in a notebook from a key to "saved", and until the annotator of a large report shows sentences.

    python benchmarks/annotator.py [REPORT.json]

Starts a JupyterLab of its own with a kernel and the system's Chromium, and imports a report: the given TRAM export, or
one of 11,130 made-up sentences. Then accepts 200 sentences, one key each, the next when the one before is saved. First
paint is from the moment when the cell is run until the first sentence stands there.
Prints one JSON object; milliseconds.

The peer is what any program pays that asks the same server for the same: a change of a sentence over an open
connection.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

SENTENCES = 11_130
ACTIONS = 200
TECHNIQUES = ("T1059.001", "T1105", "T1566.001", "T1071.001")
WORDS = "the loader decoded a second stage and wrote it beside the service that started it every hour".split()

# From the key to the words "All changes saved", after they were gone; measured where a person would see it.
WATCH = """() => {
    window.saved = [];
    const status = document.querySelector('.tram-Saved-text');
    let pressed = 0;
    document.querySelector('.tram-List').addEventListener('keydown', () => { pressed = performance.now(); }, true);
    new MutationObserver(() => {
        if (pressed && status.textContent === 'All changes saved') {
            window.saved.push(performance.now() - pressed);
            pressed = 0;
        }
    }).observe(status, {characterData: true, childList: true, subtree: true});
}"""
PAINT = """() => {
    window.begun = performance.now();
    new MutationObserver((_changes, observer) => {
        const text = document.querySelector('.tram-AnnotatorHost [role=option] .tram-Row-text');
        if (text) {
            observer.disconnect();
            requestAnimationFrame(() => { window.painted = performance.now() - window.begun; });
        }
    }).observe(document.body, {childList: true, subtree: true});
}"""


def made_up() -> dict[str, Any]:
    """Return an export of `SENTENCES` sentences, every third with a technique."""
    sentences = []
    for number in range(SENTENCES):
        attack_id = TECHNIQUES[number % len(TECHNIQUES)]
        mappings = [] if number % 3 else [{"attack_id": attack_id, "name": attack_id, "confidence": "71.0"}]
        text = " ".join(WORDS[(number + place) % len(WORDS)] for place in range(16)) + f" {number}."
        sentences.append({"text": text, "order": number, "mappings": mappings})
    text = "\n".join(sentence["text"] for sentence in sentences)
    return {"name": "Benchmark", "text": text, "ml_model": "nb", "sentences": sentences}


def imported(lab: Lab, export: dict[str, Any]) -> dict[str, Any]:
    """Import a report as one that nobody has reviewed."""
    sentences = [{**sentence, "disposition": None} for sentence in export["sentences"]]
    answer = lab.post("/api/report-mappings/", {**export, "sentences": sentences})
    if "id" not in answer.json:
        raise RuntimeError(f"the report is refused: {answer.json}")
    found: dict[str, Any] = answer.json
    return found


def quantiles(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "max": round(max(values), 1)}


def paint(notebook: Notebook, report: int) -> float:
    """Return how long the annotator took to show a sentence."""
    notebook.press("Enter")
    notebook.page.keyboard.insert_text(f"Annotator({report}, workbench=workbench)")
    notebook.page.evaluate(PAINT)
    notebook.press("Control+Enter")
    notebook.page.wait_for_function("window.painted !== undefined")
    return float(notebook.page.evaluate("window.painted"))


def keys(notebook: Notebook) -> list[float]:
    """Return how long each key took to be saved."""
    view = notebook.annotator()
    view.enter()
    notebook.page.evaluate(WATCH)
    for number in range(ACTIONS):
        notebook.press("a")
        notebook.page.wait_for_function("count => window.saved.length > count", arg=number, polling=10)
    found: list[float] = notebook.page.evaluate("window.saved")
    return found


def changes(lab: Lab, report: int) -> list[float]:
    """Return how long the same changes take without browser and kernel."""
    ids = [row["id"] for row in lab.json(f"/api/sentences/?report-id={report}")[-ACTIONS:]]
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    headers = {**lab.headers, "Content-Type": "application/json"}
    took = []
    for sentence in ids:
        begun = time.perf_counter()
        connection.request("PATCH", f"/api/sentences/{sentence}/", json.dumps({"disposition": "accept"}), headers)
        response = connection.getresponse()
        response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"a change answered {response.status}")
        took.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return took


def in_a_notebook(page: Page, lab: Lab, report: int) -> dict[str, Any]:
    cells = [{"cell_type": "code", "id": "import", "metadata": {}, "execution_count": None, "outputs": []}]
    cells.append({**cells[0], "id": "annotator", "source": ""})
    cells[0]["source"] = (
        "import tram_ext\nfrom tram_ext.widgets import Annotator\nworkbench = tram_ext.workbench()\nworkbench.status()"
    )
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (lab.work / "benchmark.ipynb").write_text(json.dumps(content), encoding="utf-8")
    page.goto(lab.page("lab/tree/benchmark.ipynb"))
    notebook = Notebook(page)
    notebook.wait_until_ready()
    notebook.press("Shift+Enter")
    page.locator(".jp-Cell").first.locator(".jp-OutputArea-output").wait_for()
    painted = paint(notebook, report)
    return {"first_paint_ms": round(painted, 1), "key_to_saved_ms": quantiles(keys(notebook))}


def main() -> None:
    export = json.loads(Path(sys.argv[1]).read_bytes()) if len(sys.argv) > 1 else made_up()
    with tempfile.TemporaryDirectory(prefix="tram-benchmark-", ignore_cleanup_errors=True) as folder:
        lab = Lab(Path(folder))
        lab.start()
        try:
            while not lab.json("/api/tram/status")["ready"]:
                time.sleep(0.2)
            report = imported(lab, export)
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
                page = browser.new_page(viewport={"width": 1400, "height": 1000})
                page.set_default_timeout(120_000)
                found = in_a_notebook(page, lab, report["id"])
                browser.close()
            peer = quantiles(changes(lab, report["id"]))
        finally:
            lab.stop()
    print(
        json.dumps(
            {"sentences": report["total_sentences"], "actions": ACTIONS, **found, "http_alone_ms": peer}, indent=2
        )
    )


if __name__ == "__main__":
    main()
