"""The face for people: calls in plain words, DataFrames with stated columns and dtypes, over both connections."""

from __future__ import annotations

import json
import threading

import pandas as pd
import pytest

import tram_ext
from tests import corpus
from tram_ext import errors
from tram_ext.workbenches import frames
from tram_ext.workbenches.workbench import Workbench

SCHEMAS = {name: value for name, value in vars(frames).items() if name.isupper() and isinstance(value, dict)}


@pytest.fixture(scope="module", params=["local", "http"])
def bench(request, ann):
    """Return a workbench that is not closed here: its connection is others', too."""
    return Workbench(getattr(ann, request.param))


def has(frame, schema, rows=None):
    """Check that a DataFrame has the columns and dtypes that were stated."""
    assert list(frame.columns) == list(schema)
    assert {name: pd.api.types.pandas_dtype(kind) for name, kind in schema.items()} == frame.dtypes.to_dict()
    assert rows is None or len(frame) == rows
    return frame


@pytest.fixture
def report(bench, request):
    name = f"{request.node.name} {bench!r}"
    return has(bench.import_report(corpus.export_bytes(name)), frames.IMPORTED, 1)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_empty_frames_have_their_columns_and_dtypes(name):
    assert len(SCHEMAS) >= 12
    has(frames.frame(SCHEMAS[name], []), SCHEMAS[name], 0)


def test_reading(bench, report):
    assert bench.status()["user"]["name"] == "ann"
    reports = has(bench.reports(), frames.REPORTS)
    assert report["id"].iloc[0] in set(reports["id"])
    assert bench.text(report).startswith("The victims opened")
    sentences = has(bench.sentences(report), frames.SENTENCES, 38)
    assert sentences["techniques"].iloc[0] == ("T1566.001",)
    assert sentences["confidence"].iloc[0] == 100.0
    assert sentences["disposition"].isna().sum() == 2
    has(bench.sentences(report, disposition="none"), frames.SENTENCES, 2)
    has(bench.sentences(report, technique="T1486", text="ransom", limit=2), frames.SENTENCES, 2)
    has(bench.sentences(report, technique="T1149"), frames.SENTENCES, 0)
    has(bench.sentence(sentences.iloc[3]), frames.SENTENCES, 1)
    has(bench.mappings(report), frames.MAPPINGS, 37)
    has(bench.mappings(sentence=next(sentences.itertuples())), frames.MAPPINGS, 1)
    has(bench.mappings(sentence=sentences.iloc[-1]), frames.MAPPINGS, 0)
    has(bench.jobs(), frames.JOBS)
    has(bench.techniques("email"), frames.TECHNIQUES, 0)
    found = has(bench.techniques("lsass"), frames.TECHNIQUES, 1)
    assert found["tactics"].iloc[0] == ("execution",)
    has(bench.technique(found.iloc[0]), frames.TECHNIQUES, 1)
    models = has(bench.models(), frames.MODELS)
    assert models.set_index("model")["version"].isna()["logreg"]
    has(bench.versions("nb"), frames.VERSIONS, 1)
    assert bench.model(models[models["is_default"]])["card"]["model"] == "nb"
    has(bench.trainings(), frames.TRAININGS)
    log = has(bench.log(report), frames.LOG, 1)
    assert log["action"].iloc[0] == "import report"
    assert repr(bench).startswith("<Workbench on ")


def test_reviewing(bench, report):
    sentences = bench.sentences(report, disposition="none")
    row = sentences.iloc[0]
    accepted = has(bench.accept(row), frames.SENTENCES, 1)
    assert (accepted["disposition"].iloc[0], accepted["version"].iloc[0]) == ("accept", 2)
    with pytest.raises(errors.PreconditionFailed) as caught:
        bench.reject(row)
    assert caught.value.version == 2
    rejected = bench.reject(accepted)
    assert rejected["disposition"].iloc[0] == "reject"
    assert bench.clear(int(row["id"]))["disposition"].isna().all()
    mapping = has(bench.add_mapping(row, "t1486", confidence=40, note="Perhaps."), frames.MAPPINGS, 1)
    assert mapping["confidence"].iloc[0] == 40.0
    assert bench.add_mapping(int(row["id"]), bench.technique("T1486"))["id"].iloc[0] == mapping["id"].iloc[0]
    mapping = bench.note(mapping, "Surely.")
    assert mapping["note"].iloc[0] == "Surely."
    assert bench.remove_mapping(mapping)["techniques"].iloc[0] == ("T1071.001",)
    has(bench.undo(report), frames.UNDONE, 1)
    has(bench.redo(report), frames.UNDONE, 1)
    parts = has(bench.split(bench.sentence(int(row["id"])), 6), frames.SENTENCES, 2)
    merged = has(bench.merge(parts), frames.SENTENCES, 1)
    assert bench.reword(merged, "Reworded.")["text"].iloc[0] == "Reworded."


