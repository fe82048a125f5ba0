from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run


def bundle() -> dict[str, Any]:
    """Make a bundle of one invented mobile technique and something no workbench knows."""
    return {
        "type": "bundle",
        "id": f"bundle--{uuid.uuid4()}",
        "spec_version": "2.0",
        "objects": [
            {
                "type": "attack-pattern",
                "id": f"attack-pattern--{uuid.uuid4()}",
                "created": "2020-01-01T00:00:00.000Z",
                "modified": "2020-01-01T00:00:00.000Z",
                "name": "Borrow the Telephone",
                "description": "The adversary asks for the telephone and walks away with it.",
                "kill_chain_phases": [{"kill_chain_name": "mitre-mobile-attack", "phase_name": "initial-access"}],
                "external_references": [
                    {"source_name": "mitre-mobile-attack", "external_id": "T9001", "url": "https://example.org/T9001"}
                ],
            },
            {"type": "x-invented", "id": f"x-invented--{uuid.uuid4()}"},
        ],
    }


def test_lists_techniques(run: Run) -> None:
    found = run("attack", "list", "--format", "json").json
    assert len(found) == 691
    assert {item["status"] for item in found} == {"active"}
    everything = run("attack", "list", "--all", "--format", "json").json
    assert {"T1574.002"} <= {item["attack_id"] for item in everything} - {item["attack_id"] for item in found}


def test_searches_in_ids_and_full_names(run: Run) -> None:
    answer = run("attack", "list", "--search", "phishing: spear")
    assert "T1566.001" in answer.out
    assert "Status" not in answer.out
    assert answer.err.strip().endswith("techniques.")
    assert run("attack", "list", "--search", "t1059.001").out.count("T1059") == 1
    nothing = run("attack", "list", "--search", "no such thing")
    assert (nothing.code, nothing.out, nothing.err.strip()) == (0, "", "0 techniques.")


def test_shows_an_excerpt_with_its_link(run: Run) -> None:
    answer = run("attack", "show", "t1059")
    assert "Command and Scripting Interpreter" in answer.out
    assert "T1059.001 PowerShell" in answer.out
    assert "…" in answer.out
    assert "https://attack.mitre.org/techniques/T1059" in answer.out


def test_a_revoked_technique_names_its_successor(run: Run) -> None:
    answer = run("attack", "show", "T1574.002")
    assert "revoked by T1574.001" in answer.out
    assert "Use instead  T1574.001 Hijack Execution Flow: DLL" in answer.out
    assert run("attack", "show", "T1574.002", "--format", "json").json["successor"]["attack_id"] == "T1574.001"


def test_shows_groups_too(run: Run) -> None:
    answer = run("attack", "show", "G0016")
    assert "APT29" in answer.out
    assert "Also called" in answer.out


def test_an_unknown_id_is_said(run: Run) -> None:
    answer = run("attack", "show", "T0000")
    assert answer.code == 1
    assert "No loaded ATT&CK object has the id 'T0000'" in answer.err


def test_loads_a_bundle_beside_what_is_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mobile-attack-1.0.json"
    file.write_text(json.dumps(bundle()))
    answer = run("attack", "load", file)
    assert answer.code == 0
    assert "mobile-attack 1.0, 1 objects added, 0 changed." in answer.out
    assert "1 x-invented" in answer.err
    assert run("attack", "show", "T9001").code == 0
    assert run("attack", "show", "T1059").code == 0
    (again,) = run("attack", "load", "--format", "json", file).lines
    assert (again["added"], again["changed"]) == (0, 0)


def test_half_a_bundle_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "half.json"
    file.write_text(json.dumps(bundle())[:300])
    answer = run("attack", "load", file)
    assert answer.code == 1
    assert str(file) in answer.err
    assert "Traceback" not in answer.err
    assert run("attack", "show", "T9001").code == 1
