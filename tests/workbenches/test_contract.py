"""The same calls over HTTP and in one process: the same records, the same errors with the same words."""

from __future__ import annotations

import io
import json
import time

import pytest

from tests import corpus
from tram_ext.domain.errors import TramError

OWN = {
    "created_on",
    "updated_on",
    "at",
    "batch",
    "undoes",
    "byline",
    "elapsed_sec",
    "seconds",
    "ready",
    "workbench",
    "uuid",
}
"""Keys whose value differs from one moment or place to the next, and whose type does not."""

PASSING = {"preparing"}
"""Keys whose value is there at one moment and `None` at the next: a model is prepared in the background."""


def normal(value):
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in PASSING}
        return {key: type(item).__name__ if key in OWN else normal(item) for key, item in kept.items()}
    if isinstance(value, list | tuple):
        return [normal(item) for item in value]
    if hasattr(value, "records"):
        return [normal(value.records), value.total]
    if hasattr(value, "content"):
        return [value.name, value.media_type, value.content if b"created_on" not in value.content else None]
    return value


def outcome(call):
    """Return what a call answers, or how it fails, for comparison."""
    try:
        return normal(call())
    except TramError as error:
        extra = [getattr(error, name, None) for name in ("code", "fields", "version", "messages")]
        return [type(error).__name__, error.message, *extra]


def same(twins, *calls):
    """Make the same calls on both, one after the other, and return what came of them."""
    found = []
    for call in calls:
        local, http = outcome(lambda: call(twins.local)), outcome(lambda: call(twins.http))  # noqa: B023 - called at once
        assert local == http
        found.append(http)
    return found


def new_report(twins, name):
    """Import a report of its own for a test, and return its number and its sentences, which are the same on both."""
    imported, _ = same(
        twins,
        lambda c: c.import_report(corpus.export_bytes(name)),
        lambda c: c.import_report(corpus.export_bytes(name)),
    )
    sentences = twins.local.sentences({"report": imported["id"]}).records
    return imported["id"], sentences