def test_deciding_about_techniques(bench, report):
    row = bench.sentences(report, disposition="none").iloc[0]
    added = bench.add_mapping(row, "T1486")
    accepted = has(bench.accept_mapping(added), frames.SENTENCES, 1)
    assert accepted["disposition"].isna().all(), "the other technique of the sentence waits"
    rejected = has(bench.reject_technique(bench.report(report), "T1071.001"), frames.CHANGED, 1)
    assert rejected["changed"].iloc[0] == 1
    assert bench.sentence(row)["disposition"].iloc[0] == "accept"
    kept = has(bench.mappings(report, rejected=True), frames.MAPPINGS, 1)
    assert (kept["attack_id"].iloc[0], kept["disposition"].iloc[0]) == ("T1071.001", "reject")
    assert list(bench.mappings(sentence=row)["attack_id"]) == ["T1486"]
    assert bench.mappings(sentence=row, rejected=True).equals(kept)
    cleared = bench.clear_mapping(kept)
    assert cleared["disposition"].isna().all()
    assert bench.reject_mapping(bench.mappings(sentence=row).iloc[0])["techniques"].iloc[0] == ("T1486",)
    assert bench.accept_technique(bench.report(report), "T1486")["changed"].iloc[0] == 0, "it is accepted already"


def test_many_at_once_are_one_step(bench, report):
    sentences = bench.sentences(report)
    rejected = has(bench.reject(sentences), frames.SENTENCES, 38)
    assert set(rejected["disposition"]) == {"reject"}
    with pytest.raises(errors.PreconditionFailed):
        bench.accept(sentences)
    assert set(bench.clear(sentences["id"].head(3))["disposition"].isna()) == {True}
    bench.clear([int(number) for number in sentences["id"]])
    changed = has(bench.accept_above(int(report["id"].iloc[0]), 50), frames.CHANGED, 1)
    assert changed["changed"].iloc[0] == 37
    assert bench.accept_unmapped(changed)["changed"].iloc[0] == 1
    assert bench.undo(report)["action"].iloc[0] == "accept unmapped"
    has(bench.remap(bench.report(report), "nb"), frames.CHANGED, 1)


def test_reports_as_a_whole(bench, report, tmp_path):
    assert bench.rename(report, "Another name")["name"].iloc[0] == "Another name"
    with pytest.raises(errors.PreconditionFailed):
        bench.delete_report(report)
    left_out = bench.use_report(int(report["id"].iloc[0]), use=False)
    assert not left_out["use_for_training"].iloc[0]
    content = bench.export(left_out)
    assert json.loads(content)["name"] == "Another name"
    path = bench.export(left_out, "csv", tmp_path / "report.csv")
    assert path.read_bytes() == bench.export(left_out, "csv")
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(errors.Conflict, match=r"report\.csv"):
        bench.export(left_out, "json", path)
    bench.export(left_out, "stix", path, overwrite=True)
    assert json.loads(path.read_bytes())["type"] == "bundle"
    assert len(json.loads(bench.export())) == len(bench.reports())
    bench.delete_report(left_out)
    with pytest.raises(errors.NotFound):
        bench.report(report)


def test_uploading(bench, tmp_path):
    path = tmp_path / "ways in.txt"
    path.write_text(f"{bench!r} said so.\n" + "\n".join(texts[1] for texts in corpus.SENTENCES.values()))
    told = []
    report = has(bench.upload(path, model="nb", progress=lambda *news: told.append(news)), frames.REPORTS, 1)
    assert report["name"].iloc[0] == "Report for ways in.txt"
    assert told[-1][0] == 1.0
    job = has(bench.upload(path.read_bytes(), name="ways in.txt", model="nb", wait=False), frames.JOBS, 1)
    assert bench.wait(job)["id"].iloc[0] == report["id"].iloc[0], "it is here already"
    assert has(bench.cancel(job), frames.JOBS, 1)["status"].iloc[0] == "Done"
    imported = bench.upload(corpus.export_bytes(f"As a file {bench!r}"), name="export.json")
    assert imported["total_sentences"].iloc[0] == 38
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n ")
    with pytest.raises(errors.WorkFailed, match="blank"):
        bench.upload(blank)
    with pytest.raises(errors.NotFound, match="absent"):
        bench.upload(tmp_path / "absent.txt")
    with pytest.raises(errors.Invalid, match="name="):
        bench.upload(b"Words.")


def test_mapping_without_keeping(bench, tmp_path):
    before = len(bench.reports())
    text = "A phishing email carried a malicious document as its attachment."
    found = has(bench.map_text(text), frames.PROPOSALS)
    assert found["attack_id"].iloc[0] == "T1566.001"
    assert found["text"].iloc[0] == text
    path = tmp_path / "note.md"
    path.write_text(text)
    assert bench.map_file(path)["confidence"].tolist() == found["confidence"].tolist()
    assert len(bench.reports()) == before
    none = frames.frame(
        frames.PROPOSALS, frames.proposal_rows({"sentences": [{"text": "x", "order": 0, "mappings": []}]})
    )
    assert has(none, frames.PROPOSALS, 1)["attack_id"].isna().all()


