from __future__ import annotations

from tests.cli.conftest import Run


def test_lists_reports(run: Run) -> None:
    answer = run("reports", "list")
    assert "Training report" in answer.out
    assert "ATT&CK 18.1 procedure examples" in answer.out
    builtin, training = run("reports", "list", "--format", "json").json
    assert builtin["builtin"]
    assert (training["accepted_sentences"], training["use_for_training"]) == (40, True)


def test_shows_a_report(run: Run) -> None:
    answer = run("reports", "show", "2")
    assert "Training report" in answer.out
    assert "Accepted" in answer.out
    assert run("reports", "show", "1").out.count("the workbench itself") == 1


def test_a_report_can_be_left_out_of_training(run: Run) -> None:
    assert "is left out from the next training on" in run("reports", "use", "2", "--no-training").out
    assert run("reports", "show", "2", "--format", "json").json["use_for_training"] is False
    assert "is trained on from the next training on" in run("reports", "use", "2").out
    assert run("reports", "show", "2", "--format", "json").json["use_for_training"] is True


def test_deletes_when_told_to(run: Run) -> None:
    unsure = run("reports", "delete", "2")
    assert unsure.code == 2
    assert "Add --yes" in unsure.err
    assert run("reports", "delete", "2", "--yes").code == 0
    gone = run("reports", "show", "2")
    assert gone.code == 1
    assert "There is no report 2. 'jupyter tram reports list' shows what there is." in gone.err


def test_a_deleted_built_in_report_stays_deleted(run: Run) -> None:
    assert run("reports", "delete", "1", "--yes", "--format", "json").json == {"deleted": 1}
    assert run("attack", "list", "--search", "T1059").code == 0
    assert [report["id"] for report in run("reports", "list", "--format", "json").json] == [2]


def test_a_number_is_asked_for(run: Run) -> None:
    assert run("reports", "show", "two").code == 2
