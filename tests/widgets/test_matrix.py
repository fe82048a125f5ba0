"""The matrix's Python side: reports, layers, files, what is shown where no kernel runs."""

from __future__ import annotations

import json

import pytest

from tests.widgets.conftest import View, eventually
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.edits import SentenceEdit
from tram_ext.domain.errors import Invalid, NotFound

pytest.importorskip("tram_ext.widgets.matrix", reason="the widgets are not built (pip install .)", exc_type=ImportError)

from tram_ext.widgets import TechniqueMatrix

LAYER = {
    "name": "<b>Ours</b>",
    "techniques": [
        {"techniqueID": "T1486", "score": 40, "tactic": "impact"},
        {"techniqueID": "T1486", "score": 70, "tactic": "exfiltration", "comment": "<script>no</script>"},
        {"techniqueID": "T1059.001", "color": "#ff0000"},
        {"techniqueID": "T1003.001", "score": 9, "enabled": False},
        {"techniqueID": "T1053.005"},
        "nonsense",
    ],
}


@pytest.fixture
def matrix(workbench):
    made = TechniqueMatrix(workbench.reports(), workbench)
    yield made
    made.close()


def test_it_counts_its_reports_and_follows_them(matrix, services, ann, workbench):
    assert matrix.title == "Six ways in"
    view = View(matrix)
    view.ask("session")
    (count,) = [item for item in view.ask("counts") if item["attack_id"] == "T1071.001"]
    assert (count["accepted"], count["proposed"], count["best"]) == (6, 1, 100.0)
    sentence = workbench.connection.sentences({"disposition": "none"}).records[0]
    services.sentences.change(sentence["id"], SentenceEdit(disposition=Disposition.ACCEPT, decides=True), ann)
    eventually(lambda: view.changes)
    assert matrix.counts.set_index("attack_id").loc["T1071.001", ["accepted", "proposed"]].tolist() == [7, 0]


def test_the_layer_of_reports_scores_by_sentences(matrix):
    file = View(matrix).ask("layer")
    layer = json.loads(file["text"])
    assert file["type"] == "application/json"
    assert layer["versions"]["layer"] == "4.5"
    scores = {item["techniqueID"]: item["score"] for item in layer["techniques"]}
    assert scores["T1071.001"] == 7
    assert layer["gradient"]["maxValue"] == 7


@pytest.mark.parametrize("form", ["object", "text", "file", "list"])
def test_a_layer_from_elsewhere(workbench, tmp_path, form):
    path = tmp_path / "layer.json"
    path.write_text(json.dumps(LAYER), encoding="utf-8")
    given = {"object": LAYER, "text": json.dumps(LAYER), "file": path, "list": json.dumps([LAYER])}[form]
    matrix = TechniqueMatrix(layer=given, workbench=workbench)
    view = View(matrix)
    assert [(item["attack_id"], item["best"]) for item in view.ask("counts")] == [("T1059.001", 0.0), ("T1486", 70.0)]
    assert [item["text"] for item in view.ask("evidence", attack_id="T1486")] == ["<script>no</script>"]
    assert view.ask("evidence", attack_id="T1059.001") == []
    assert json.loads(view.ask("layer")["text"]) == LAYER
    data, _ = matrix._repr_mimebundle_()
    assert "&lt;b&gt;Ours&lt;/b&gt;" in data["text/html"]
    assert "<b>" not in data["text/html"]
    assert "T1486" in data["text/plain"]
    matrix.close()


@pytest.mark.parametrize("given", ["{", "[1]", '{"techniques": 3}', "/no/such/file"])
def test_what_is_no_layer(workbench, given):
    with pytest.raises(Invalid):
        TechniqueMatrix(layer=given, workbench=workbench)


def test_what_cannot_be_shown(workbench):
    with pytest.raises(NotFound, match="There is no report 99"):
        TechniqueMatrix(99, workbench)
    with pytest.raises(Invalid):
        TechniqueMatrix([], workbench)
    with pytest.raises(Invalid):
        TechniqueMatrix(1, workbench, layer=LAYER)
