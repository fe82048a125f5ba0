"""``evaluate``: figures for people and programs, the same whatever the jobs; nothing is kept."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_shows_the_figures(run: Run) -> None:
    answer = run("evaluate", "nb", "--report", "2", "--jobs", "1", "--seeds", "2", "--learning-curve")
    assert answer.code == 0, answer.err
    for said in ("F1 weighted", "F1 micro", "F1 macro", "±", "Calibration error", "Among the first 1", "Leakage"):
        assert said in answer.out
    assert "T1059.001" in answer.out
    assert "Mean confidence" in answer.out
    assert "Sentences learnt from" in answer.out
    (entry,) = [entry for entry in run("models", "list", "--format", "json").json if entry["model"] == "nb"]
    assert entry["versions"] == 1, "no version was made"


def test_json_is_the_same_whatever_the_jobs(run: Run) -> None:
    found = [
        run("evaluate", "nb", "--report", "2", "--protocol", "kfold", "--folds", "3", "-j", jobs, "--format", "json")
        for jobs in ("1", "2")
    ]
    assert [answer.code for answer in found] == [0, 0]
    assert found[0].json == found[1].json
    assert (found[0].json["protocol"], found[0].json["k"], found[0].json["seeds"]) == ("kfold", 3, [0])
    assert sum(row["support"] for row in found[0].json["techniques"]) == 40


def test_too_few_reports_for_the_folds_are_said(run: Run) -> None:
    answer = run("evaluate", "nb", "--report", "2", "--protocol", "document", "-j", "1")
    assert answer.code == 1
    assert "5 folds of 1 documents cannot be made" in answer.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("oracle",), "There is no model 'oracle'"), (("nb", "--report", "99"), "nothing to train on")],
)
def test_what_is_not_there_is_said(run: Run, arguments: tuple[str, ...], message: str) -> None:
    answer = run("evaluate", *arguments, "-j", "1")
    assert answer.code == 1
    assert message in answer.err
