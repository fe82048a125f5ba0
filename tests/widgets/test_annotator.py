"""The annotator's Python side: every request, two views in step, what is shown where no kernel runs."""

from __future__ import annotations

import threading

import pytest

from tests.widgets.conftest import View, eventually
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.edits import SentenceEdit
from tram_ext.domain.errors import NotFound
from tram_ext.workbenches.local import LocalConnection
from tram_ext.workbenches.workbench import Workbench

pytest.importorskip(
    "tram_ext.widgets.annotator", reason="the widgets are not built (pip install .)", exc_type=ImportError
)

from tram_ext.widgets import Annotator

HOSTILE = "<img src=x onerror=alert(1)>"
ACCEPT = {"kind": "decide", "disposition": "accept"}


@pytest.fixture
def report(workbench):
    return int(workbench.reports().query("name == 'Six ways in'")["id"].iloc[0])


@pytest.fixture
def annotator(workbench, report):
    made = Annotator(report, workbench)
    yield made
    made.close()


@pytest.fixture
def view(annotator):
    return View(annotator)


@pytest.fixture
def waiting(view):
    """Return the first sentence that awaits review; it bears T1071.001."""
    rows = view.ask("rows", filter={"disposition": "none"}, order="reading")
    return view.ask("sentences", ids=rows["ids"][:1])[0]


def test_what_a_view_asks_first(view, workbench, report):
    session = view.ask("session")
    assert (session["user"], session["may_review"]) == ("ann", True)
    assert session["workbench"] == workbench.status()["workbench"]
    assert session["boot"] == View(view.widget, "other").ask("session")["boot"]
    assert view.ask("report")["text"] == ""
    rows = view.ask("rows", filter={"disposition": None, "technique": None, "text": ""}, order="reading")
    assert rows["states"] == "a" * 36 + ".."
    attack = view.ask("attack")
    assert set(attack) == {"version", "tactics", "techniques"}
    assert {"T1486", "T1059.001"} <= {item["attack_id"] for item in attack["techniques"]}
    (count,) = [item for item in view.ask("counts") if item["attack_id"] == "T1486"]
    assert count["accepted"] == 6
    assert {item["report"] for item in view.ask("evidence", attack_id="T1486")} == {report}
    assert view.ask("sentences", ids=[]) == []


def test_accepting_and_its_conflict(view, waiting):
    done = view.ask("operate", sentence=waiting["id"], version=waiting["version"], operation=ACCEPT, key="1")
    assert (done["disposition"], done["version"]) == ("accept", waiting["version"] + 1)
    reject = {"kind": "decide", "disposition": "reject"}
    refused = view.fail("operate", sentence=waiting["id"], version=waiting["version"], operation=reject, key="2")
    assert refused["kind"] == "conflict"
    assert refused["current"] == done
    again = view.ask("operate", sentence=waiting["id"], version=waiting["version"], operation=ACCEPT, key="1")
    assert again == done


def test_techniques_come_change_and_go(view, waiting):
    def step(current, key, **operation):
        return view.ask("operate", sentence=current["id"], version=current["version"], operation=operation, key=key)

    added = step(waiting, "1", kind="add", attack_id="T1486", confidence=80.0, note=HOSTILE)
    assert [(item["attack_id"], item["confidence"], item["note"]) for item in added["mappings"]][1:] == [
        ("T1486", "80.0", HOSTILE)
    ]
    changed = step(added, "2", kind="change", attack_id="T1486", note="better")
    assert changed["mappings"][1]["note"] == "better"
    removed = step(changed, "3", kind="remove", attack_id="T1486")
    assert [item["attack_id"] for item in removed["mappings"]] == ["T1071.001"]
    late = view.fail(
        "operate", sentence=added["id"], version=added["version"], key="4",
        operation={"kind": "add", "attack_id": "T1003.001", "confidence": 100, "note": ""},
    )  # fmt: skip
    assert late["current"] == removed
    gone = view.fail(
        "operate", sentence=removed["id"], version=removed["version"], key="5",
        operation={"kind": "change", "attack_id": "T1486", "note": "worse"},
    )  # fmt: skip
    assert (gone["kind"], gone["current"]) == ("conflict", removed)
    assert step(removed, "6", kind="remove", attack_id="T1486") == removed


@pytest.mark.parametrize(
    "operation",
    [
        {"kind": "explode"},
        {"kind": "decide", "disposition": "maybe"},
        {"kind": "add", "attack_id": HOSTILE, "confidence": 100, "note": ""},
        {"kind": "add", "attack_id": "T1486", "confidence": 200, "note": ""},
    ],
)
def test_steps_that_make_no_sense(view, waiting, operation):
    wrong = view.fail("operate", sentence=waiting["id"], version=waiting["version"], operation=operation, key="1")
    assert wrong["kind"] == "invalid"
    assert view.ask("sentences", ids=[waiting["id"]]) == [waiting]


def test_numbers_that_are_none(view):
    assert view.fail("sentences", ids=["1; DROP TABLE"])["kind"] == "invalid"
    assert view.fail("operate", sentence=None, version=1, operation=ACCEPT, key="1")["kind"] == "invalid"
    assert view.fail("operate", sentence=10**6, version=1, operation=ACCEPT, key="2")["kind"] == "missing"
    assert view.fail("bulk", action={"action": "burn"}, key="3")["kind"] == "invalid"