def test_reading(ann):
    answers = same(
        ann,
        lambda c: c.status(),
        lambda c: c.reports(),
        lambda c: c.reports(limit=1, offset=1),
        lambda c: c.report(1),
        lambda c: c.sentences(),
        lambda c: c.sentences({"report": 1, "disposition": "none"}, limit=1),
        lambda c: c.sentences(
            {"technique": "T1486", "min_confidence": 50.0, "max_confidence": 100.0, "text": "RANSOM"}
        ),
        lambda c: c.sentence(1),
        lambda c: c.sentences({"ids": [3, 1, 99999]}),
        lambda c: c.rows(1, {"technique": "T1486"}),
        lambda c: c.rows(1, {"disposition": "none"}, order="uncertainty"),
        lambda c: c.report_outlines(),
        lambda c: c.page_sizes(1),
        lambda c: c.report_text(1),
        lambda c: c.technique_counts(),
        lambda c: c.technique_counts([1]),
        lambda c: c.evidence("T1486", [1], limit=2),
        lambda c: c.explanation(1, "T1566.001"),
        lambda c: c.suggestions(38),
        lambda c: c.training_set("nb", exclude=[1]),
        lambda c: c.compare_models("nb", "nb:1"),
        lambda c: c.mappings(1),
        lambda c: c.mappings(limit=2, offset=3),
        lambda c: c.mapping(1),
        lambda c: c.jobs(everything=True),
        lambda c: c.techniques("powershell"),
        lambda c: c.techniques(everything=True),
        lambda c: c.technique("t1566.001"),
        lambda c: c.tactics(),
        lambda c: c.models(),
        lambda c: c.versions("nb"),
        lambda c: c.model("default"),
        lambda c: c.model("nb", 1),
        lambda c: c.trainings(),
        lambda c: c.training(1),
        lambda c: c.log(report_id=1),
        lambda c: c.log(user="ann", since="2020-01-01T00:00:00Z", until="2100-01-01T00:00:00+02:00", limit=2),
        lambda c: c.export(1, "csv"),
        lambda c: c.export(None, "json"),
    )
    assert answers[4][1] == 38
    assert answers[25][0]["attack_id"] == "T1059.001"


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.report(99999),
        lambda c: c.report(-1),
        lambda c: c.sentence(2**40),
        lambda c: c.rows(99999),
        lambda c: c.rows(1, order="size"),
        lambda c: c.technique_counts([99999]),
        lambda c: c.evidence("T1486", limit=0),
        lambda c: c.explanation(1, "T9999"),
        lambda c: c.suggestions(99999),
        lambda c: c.training_set("oracle"),
        lambda c: c.compare_models("nb", "nb:x"),
        lambda c: c.mapping(0),
        lambda c: c.job(99999),
        lambda c: c.retry_job(99999),
        lambda c: c.report_text(99999),
        lambda c: c.training(99999),
        lambda c: c.learning_curve(99999),
        lambda c: c.learning_curves("oracle"),
        lambda c: c.learning_curves(limit=0),
        lambda c: c.download(99999),
        lambda c: c.technique("T9999"),
        lambda c: c.technique("no/such technique?"),
        lambda c: c.model("oracle"),
        lambda c: c.model("nb", 7),
        lambda c: c.model("logreg"),
        lambda c: c.versions("oracle"),
        lambda c: c.restore_model("nb", 7),
        lambda c: c.restore_model("nb", 0),
        lambda c: c.reports(limit=0),
        lambda c: c.sentences({"disposition": "maybe"}),
        lambda c: c.sentences({"technique": "nonsense"}),
        lambda c: c.sentences({"min_confidence": 200.0}),
        lambda c: c.sentences({"report": 2**40}),
        lambda c: c.log(since="yesterday"),
        lambda c: c.change_sentence(1, {"disposition": "maybe"}),
        lambda c: c.change_sentence(1, {"text": " "}),
        lambda c: c.change_sentence(1, {"text": "a\0b"}),
        lambda c: c.change_sentence(99999, {"disposition": "maybe"}),
        lambda c: c.change_report(1, {"name": ""}),
        lambda c: c.create_report("", "", ""),
        lambda c: c.create_sentence(99999, "A sentence."),
        lambda c: c.add_mapping(1, 1, "T9999"),
        lambda c: c.add_mapping(1, 1, corpus.REVOKED),
        lambda c: c.add_mapping(1, 99999, "T1486", confidence=200.0),
        lambda c: c.change_mapping(1, {"confidence": -1.0}),
        lambda c: c.review(1, "guess"),
        lambda c: c.review(1, "accept-above"),
        lambda c: c.review(1, "accept"),
        lambda c: c.review(1, "accept", sentences=[99999]),
        lambda c: c.review(1, "accept", sentences=[1, 2], versions=[1]),
        lambda c: c.split(1, 0),
        lambda c: c.split(1, 5000),
        lambda c: c.merge([1]),
        lambda c: c.merge([1, 9]),
        lambda c: c.undo(99999),
        lambda c: c.undo(1, steps=0),
        lambda c: c.undo(1, key="two words"),
        lambda c: c.take_step(99999, {"kind": "decide", "disposition": None}),
        lambda c: c.take_step(1, {"kind": "explode"}),
        lambda c: c.take_step(1, {"kind": "decide"}),
        lambda c: c.take_step(1, {"kind": "add", "attack_id": "T0000"}),
        lambda c: c.take_step(1, {"kind": "change", "attack_id": "T9999", "note": "x"}),
        lambda c: c.take_step(1, {"kind": "decide", "disposition": None}, key=""),
        lambda c: c.redo(1),
        lambda c: c.remap(1, "oracle"),
        lambda c: c.remap(1, "logreg"),
        lambda c: c.export(1, "parchment"),
        lambda c: c.export(None, "docx"),
        lambda c: c.export(99999, "json"),
        lambda c: c.import_report(b"{"),
        lambda c: c.import_report(b"[]"),
        lambda c: c.import_report(json.dumps(corpus.export("x", sentences=[{"text": 1}])).encode()),
        lambda c: c.upload("empty.txt", io.BytesIO(b"")),
        lambda c: c.upload("noise.bin", io.BytesIO(bytes(range(256)) * 4)),
        lambda c: c.upload("export.json", io.BytesIO(b'{"name": 7}')),
        lambda c: c.upload("a.txt", io.BytesIO(b"Words."), model="oracle"),
        lambda c: c.map_text(""),
        lambda c: c.map_text("…"),
        lambda c: c.map_text("Words.", model="oracle"),
        lambda c: c.map_file("empty.txt", io.BytesIO(b"")),
        lambda c: c.train("oracle"),
        lambda c: c.train("nb", reports=[99999]),
        lambda c: c.measure_learning("oracle"),
        lambda c: c.measure_learning("nb", reports=[99999]),
        lambda c: c.measure_learning("nb", reports=[0]),
        lambda c: c.change_password("not it", "long enough to do"),
        lambda c: c.change_password("correct horse", "x"),
    ],
)
def test_errors(ann, call):
    (found,) = same(ann, call)
    assert isinstance(found, list)
    assert isinstance(found[0], str)


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.change_sentence(1, {"disposition": "maybe"}),
        lambda c: c.delete_sentence(1),
        lambda c: c.change_report(99999, {"name": ""}),
        lambda c: c.delete_report(1),
        lambda c: c.create_report("", "", ""),
        lambda c: c.create_sentence(1, ""),
        lambda c: c.add_mapping(1, 1, ""),
        lambda c: c.change_mapping(1, {}),
        lambda c: c.delete_mapping(1),
        lambda c: c.review(1, "guess"),
        lambda c: c.split(1, 0),
        lambda c: c.merge([]),
        lambda c: c.remap(1, ""),
        lambda c: c.undo(1),
        lambda c: c.undo(None),
        lambda c: c.undo(1, steps=0),
        lambda c: c.take_step(1, {"kind": "explode"}),
        lambda c: c.take_step(1, {"kind": "add", "attack_id": "T1486"}, key="k"),
        lambda c: c.restore_model("nb", 0),
        lambda c: c.train("nb"),
        lambda c: c.map_text(""),
        lambda c: c.map_file("a.txt", io.BytesIO(b"Words.")),
        lambda c: c.upload("a.txt", io.BytesIO(b"Words.")),
        lambda c: c.import_report(b"{}"),
        lambda c: c.upgrade_attack("b.json", io.BytesIO(b"{}")),
        lambda c: c.upgrade_attack("b.json", io.BytesIO(b"{}"), preview=True),
        lambda c: c.cancel_job(1),
        lambda c: c.retry_job(1),
        lambda c: c.cancel_training(1),
        lambda c: c.measure_learning("oracle"),
        lambda c: c.cancel_learning_curve(1),
    ],
)
def test_a_viewer_changes_nothing(vic, call):
    (found,) = same(vic, call)
    assert found[0] == "Forbidden"


