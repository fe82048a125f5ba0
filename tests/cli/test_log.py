from __future__ import annotations

import getpass

from tests.cli.conftest import Run


def test_who_did_what(run: Run) -> None:
    assert run("reports", "use", "2", "--no-training").code == 0
    answer = run("log")
    assert "use for training" in answer.out
    assert "use_for_training: True → False" in answer.out
    newest, *older = run("log", "--format", "json").json
    assert (newest["action"], newest["user"], newest["report"]) == ("use for training", getpass.getuser(), 2)
    assert (newest["before"], newest["after"]) == ({"use_for_training": True}, {"use_for_training": False})
    assert "import report" in {entry["action"] for entry in older}


def test_by_report_person_and_time(run: Run) -> None:
    (whole,) = run("log", "--report", "2", "--format", "json").json
    assert whole["action"] == "import report"
    assert run("log", "--report", "4711", "--format", "json").json == []
    assert run("log", "--user", "nobody", "--format", "json").json == []
    at = whole["at"]
    assert run("log", "--report", "2", "--since", at, "--format", "json").json == [whole]
    assert run("log", "--report", "2", "--until", at, "--format", "json").json == []
    assert run("log", "--since", "2100-01-01").err.strip() == "0 rows."


def test_no_more_than_asked_for(run: Run) -> None:
    total = len(run("log", "--format", "json").json)
    answer = run("log", "--limit", "1")
    assert answer.err.strip() == f"1 row of {total}; --limit shows more." if total > 1 else "1 row."
    assert len(run("log", "--limit", "1", "--format", "json").json) == 1


def test_mistakes_of_use(run: Run) -> None:
    for arguments in (["--since", "yesterday"], ["--until", "2026-13-01"], ["--limit", "0"]):
        answer = run("log", *arguments)
        assert answer.code == 2
        assert "Traceback" not in answer.err
    assert "no date and time" in run("log", "--since", "yesterday").err