def test_training(bench, report):
    told = []
    training = bench.train("dummy", reports=report, progress=lambda *news: told.append(news))
    has(training, frames.TRAININGS, 1)
    assert training["state"].iloc[0] == "Done"
    assert told
    version = int(training["version"].iloc[0])
    has(bench.restore_model("dummy", version), frames.VERSIONS, 1)
    with pytest.raises(errors.WorkFailed, match="nothing to train on"):
        bench.train("dummy", reports=report, exclude=report)
    begun = has(bench.train("dummy", reports=report, wait=False), frames.TRAININGS, 1)
    assert bench.cancel_training(begun)["id"].iloc[0] == begun["id"].iloc[0]


def test_learning_from_each_other(bench, report):
    sentence = bench.sentences(report, technique="T1566.001").head(1)
    words = has(bench.explain(sentence, "T1566.001"), frames.WORDS)
    text = sentence["text"].iloc[0]
    assert list(words["word"]) == [text[word.start : word.end] for word in words.itertuples()]
    assert words["weight"].gt(0).any()
    similar = has(bench.similar(sentence, "T1566.001"), frames.EXAMPLES)
    assert all("T1566.001" in techniques for techniques in similar["techniques"])
    waiting = has(bench.next_to_review(report, most=5), frames.SENTENCES, 2)
    assert waiting["disposition"].isna().all()
    learned = has(bench.training_set("nb", reports=report), frames.TRAINING_SET)
    assert learned.set_index("attack_id")["sentences"]["T1566.001"] >= 1
    compared = has(bench.compare("nb", "nb:1"), frames.COMPARED).set_index("figure")
    assert "f1_micro" in compared.index
    has(bench.compare_techniques("nb", "nb:1"), frames.COMPARED_TECHNIQUES)


def test_a_learning_curve(bench, report):
    told = []
    curve = has(bench.learning_curve("nb", reports=report, progress=lambda *said: told.append(said)), frames.CURVE)
    assert told[-1][0] == 1.0
    assert curve["sentences"].is_monotonic_increasing
    assert curve["share"].iloc[-1] == 1.0
    with pytest.raises(errors.NotFound):
        bench.learning_curve("oracle")


def test_checking_labels(bench, report):
    wrong = bench.sentences(report, technique="T1486").iloc[0]
    bench.remove_mapping(bench.mappings(sentence=wrong))
    bench.add_mapping(wrong["id"], "T1566.001")
    told = []
    doubts = has(bench.check_labels("nb", reports=report, progress=lambda *said: told.append(said)), frames.DOUBTS)
    assert told[-1][0] == 1.0
    assert wrong["id"] in set(doubts["sentence"].head(5))
    with pytest.raises(errors.NotFound):
        bench.check_labels("oracle")


def test_another_attack(bench, report, tmp_path):
    newer = corpus.write_bundle(tmp_path, ("T1059.099", "Shells"))
    newer.write_text(newer.read_text().replace('"PowerShell"', '"Power Shells"'))
    plan = bench.upgrade_attack(newer, preview=True)
    has(plan, frames.UPGRADE)
    assert plan.query("attack_id == 'T1059.001'")[["fate", "new_name"]].to_numpy().tolist() == [
        ["renamed", "Power Shells"]
    ]
    assert bench.technique("T1059.001")["name"].item() == "PowerShell"
    assert bench.upgrade_attack(newer).equals(plan)
    assert bench.technique("T1059.001")["name"].item() == "Power Shells"
    bench.undo()
    assert bench.technique("T1059.001")["name"].item() == "PowerShell"


def test_an_interrupt_cancels_what_one_waits_for(bench, tmp_path):
    path = tmp_path / "interrupted.txt"
    path.write_text(f"{bench!r}. " + "A scheduled task started the backdoor. " * 5_000)

    def interrupt(*_news):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.upload(path, progress=interrupt)
    job = bench.jobs(everything=True)["id"].max()
    with pytest.raises(errors.Cancelled):
        bench.wait(int(job))


def test_what_is_no_row(bench, report):
    sentence, mapping = bench.sentences(report, limit=1), bench.mappings(report).iloc[0]
    for call in (
        lambda: bench.accept(report),
        lambda: bench.accept("1"),
        lambda: bench.accept(1.0),
        lambda: bench.accept(bool(report.size)),
        lambda: bench.report(sentence),
        lambda: bench.report(bench.reports()),
        lambda: bench.note(sentence, "no"),
        lambda: bench.remove_mapping(sentence),
        lambda: bench.cancel(mapping),
        lambda: bench.technique(7),
        lambda: bench.technique(sentence),
    ):
        with pytest.raises(errors.Invalid):
            call()


def test_threads_share_a_workbench(bench, report):
    sentences, failed = bench.sentences(report), []

    def work(rows):
        try:
            for row in rows.itertuples():
                bench.reject(row)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(sentences.iloc[begin::4],)) for begin in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(bench.sentences(report)["disposition"]) == {"reject"}


def test_the_package_offers_it_all():
    assert tram_ext.Workbench is Workbench
    assert set(tram_ext.__all__) <= set(dir(tram_ext))
    for name in tram_ext.__all__:
        assert getattr(tram_ext, name) is not None
    assert callable(tram_ext.workbench), "no submodule may take the name of the function"
    with pytest.raises(AttributeError, match="nonsense"):
        tram_ext.nonsense  # noqa: B018 - the access is the point