def test_reviewing(ann):
    report, sentences = new_report(ann, "Reviewed twice")
    first, second, third = (sentence["id"] for sentence in sentences[:3])
    mapping = sentences[0]["mappings"][0]["id"]
    last = sentences[-1]["id"]
    found = same(
        ann,
        lambda c: c.change_sentence(first, {"disposition": "reject"}, expected=1),
        lambda c: c.change_sentence(first, {"disposition": None}, expected=1),
        lambda c: c.change_sentence(first, {"disposition": None, "order": 0}, expected=2),
        lambda c: c.add_mapping(report, last, "T1486", confidence=12.5, note="Perhaps."),
        lambda c: c.add_mapping(report, last, "T1486"),
        lambda c: c.change_mapping(mapping, {"note": "Surely."}, expected=1),
        lambda c: c.change_mapping(mapping, {"attack_id": "T1486"}, expected=1),
        lambda c: c.delete_mapping(mapping, expected=1),
        lambda c: c.delete_mapping(mapping, expected=2),
        lambda c: c.undo(report),
        lambda c: c.redo(report),
        lambda c: c.split(second, 10, expected=1),
        lambda c: c.merge([second, c.sentences({"report": report}).records[2]["id"]], expected=2),
        lambda c: c.review(report, "accept-above", confidence=10.0),
        lambda c: c.review(report, "reject", sentences=[first, third], versions=[99, 1]),
        lambda c: c.review(report, "reject", sentences=[first, third], expected=1),
        lambda c: c.review(report, "clear", sentences=[first, third]),
        lambda c: c.review(report, "accept-unmapped"),
        lambda c: c.create_sentence(report, "One more.", disposition="accept"),
        lambda c: c.create_sentence(report, "And first.", order=-1),
        lambda c: c.delete_sentence(third, expected=99),
        lambda c: c.delete_sentence(third),
        lambda c: c.remap(report, "nb"),
        lambda c: c.change_report(report, {"name": "Renamed", "use_for_training": False}),
        lambda c: c.change_report(report, {"name": "Renamed again"}, expected=1),
        lambda c: c.sentences({"report": report}),
        lambda c: c.log(report_id=report),
        lambda c: c.export(report, "navigator"),
        lambda c: c.delete_report(report, expected=1),
        lambda c: c.delete_report(report),
        lambda c: c.report(report),
    )
    assert found[1][0] == "PreconditionFailed"
    assert found[1][4] == 2
    failed = [
        place for place, answer in enumerate(found) if isinstance(answer, list) and answer[:1] == ["PreconditionFailed"]
    ]
    assert failed == [1, 6, 7, 14, 15, 20, 24, 28]