def test_splitting_merging_undoing_doing_again(view, waiting):
    first, second = view.ask(
        "split", sentence=waiting["id"], version=waiting["version"], at=7, key="1"
    )["sentences"]  # fmt: skip
    assert f"{first['text']} {second['text']}" == waiting["text"]
    undone = view.ask("undo", key="2")
    assert undone["action"] == "split sentence"
    assert set(undone["sentences"]) == {first["id"], second["id"]}
    assert view.ask("undo", key="2") == undone
    view.ask("redo", key="3")
    current = view.ask("sentences", ids=[first["id"]])[0]
    merged = view.ask("merge", sentences=[first["id"], second["id"]], version=current["version"], key="4")
    assert merged["text"] == waiting["text"]
    assert view.fail("redo", key="5")["kind"] == "conflict"


def test_many_at_once(view):
    done = view.ask("bulk", action={"action": "accept-above", "confidence": 50}, key="1")
    assert (done["changed"], done["report"]["reviewing_sentences"], done["report"]["text"]) == (1, 1, "")
    ids = view.ask("rows")["ids"][:3]
    assert view.ask("bulk", action={"action": "reject", "sentences": ids}, key="2")["changed"] == 3


def test_two_annotators_stay_in_step(view, workbench, report, waiting):
    other = Annotator(report, workbench)
    far = View(other, "far")
    far.ask("session")
    view.ask("session")
    view.ask("operate", sentence=waiting["id"], version=waiting["version"], operation=ACCEPT, key="1")
    for changes in (eventually(lambda: far.changes), eventually(lambda: view.changes)):
        assert [(item["action"], item["sentences"], item["user"]) for item in changes] == [
            ("accept", [waiting["id"]], "ann")
        ]
    assert far.ask("session")["position"] == far.changes[0]["position"]
    other.close()


def test_what_a_program_changes_is_heard(view, services, ann, waiting):
    before = view.ask("session")["position"]
    edit = SentenceEdit(disposition=Disposition.REJECT, decides=True)
    services.sentences.change(waiting["id"], edit, ann)
    (change,) = eventually(lambda: view.changes)
    assert change["position"] > before
    assert change["sentences"] == [waiting["id"]]


def test_steps_at_once_in_several_threads_lose_nothing(view):
    sentences = view.ask("sentences", ids=view.ask("rows")["ids"])
    reject = {"kind": "decide", "disposition": "reject"}
    asked = [
        view.send("operate", sentence=item["id"], version=item["version"], operation=reject, key=str(item["id"]))
        for item in sentences[:12]
    ]
    assert [view.answer(number)["result"]["disposition"] for number in asked] == ["reject"] * 12
    assert view.ask("rows")["states"].startswith("r" * 12 + "a")


def test_a_viewer_may_look_only(services, vic, report):
    looking = Workbench(LocalConnection(services, vic))
    annotator = Annotator(report, looking)
    view = View(annotator)
    assert view.ask("session")["may_review"] is False
    first = view.ask("rows")["ids"][0]
    assert view.fail("operate", sentence=first, version=1, operation=ACCEPT, key="1")["kind"] == "forbidden"
    annotator.close()


def test_a_place_without_widgets_shows_words_and_no_markup(view, workbench, report, waiting):
    view.ask(
        "operate", sentence=waiting["id"], version=waiting["version"], key="1",
        operation={"kind": "decide", "disposition": "accept"},
    )  # fmt: skip
    connection = workbench.connection
    connection.change_sentence(waiting["id"], {"text": HOSTILE})
    connection.change_report(report, {"name": HOSTILE})
    again = Annotator(report, workbench)
    data, _ = again._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "37 of 38 sentences reviewed" in data["text/plain"]
    assert HOSTILE not in data["text/html"]
    assert "&lt;img src=x onerror=alert(1)&gt;" in data["text/html"]
    assert data["text/html"].count("<tr>") < 40
    again.close()


def test_a_cell_that_is_run_again_begins_where_somebody_worked(view, workbench, report):
    ids = view.ask("rows")["ids"]
    (sentence,) = view.ask("sentences", ids=[ids[20]])
    view.ask(
        "operate",
        sentence=ids[20],
        version=sentence["version"],
        operation={"kind": "decide", "disposition": None},
        key="1",
    )
    again = Annotator(report, workbench)
    assert again.snapshot["rows"]["ids"][3] == ids[20]
    assert again.snapshot["before"] == 17
    assert [item["id"] for item in again.snapshot["sentences"]] == again.snapshot["rows"]["ids"]
    again.close()


def test_data_frames_for_those_who_prefer_code(annotator):
    assert len(annotator.sentences) == 38
    assert set(annotator.mappings["attack_id"]) >= {"T1486"}


def test_a_report_that_is_not_there(workbench):
    with pytest.raises(NotFound, match=r"There is no report 999\. 'workbench\.reports\(\)' lists"):
        Annotator(999, workbench)


def test_after_its_end_nothing_runs(annotator, view):
    view.ask("session")
    annotator.close()
    eventually(lambda: not any(t.name == "tram-widget-follower" and t.is_alive() for t in threading.enumerate()))
