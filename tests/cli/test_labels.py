from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import SENTENCES, Run, export


def import_waiting(run: Run, folder: Path) -> None:
    found = export("Waiting", [(said.format(99), None) for said in SENTENCES.values()], text="Waiting")
    for sentence in found["sentences"]:
        sentence["disposition"] = None
    file = folder / "waiting.json"
    file.write_text(json.dumps(found))
    assert run("import", file).code == 0


def test_what_to_review_next(run: Run, tmp_path: Path) -> None:
    import_waiting(run, tmp_path)
    found = run("next", "--model", "nb", "--format", "json").json
    assert {each["text"] for each in found} == {said.format(99) for said in SENTENCES.values()}
    answer = run("next", "--model", "nb", "--report", "3", "--limit", "1")
    assert answer.code == 0
    assert sum(said.format(99)[:30] in answer.out for said in SENTENCES.values()) == 1
    assert "4 sentences to review." in answer.err
    assert run("next", "--report", "99", "--model", "nb").code == 1


def test_labels_are_checked(run: Run, tmp_path: Path) -> None:
    wrong = SENTENCES["T1059.001"].format(77)
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(export("Wrong", [(wrong, "T1041")])))
    assert run("import", file).code == 0
    answer = run("check-labels", "--model", "nb")
    assert answer.code == 0
    assert answer.out.startswith("T1041 (")
    assert "→ T1059.001 (" in answer.out.splitlines()[0]
    assert wrong in answer.out
    body = run("check-labels", "--model", "nb", "--limit", "1", "--format", "json").json
    assert (body["state"], body["checked"]) == ("Done", 41)
    assert body["doubts"][0]["text"] == wrong
