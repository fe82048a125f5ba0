from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run, export, training_export


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value))
    return path


def test_imports_and_says_the_number(run: Run, tmp_path: Path) -> None:
    answer = run("import", write(tmp_path / "new.json", export("New", [("They used PowerShell.", "T1059.001")])))
    assert answer.code == 0
    assert "imported as report 3, 'New': 1 sentence, 1 accepted." in answer.out


def test_the_same_content_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "again.json", training_export())
    answer = run("import", file)
    assert answer.code == 0
    assert "was imported before, and is unchanged, as report 2" in answer.out
    (line,) = run("import", "--format", "json", file).lines
    assert line["is_new"] is False
    assert line["report"]["id"] == 2
    assert len(run("reports", "list", "--format", "json").json) == 2


def test_a_malformed_technique_refuses_the_whole_file_with_its_place(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "bad.json", export("Bad", [("Fine.", "T1041"), ("Not fine.", "T99")]))
    answer = run("import", file)
    assert answer.code == 1
    assert "sentences[1].mappings[0].attack_id" in answer.err
    assert "'T99'" in answer.err
    assert len(run("reports", "list", "--format", "json").json) == 2


def test_a_bad_file_among_good_ones(run: Run, tmp_path: Path) -> None:
    half = tmp_path / "half.json"
    half.write_text(json.dumps(export("Half", [("Cut.", "T1041")]))[:60])
    good = write(tmp_path / "good.json", export("Good", [("Whole.", "T1041")]))
    missing = tmp_path / "missing.json"
    answer = run("import", "--format", "json", half, missing, good)
    assert answer.code == 1
    assert [("error" in line) for line in answer.lines] == [True, True, False]
    assert answer.lines[2]["report"]["name"] == "Good"


def test_a_retired_technique_is_kept_with_a_warning(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "old.json", export("Old", [("They bought domains.", "T1328")]))
    answer = run("import", file)
    assert answer.code == 0
    assert "Warning: " in answer.err
    assert "T1328 is not in the loaded ATT&CK; it is kept as retired and never trained on." in answer.err
    assert run("attack", "show", "T1328", "--format", "json").json["status"] == "retired"


def test_a_revoked_technique_becomes_its_successor(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "revoked.json", export("Revoked", [("They side-loaded a DLL.", "T1574.002")]))
    assert "T1574.002 was revoked by T1574.001" in run("import", file).err
