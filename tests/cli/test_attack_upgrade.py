from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import corpus
from tests.cli.conftest import call
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

NEW = ("T1059.099", "Shells")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder with the corpus's small ATT&CK and its report, 1."""
    folder = tmp_path / "tram"
    services = Services(Settings(data_dir=folder, db_url=""))
    services.attack.load_file(corpus.write_bundle(tmp_path), services.users.at_the_command_line())
    services.close()
    file = tmp_path / "report.json"
    file.write_bytes(corpus.export_bytes())
    assert call(folder, "import", file).code == 0
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Return a bundle that revokes, renames and drops a technique each."""
    path = corpus.write_bundle(tmp_path, NEW)
    data = json.loads(path.read_text())
    by_id = {o["external_references"][0]["external_id"]: o for o in data["objects"] if o["type"] == "attack-pattern"}
    by_id["T1059.001"]["revoked"] = True
    by_id["T1486"]["name"] = "Files Held for Ransom"
    data["objects"] = [item for item in data["objects"] if item is not by_id["T1071.001"]]
    successor = {"source_ref": by_id["T1059.001"]["id"], "target_ref": by_id[NEW[0]]["id"]}
    number = "relationship--00000000-0000-4000-8000-000000000001"
    data["objects"].append({"type": "relationship", "id": number, "relationship_type": "revoked-by", **successor})
    path.write_text(json.dumps(data))
    return path


def mapped(folder: Path) -> set[str]:
    export = call(folder, "export", "1").json
    return {mapping["attack_id"] for sentence in export["sentences"] for mapping in sentence["mappings"]}


def version(folder: Path) -> str:
    shown = call(folder, "doctor", "--format", "json")
    return str(shown.json["content"]["ATT&CK enterprise-attack"]).partition(" from")[0]


def test_shown_done_taken_back_and_done_again(folder: Path, bundle: Path) -> None:
    before = mapped(folder)
    preview = call(folder, "attack", "upgrade", bundle, "--preview", "--format", "json").json
    (revoked,), (renamed,), (retired,) = (preview[fate] for fate in ("revoked", "renamed", "retired"))
    assert (revoked["attack_id"], revoked["new_id"], revoked["mappings"], revoked["reports"]) == (
        "T1059.001",
        NEW[0],
        6,
        1,
    )
    assert (renamed["attack_id"], renamed["new_name"]) == ("T1486", "Files Held for Ransom")
    assert (retired["attack_id"], retired["mappings"]) == ("T1071.001", 7)
    assert (preview["preview"], preview["before"]["version"], preview["after"]["version"]) == (True, "1.0", "1.1")
    shown = call(folder, "attack", "upgrade", bundle, "--preview")
    for part in ("1.0 → 1.1", "T1059.099 Shells", "1 technique revoked, with 6 mappings.", "1 technique retired"):
        assert part in shown.out
    assert "Nothing was changed" in shown.err
    assert (mapped(folder), version(folder)) == (before, "version 1.0")

    done = call(folder, "attack", "upgrade", bundle, "--format", "json").json
    assert {**done, "preview": True} == preview
    after = (before - {"T1059.001"}) | {NEW[0]}
    assert (mapped(folder), version(folder)) == (after, "version 1.1")
    assert "upgrade ATT&CK" in {entry["action"] for entry in call(folder, "log", "--format", "json").json}
    assert call(folder, "undo").out.startswith("Undone: upgrade ATT&CK, ")
    assert (mapped(folder), version(folder)) == (before, "version 1.0")
    assert call(folder, "redo").code == 0
    assert mapped(folder) == after


def test_refusals(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"type": "report"}')
    for path in (wrong, tmp_path / "missing.json", tmp_path):
        answer = call(folder, "attack", "upgrade", path)
        assert answer.code == 1
        assert answer.err.count(str(path)) == 1
        assert "Traceback" not in answer.err