def test_steps_and_undo_under_a_key(ann):
    report, sentences = new_report(ann, "Step by step")
    first, last = sentences[0], sentences[-1]
    add = {"kind": "add", "attack_id": "T1486", "confidence": 12.5, "note": "Perhaps."}
    found = same(
        ann,
        lambda c: c.take_step(last["id"], add, expected=last["version"], key="add"),
        lambda c: c.take_step(last["id"], add, expected=last["version"], key="add"),
        lambda c: c.take_step(last["id"], add, expected=last["version"], key="other"),
        lambda c: c.take_step(first["id"], add, key="add"),
        lambda c: c.take_step(last["id"], {"kind": "change", "attack_id": "T1486", "confidence": 80}),
        lambda c: c.take_step(first["id"], {"kind": "decide", "disposition": "reject"}, key="reject"),
        lambda c: c.take_step(last["id"], {"kind": "remove", "attack_id": "T1486"}, key="remove"),
        lambda c: c.undo(report, steps=3, key="undo"),
        lambda c: c.undo(report, steps=3, key="undo"),
        lambda c: c.undo(report, steps=2, key="undo"),
        lambda c: c.undo(report, steps=100),
        lambda c: c.redo(report, steps=4, key="redo"),
        lambda c: c.log(report_id=report),
    )
    assert found[0] == found[1]
    assert [answer[0] for answer in (found[2], found[3], found[9])] == ["PreconditionFailed", "Conflict", "Conflict"]
    assert found[7] == found[8]
    assert (found[7]["steps"], found[7]["action"]) == (3, "change mapping")
    assert (found[10]["steps"], found[10]["stopped"]) == (1, "There is nothing of yours to undo here.")
    assert found[11]["steps"] == 4


def test_decisions_about_techniques(ann):
    report, sentences = new_report(ann, "Technique by technique")
    first, second, last = sentences[0], sentences[1], sentences[-2]
    mapping = last["mappings"][0]["id"]
    reject = {"kind": "judge", "attack_id": "T1566.001", "disposition": "reject", "searched": ["T1486"]}
    found = same(
        ann,
        lambda c: c.take_step(first["id"], reject, expected=first["version"], key="judge"),
        lambda c: c.take_step(first["id"], reject, expected=first["version"], key="judge"),
        lambda c: c.take_step(second["id"], {**reject, "attack_id": "T1059.001"}),
        lambda c: c.take_step(second["id"], {"kind": "judge", "attack_id": "T1566.001"}),
        lambda c: c.take_step(second["id"], {**reject, "searched": [None]}),
        lambda c: c.change_mapping(mapping, {"disposition": "accept"}, expected=1),
        lambda c: c.change_mapping(mapping, {"disposition": "maybe"}),
        lambda c: c.change_mapping(mapping, {"disposition": None, "note": "Perhaps."}),
        lambda c: c.review(report, "reject-techniques", techniques=["T1071.001", "t1486"]),
        lambda c: c.review(report, "reject-techniques"),
        lambda c: c.extract(report, 0, 11, "T1486", text="The victims"),
        lambda c: c.extract(report, 0, 11, "T1486", text="Another text"),
        lambda c: c.review(report, "dismiss-section", sentences=[first["id"]]),
        lambda c: c.mappings(first["id"]),
        lambda c: c.sentences({"report": report}),
        lambda c: c.rows(report, {}),
        lambda c: c.technique_counts([report]),
        lambda c: c.evidence("T1566.001", [report]),
        lambda c: c.training_set("nb", reports=[report]),
        lambda c: c.export(report, "json"),
        lambda c: c.undo(report, steps=3),
        lambda c: c.log(report_id=report),
    )
    extracted, edited, headless = found[10:13]
    assert (extracted["text"], extracted["disposition"]) == ("The victims", "accept")
    assert (edited[0], headless[0]) == ("Conflict", "Invalid")
    assert found[0] == found[1]
    assert (found[0]["disposition"], found[0]["mappings"]) == ("reject", [])
    assert [answer[0] for answer in (found[2], found[3], found[4], found[6], found[9])] == [
        "NotFound",
        *["Invalid"] * 4,
    ]
    assert (found[5]["disposition"], found[7]["disposition"], found[8]["changed"]) == ("accept", None, 1)


