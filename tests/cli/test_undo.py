from __future__ import annotations

from tests.cli.conftest import Run


def trained_on(run: Run) -> bool:
    return bool(run("reports", "show", "2", "--format", "json").json["use_for_training"])


def test_back_and_forth(run: Run) -> None:
    run("reports", "use", "2", "--no-training")
    answer = run("undo", "--report", "2")
    assert answer.out.strip() == "Undone: use for training, 1 row."
    assert trained_on(run)
    redone = run("redo", "--report", "2", "--format", "json").json
    assert (redone["action"], redone["changed"]) == ("use for training", 1)
    assert not trained_on(run)


def test_several_at_once(run: Run) -> None:
    run("reports", "use", "2", "--no-training")
    run("reports", "use", "2", "--training")
    answer = run("undo", "--report", "2", "--steps", "2")
    assert answer.out.strip() == "Undone: 2 actions, the last of them use for training, 2 rows."
    again = run("redo", "--report", "2", "--steps", "3")
    assert again.out.strip() == "Done again: 2 actions, the last of them use for training, 2 rows."
    assert "No further: There is nothing of yours to redo here." in again.err


def test_what_cannot_be(run: Run) -> None:
    for arguments, why in (
        (["undo"], "nothing of yours to undo"),
        (["redo", "--report", "2"], "nothing of yours to redo"),
        (["undo", "--report", "4711"], "There is no report 4711."),
    ):
        answer = run(*arguments)
        assert answer.code == 1
        assert why in answer.err
