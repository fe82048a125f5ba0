from __future__ import annotations

from tests.cli.conftest import Run


def test_lists_all_models(run: Run) -> None:
    answer = run("models", "list")
    assert "linear (default)" in answer.out
    entries = {entry["model"]: entry for entry in run("models", "list", "--format", "json").json}
    assert {"dummy", "nb", "logreg", "nn_cls", "linear"} <= set(entries)
    assert entries["nb"]["active"]["version"] == 1
    assert entries["dummy"]["active"] is None


def test_shows_the_card(run: Run) -> None:
    answer = run("models", "show", "nb")
    assert answer.code == 0
    for part in ("F1 weighted", "Sentences", "T1566.001", "Phishing: Spearphishing Attachment", "scikit-learn"):
        assert part in answer.out
    card = run("models", "show", "nb", "--format", "json").json["card"]
    assert {score["attack_id"] for score in card["techniques"]} <= {"T1566.001", "T1059.001", "T1053.005", "T1041"}
    assert card["counts"]["sentences"] == 40


def test_goes_back_to_an_older_version(run: Run) -> None:
    assert run("train", "nb", "--report", "2").code == 0
    assert "Version              2, proposes" in run("models", "show", "nb").out
    assert run("models", "restore", "nb", "1").out == "Version 1 of nb proposes from now on.\n"
    assert run("models", "show", "nb", "--format", "json").json["version"] == 1
    assert "2, an older one" not in run("models", "show", "nb").out
    assert run("models", "show", "nb", "--version", "2", "--format", "json").json["active"] is False


def test_what_is_not_there_is_said(run: Run) -> None:
    assert "There is no model 'oracle'" in run("models", "show", "oracle").err
    assert "was not trained yet" in run("models", "show", "dummy").err
    missing = run("models", "restore", "nb", "7")
    assert missing.code == 1
    assert "There is no version 7 of the model 'nb'" in missing.err


def test_two_versions_side_by_side(run: Run) -> None:
    assert run("train", "nb", "--report", "2").code == 0
    answer = run("models", "compare", "nb:1", "nb")
    assert answer.code == 0
    assert "F1 micro" in answer.out
    assert "nb 1" in answer.out
    assert "nb 2" in answer.out
    body = run("models", "compare", "nb:1", "nb:2", "--format", "json").json
    assert body["same_data"] is True
    assert body["figures"]["f1_micro"]["change"] == 0
    assert run("models", "compare", "nb:x", "nb").err.startswith("Error: 'nb:x' names no version")
    assert run("models", "compare", "nb:7", "nb").code == 1
