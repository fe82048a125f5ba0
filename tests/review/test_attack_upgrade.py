"""Going over to another ATT&CK: shown first, done in one step, taken back whole."""

from __future__ import annotations

import json

import pytest

from tests import corpus
from tests.review.replay import replay, state_of
from tram_ext.domain.assertions import Assertion
from tram_ext.domain.attack import AttackStatus
from tram_ext.domain.attack_upgrades import Effect, Fate
from tram_ext.domain.errors import Conflict, Forbidden, Invalid
from tram_ext.domain.review import LogFilter

RENAMED, REVOKED, SUCCESSOR, DEPRECATED, GONE = "T1486", "T1059.001", "T1059.099", "T1053.005", "T1071.001"


@pytest.fixture
def bundle(tmp_path):
    """Return the small ATT&CK as it might be next year."""
    path = corpus.write_bundle(tmp_path, (SUCCESSOR, "Shells"))
    data = json.loads(path.read_text())
    by_id = {o["external_references"][0]["external_id"]: o for o in data["objects"] if o["type"] == "attack-pattern"}
    by_id[RENAMED]["name"] = "Files Held for Ransom"
    by_id[REVOKED]["revoked"] = True
    by_id[DEPRECATED]["x_mitre_deprecated"] = True
    data["objects"] = [item for item in data["objects"] if item is not by_id[GONE]]
    data["objects"].append(
        {
            "type": "relationship",
            "id": "relationship--00000000-0000-4000-8000-000000000001",
            "relationship_type": "revoked-by",
            "source_ref": by_id[REVOKED]["id"],
            "target_ref": by_id[SUCCESSOR]["id"],
        }
    )
    newer = tmp_path / "enterprise-attack-2.0.json"
    newer.write_text(json.dumps(data))
    return newer


EFFECTS = (
    Effect(Fate.RETIRED, DEPRECATED, "Scheduled Task", DEPRECATED, "Scheduled Task", 6, 1),
    Effect(Fate.REVOKED, REVOKED, "PowerShell", SUCCESSOR, "Shells", 6, 1),
    Effect(Fate.RETIRED, GONE, "Web Protocols", GONE, "Web Protocols", 7, 1),
    Effect(Fate.RENAMED, RENAMED, "Data Encrypted for Impact", RENAMED, "Files Held for Ransom", 6, 1),
)


def statuses(services):
    return {item.attack_id: (item.name, item.status) for item in services.attack.techniques(everything=True)[0]}


def test_a_preview_changes_nothing(services, report, vic, bundle, sentences):
    before = statuses(services), sentences()
    plan = services.attack_upgrades.preview(bundle, vic)
    assert plan.effects == EFFECTS
    assert (plan.before.version, plan.after.version) == ("1.0", "2.0")
    assert (plan.added, plan.changed) == (1, 4)
    assert (statuses(services), sentences()) == before


def test_an_upgrade_and_its_undoing(services, report, ann, bundle, sentences):
    before, begin = statuses(services), state_of(sentences())
    done = services.attack_upgrades.upgrade(bundle, ann)
    assert done.effects == EFFECTS
    today = statuses(services)
    assert today[RENAMED] == ("Files Held for Ransom", AttackStatus.ACTIVE)
    assert (today[REVOKED][1], today[DEPRECATED][1], today[GONE][1]) == (
        AttackStatus.REVOKED,
        AttackStatus.DEPRECATED,
        AttackStatus.RETIRED,
    )
    names = [mapping.attack_id for sentence in sentences() for mapping in sentence.mappings]
    assert (names.count(REVOKED), names.count(SUCCESSOR)) == (0, 6)
    assert services.attack.releases()[0].version == "2.0"
    entries, _ = services.log.list(LogFilter(report_id=report.id), ann)
    assert {entry.action for entry in entries} == {"upgrade ATT&CK", "import report"}
    assert replay(begin, reversed(entries)) == state_of(sentences())
    assert services.attack_upgrades.preview(bundle, ann).effects == ()

    services.undo.undo(None, ann)
    assert (statuses(services), state_of(sentences())) == (before, begin)
    assert services.attack.releases()[0].version == "1.0"
    services.undo.redo(None, ann)
    assert statuses(services) == today


def test_the_surer_of_two_that_become_one(services, report, ann, ben, bundle, sentences):
    services.attack_objects.add(SUCCESSOR, "Shells, early", ann)
    both = [s for s in sentences() if s.mappings and s.mappings[0].attack_id == REVOKED][:2]
    services.mappings.add(report.id, both[0].id, Assertion(SUCCESSOR, 40.0, note="seen twice"), ben)
    begin = state_of(sentences())
    services.attack_upgrades.upgrade(bundle, ann)
    (mapping,) = next(s for s in sentences() if s.id == both[0].id).mappings
    assert (mapping.attack_id, mapping.confidence, mapping.note) == (SUCCESSOR, 100.0, "seen twice")
    services.undo.undo(None, ann)
    assert state_of(sentences()) == begin


def test_what_others_did_since_stands_in_the_way(services, report, ann, ben, bundle, sentences):
    services.attack_upgrades.upgrade(bundle, ann)
    mapping = next(m for s in sentences() for m in s.mappings if m.attack_id == SUCCESSOR)
    services.mappings.delete(mapping.id, ben)
    with pytest.raises(Conflict, match=r"^ben changed this since"):
        services.undo.undo(None, ann)


def test_refusals(services, report, ben, ann, bundle, tmp_path):
    with pytest.raises(Forbidden):
        services.attack_upgrades.upgrade(bundle, ben)
    (tmp_path / "no.json").write_text('{"type": "report"}')
    with pytest.raises(Invalid):
        services.attack_upgrades.preview(tmp_path / "no.json", ann)