def until(connection, ask, state):
    while (found := ask(connection))[state] in ("Queued", "Running"):
        time.sleep(0.05)
    return found


def test_documents(ann):
    text = "\n".join(texts[0] for texts in corpus.SENTENCES.values()).encode()
    taken, again = same(
        ann,
        lambda c: c.upload("ways.txt", io.BytesIO(text), model="nb"),
        lambda c: {key: value for key, value in c.upload("ways.txt", io.BytesIO(text)).items() if key == "doc-id"},
    )
    assert again["doc-id"] == taken["doc-id"]
    job = taken["job-id"]
    (done,) = same(ann, lambda c: until(c, lambda d: d.job(job), "status"))
    assert done["status"] == "Done"
    found = same(
        ann,
        lambda c: c.download(done["document_id"]),
        lambda c: c.sentences({"report": done["report_id"]}),
        lambda c: c.cancel_job(job),
        lambda c: c.map_text(text.decode()),
        lambda c: c.map_file("ways.md", io.BytesIO(text), model="nb"),
    )
    assert found[0] == text
    assert found[1][1] == 6
    assert [s["mappings"] for s in found[3]["sentences"]] == [s["mappings"] for s in found[4]["sentences"]]


def test_another_attack(ann, tmp_path):
    newer = json.loads(corpus.write_bundle(tmp_path, ("T1059.099", "Shells")).read_text())
    next(item for item in newer["objects"] if item["name"] == "PowerShell")["name"] = "Power Shells"
    data, name = json.dumps(newer).encode(), "enterprise-attack-7.5.json"
    plan, done, again, _, _ = same(
        ann,
        lambda c: c.upgrade_attack(name, io.BytesIO(data), preview=True),
        lambda c: c.upgrade_attack(name, io.BytesIO(data)),
        lambda c: c.upgrade_attack(name, io.BytesIO(data), preview=True),
        lambda c: c.undo(None),
        lambda c: c.status()["attack"],
    )
    assert {**done, "preview": True} == plan
    assert (plan["before"]["version"], plan["after"]["version"], plan["added"]) == ("1.0", "7.5", 1)
    assert [(e["fate"], e["attack_id"], e["new_name"]) for e in plan["effects"]] == [
        ("renamed", "T1059.001", "Power Shells")
    ]
    assert again["effects"] == []
    refused = same(ann, lambda c: c.upgrade_attack("cut.json", io.BytesIO(data[:-40])))
    assert refused[0][1].startswith("cut.json is cut off")


def test_training(ann):
    begun, done, _, cancelled = same(
        ann,
        lambda c: {**c.train("dummy", reports=[1]), "state": None, "stage": None, "progress": None},
        lambda c: until(c, lambda d: d.training(d.trainings(limit=1)[0]["id"]), "state"),
        lambda c: c.cancel_training(c.trainings(limit=1)[0]["id"]),
        lambda c: c.trainings(limit=1),
    )
    assert begun["model"] == "dummy"
    assert (done["state"], done["result"]["version"]) == ("Done", 1)
    assert cancelled[0]["state"] == "Done"
    same(ann, lambda c: {**c.restore_model("dummy", 1), "size": 0}, lambda c: {**c.versions("dummy")[0], "size": 0})


def test_a_learning_curve(ann):
    begun, measured, _, listed, mine = same(
        ann,
        lambda c: {**c.measure_learning("nb", reports=[1]), "state": None, "stage": None, "progress": None},
        lambda c: until(c, lambda d: d.learning_curve(d.learning_curves(limit=1)[0]["id"]), "state"),
        lambda c: c.cancel_learning_curve(c.learning_curves(limit=1)[0]["id"]),
        lambda c: c.learning_curves(limit=1),
        lambda c: c.learning_curves("nb", limit=1),
    )
    assert (begun["model"], begun["points"]) == ("nb", [])
    assert (measured["state"], measured["points"][-1]["share"]) == ("Done", 1.0)
    assert listed == mine == [measured]
