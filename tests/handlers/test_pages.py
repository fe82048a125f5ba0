"""The pages of a report's PDF over HTTP: images, sizes, boxes, and what goes wrong."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests import files
from tests.handlers.conftest import PASSWORDS
from tests.queue.client import Client


@pytest.fixture(scope="module")
def own(new_server):
    return new_server("--TramExtension.job_timeout=5", warm_up=True)


@pytest.fixture(scope="module")
def ben(own):
    return Client(own, {"Authorization": f"Bearer {own.log_in('ben', PASSWORDS['ben'])['access']}"})


@pytest.fixture(scope="module")
def vic(own):
    return {"Authorization": f"Bearer {own.log_in('vic', PASSWORDS['vic'])['access']}"}


@pytest.fixture(scope="module")
def report(ben):
    """Return the number of a report of two pages."""
    lines = [["The implant waits for orders.", "It reads the registry."], ["A page of its own follows."]]
    return ben.done("pages.pdf", files.pdf(lines))["id"]


def test_a_viewer_sees_pages_with_their_sentences(own, vic, report):
    sizes = own.get(f"/api/tram/reports/{report}/pages", **vic).json["sizes"]
    assert len(sizes) == 2
    answer = own.get(f"/api/tram/reports/{report}/page?number=2&width=400", **vic)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(answer.data)).width == 400
    found = own.get(f"/api/tram/reports/{report}/page-boxes?number=1", **vic).json["sentences"]
    texts = {item["id"]: item for item in own.get(f"/api/sentences/?report-id={report}", **vic).json}
    assert {texts[item["id"]]["page"] for item in found} == {1}
    assert all(item["boxes"] for item in found)
    assert len(found) == 2


def test_sentences_of_another_report_are_not_shown(own, ben, vic, report):
    same = files.pdf([["The implant waits for orders.", "It reads the registry.", "And more."]])
    other = ben.done("same words.pdf", same)
    shown = own.get(f"/api/tram/reports/{other['id']}/page-boxes?number=1", **vic).json["sentences"]
    assert {item["id"] for item in shown} == {item["id"] for item in other["sentences"]}
    assert {item["id"] for item in shown}.isdisjoint(
        item["id"] for item in own.get(f"/api/sentences/?report-id={report}", **vic).json
    )


@pytest.mark.parametrize("page", ["page", "pages", "page-boxes"])
def test_nobody_sees_them_without_credentials(own, report, page):
    assert own.get(f"/api/tram/reports/{report}/{page}").status == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("number=3", 404),
        ("number=0", 404),
        ("number=x", 400),
        ("width=199", 400),
        ("width=2001", 400),
        ("width=x", 400),
    ],
)
def test_what_there_is_not(own, vic, report, query, status):
    assert own.get(f"/api/tram/reports/{report}/page?{query}", **vic).status == status


def test_reports_without_a_pdf(own, ben, vic):
    text = ben.done("plain.txt", files.text("without pages"))["id"]
    for number, words in ((1, "imported"), (text, "no PDF"), (4711, "No Report")):
        for path in ("page", "pages", "page-boxes"):
            answer = own.get(f"/api/tram/reports/{number}/{path}", **vic)
            assert (answer.status, words in answer.json["detail"]) == (404, True), (number, path)


def test_a_page_that_hangs_its_library_is_cut_off_and_says_so(own, ben, vic):
    report = ben.done("hangs-later.pdf", files.pdf([["It could be read once."]]))
    newest = max((own.data / "documents").glob("*.bin"), key=lambda path: path.stat().st_mtime)
    newest.write_bytes(files.hanging_pdf())
    answer = own.get(f"/api/tram/reports/{report['id']}/page", **vic)
    assert (answer.status, answer.json["detail"]) == (422, "This took longer than 5 seconds and was ended.")
    newest.unlink()
    answer = own.get(f"/api/tram/reports/{report['id']}/page", **vic)
    assert (answer.status, answer.json["detail"]) == (404, "The file of this document is not here any more.")
