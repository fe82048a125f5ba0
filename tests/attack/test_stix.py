"""ATT&CK from STIX bundles of every domain and version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from tram_ext.attack import load_stix
from tram_ext.domain.attack import AttackKind, AttackStatus
from tram_ext.domain.errors import Invalid

Stix = dict[str, Any]


def stix_id(stix_type: str, name: str) -> str:
    return f"{stix_type}--{uuid5(NAMESPACE_URL, name)}"


def member(stix_type: str, attack_id: str | None, name: str, *, source: str = "mitre-attack", **more: Any) -> Stix:
    """Return an object of ATT&CK; its STIX id follows from its type and name."""
    references = [{"source_name": source, "external_id": attack_id}] if attack_id else []
    return {
        "type": stix_type,
        "id": stix_id(stix_type, name),
        "name": name,
        "external_references": references,
        **more,
    }


def relation(kind: str, source: Stix, target: Stix, **more: Any) -> Stix:
    key = f"{kind} {source['id']} {target['id']} {more.get('description')}"
    return {
        "type": "relationship",
        "id": stix_id("relationship", key),
        "relationship_type": kind,
        "source_ref": source["id"],
        "target_ref": target["id"],
        **more,
    }


@pytest.fixture
def write_bundle(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes objects as a STIX bundle: 2.0 unless told otherwise."""

    def write(*objects: Any, name: str = "bundle.json", spec_version: str = "2.0") -> Path:
        bundle: Stix = {"type": "bundle", "id": "bundle--1", "objects": list(objects)}
        if spec_version == "2.0":
            bundle["spec_version"] = "2.0"
        else:
            bundle["objects"] = [
                {**item, "spec_version": spec_version} if isinstance(item, dict) else item for item in objects
            ]
        path = tmp_path / name
        path.write_text(json.dumps(bundle), encoding="utf-8")
        return path

    return write


DIG = member(
    "attack-pattern",
    "T9001",
    "Dig Tunnel",
    kill_chain_phases=[{"kill_chain_name": "mitre-attack", "phase_name": "earthworks"}],
)
DIG_DEEP = member("attack-pattern", "T9001.001", "Dig Deep Tunnel", x_mitre_is_subtechnique=True)
OLD_DIG = member("attack-pattern", "T9002", "Shovel", revoked=True)
OLDER_DIG = member("attack-pattern", "T9003", "Spade", revoked=True)
GONE = member("attack-pattern", "T9004", "Trench", x_mitre_deprecated=True)
MOLES = member("intrusion-set", "G9001", "Velvet Moles", aliases=["Velvet Moles", "Soft Paws"])
MUDLARK = member("malware", "S9001", "Mudlark", x_mitre_aliases=["Mudlark", "Larkmud"])
TROWEL = member("tool", "S9002", "Trowel")
SPRING = member("campaign", "C9001", "Spring Dig")


def by_id(knowledge):
    return {item.attack_id: item for item in knowledge.objects}


@pytest.mark.parametrize("spec_version", ["2.0", "2.1"])
def test_everything_finds_its_place(write_bundle, spec_version):
    tactics = [
        member("x-mitre-tactic", f"TA900{number}", name, x_mitre_shortname=name.lower(), description="The *why*.")
        for number, name in enumerate(("Earthworks", "Hoarding"))
    ]
    matrix = {"type": "x-mitre-matrix", "id": "x-mitre-matrix--1", "tactic_refs": [tactics[1]["id"], tactics[0]["id"]]}
    collection = {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": "42.1"}
    path = write_bundle(
        DIG, DIG_DEEP, MOLES, MUDLARK, TROWEL, SPRING, *tactics, matrix, collection,
        member("course-of-action", "M9001", "Fill Holes"),
        member("x-mitre-detection-strategy", "DET9001", "Listen to the Ground"),
        {"type": "identity", "id": "identity--1", "name": "Acme"},
        relation("uses", MOLES, DIG, description="[Velvet Moles](https://attack.mitre.org/groups/G9001) dig\n<code>holes</code>.(Citation: A)"),
        relation("uses", MUDLARK, DIG_DEEP, description="Mudlark digs..."),
        relation("uses", SPRING, DIG, description="During Spring Dig, moles dug."),
        relation("uses", MOLES, MUDLARK, description="They use Mudlark."),
        relation("subtechnique-of", DIG_DEEP, DIG),
        spec_version=spec_version,
    )  # fmt: skip
    knowledge = load_stix(path)
    objects = by_id(knowledge)
    assert (knowledge.release.version, knowledge.release.source) == ("42.1", "bundle.json")
    assert knowledge.skipped == {}
    assert {attack_id: item.kind.value for attack_id, item in objects.items()} == {
        "T9001": "technique", "T9001.001": "technique", "TA9000": "tactic", "TA9001": "tactic", "G9001": "group",
        "S9001": "software", "S9002": "software", "C9001": "campaign", "M9001": "mitigation", "DET9001": "detection",
    }  # fmt: skip
    assert objects["T9001"].tactics == ("earthworks",)
    assert objects["T9001.001"].parent_id == "T9001"
    assert objects["T9001.001"].url == "https://attack.mitre.org/techniques/T9001/001/"
    assert objects["T9001"].stix_id == DIG["id"]
    assert (objects["TA9001"].position, objects["TA9000"].position) == (0, 1)
    assert objects["TA9000"].shortname == "earthworks"
    assert (objects["G9001"].aliases, objects["S9001"].aliases) == (("Soft Paws",), ("Larkmud",))
    assert [(one.technique_id, one.source_id, one.source_name, one.text) for one in knowledge.procedure_examples] == [
        ("T9001", "G9001", "Velvet Moles", "Velvet Moles dig holes."),
        ("T9001.001", "S9001", "Mudlark", "Mudlark digs..."),
        ("T9001", "C9001", "Spring Dig", "During Spring Dig, moles dug."),
    ]


@pytest.mark.parametrize(
    ("domain", "source", "chain"),
    [
        ("enterprise-attack", "mitre-attack", "mitre-attack"),
        ("mobile-attack", "mitre-mobile-attack", "mitre-mobile-attack"),
        ("mobile-attack", "mitre-attack", "mitre-mobile-attack"),
        ("ics-attack", "mitre-ics-attack", "mitre-ics-attack"),
        ("ics-attack", "mitre-attack", "mitre-ics-attack"),
        ("pre-attack", "mitre-pre-attack", "mitre-pre-attack"),
    ],
)
def test_domain_from_sources_and_kill_chains(write_bundle, domain, source, chain):
    phases = [
        {"kill_chain_name": chain, "phase_name": "earthworks"},
        {"kill_chain_name": "acme", "phase_name": "other"},
    ]
    knowledge = load_stix(
        write_bundle(member("attack-pattern", "T9001", "Dig", source=source, kill_chain_phases=phases))
    )
    assert knowledge.release.domain == domain
    assert knowledge.objects[0].domain == domain
    assert knowledge.objects[0].tactics == ("earthworks",)


def test_declared_domains_win(write_bundle):
    knowledge = load_stix(
        write_bundle(
            {**DIG, "x_mitre_domains": ["ics-attack"]},
            {**DIG_DEEP, "x_mitre_domains": ["enterprise-attack", "ics-attack"]},
            {**MOLES, "x_mitre_domains": ["mobile-attack"]},
            name="enterprise-attack.json",
        )
    )
    assert knowledge.release.domain == "ics-attack"
    assert {item.attack_id: item.domain for item in knowledge.objects} == {
        "T9001": "ics-attack",
        "T9001.001": "ics-attack",
        "G9001": "mobile-attack",
    }


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("enterprise-attack-18.1.json", "18.1"),
        ("mobile-attack-v9.0.json", "9.0"),
        ("ics-attack-16.1.2.json", "16.1.2"),
        ("enterprise-attack.json", "unknown"),
        ("dump-2031.json", "unknown"),
    ],
)
def test_version_from_the_file_name(write_bundle, name, version):
    assert load_stix(write_bundle({**DIG, "x_mitre_version": "3.7"}, name=name)).release.version == version


def test_revocations_and_examples_that_follow_them(write_bundle):
    loop = [member("attack-pattern", f"T900{number}", f"Loop {number}", revoked=True) for number in (5, 6)]
    old_moles = member("intrusion-set", "G9002", "Silk Moles", revoked=True)
    knowledge = load_stix(
        write_bundle(
            relation("uses", MOLES, OLDER_DIG, description="Moles used a spade."),
            relation("uses", old_moles, DIG, description="Silk Moles dug."),
            relation("uses", MOLES, GONE, description="Moles dug a trench."),
            relation("uses", MOLES, loop[0], description="Moles dug in circles."),
            relation("uses", MOLES, DIG, description="Old news.", revoked=True),
            relation("uses", MOLES, DIG, description="Older news.", x_mitre_deprecated=True),
            relation("uses", MOLES, DIG, description="(Citation: Only)"),
            relation("uses", MOLES, DIG),
            relation("uses", member("malware", "S9999", "Not here"), DIG, description="Nobody dug."),
            relation("revoked-by", OLDER_DIG, OLD_DIG),
            relation("revoked-by", OLD_DIG, DIG),
            relation("revoked-by", loop[0], loop[1]),
            relation("revoked-by", loop[1], loop[0]),
            relation("revoked-by", old_moles, MOLES),
            DIG,
            OLD_DIG,
            OLDER_DIG,
            GONE,
            MOLES,
            old_moles,
            *loop,
        )
    )
    objects = by_id(knowledge)
    assert objects["T9003"].status is AttackStatus.REVOKED
    assert (objects["T9003"].revoked_by, objects["T9002"].revoked_by) == ("T9001", "T9001")
    assert (objects["T9005"].revoked_by, objects["T9006"].revoked_by) == ("T9006", "T9005")
    assert (objects["T9004"].status, objects["T9004"].revoked_by) == (AttackStatus.DEPRECATED, None)
    assert [(one.technique_id, one.source_id, one.text) for one in knowledge.procedure_examples] == [
        ("T9001", "G9001", "Moles used a spade."),
        ("T9001", "G9001", "Silk Moles dug."),
    ]
    assert knowledge.skipped == {"relationship": 5}


def test_one_object_an_id(write_bundle):
    newer = {**DIG, "name": "Dig Tunnels", "modified": "2031-02-01T00:00:00Z"}
    namesake = member("attack-pattern", "T9001", "Burrow", x_mitre_deprecated=True)
    use = relation("uses", MOLES, namesake, description="Moles burrow.")
    again = {**use, "id": use["id"] + "-again"}
    knowledge = load_stix(write_bundle(namesake, newer, {**DIG, "modified": "2030-01-01T00:00:00Z"}, MOLES, use, again))
    techniques = [item for item in knowledge.objects if item.kind is AttackKind.TECHNIQUE]
    assert [(item.attack_id, item.name, item.status) for item in techniques] == [
        ("T9001", "Dig Tunnels", AttackStatus.ACTIVE)
    ]
    assert [one.text for one in knowledge.procedure_examples] == ["Moles burrow."]
    assert knowledge.skipped == {"attack-pattern": 1, "relationship": 1}


def test_skips_what_it_does_not_know(write_bundle):
    knowledge = load_stix(
        write_bundle(
            DIG,
            7,
            None,
            "text",
            [],
            {},
            {"type": "malware"},
            {"type": ["malware"], "id": "x"},
            member("attack-pattern", None, "Without an id"),
            member("attack-pattern", "CAPEC-1", "Of another catalogue", source="capec"),
            member("attack-pattern", "T90", "Malformed"),
            member("attack-pattern", "T9009", ""),
            member("course-of-action", "T9001", "Numbered by its technique"),
            member("x-mitre-asset", "A9001", "Pump"),
            {**member("tool", "S9003", "Odd"), "external_references": "none"},
            {**MUDLARK, "description": 5, "x_mitre_aliases": [1, None, "Larkmud"], "kill_chain_phases": [None, 3]},
            {"type": "relationship", "id": "relationship--1"},
        )
    )
    assert sorted(by_id(knowledge)) == ["S9001", "T9001"]
    assert by_id(knowledge)["S9001"].aliases == ("Larkmud",)
    assert knowledge.skipped == {
        "attack-pattern": 4, "course-of-action": 1, "malware": 1, "relationship": 1, "tool": 1, "unknown": 6, "x-mitre-asset": 1,
    }  # fmt: skip


def test_only_web_addresses_become_links(write_bundle):
    good = member("attack-pattern", "T9001", "Dig")
    good["external_references"][0]["url"] = "https://example.org/T9001"
    bad = member("attack-pattern", "T9002", "Dug")
    bad["external_references"][0]["url"] = "javascript:alert(1)"
    objects = by_id(load_stix(write_bundle(good, bad)))
    assert objects["T9001"].url == "https://example.org/T9001"
    assert objects["T9002"].url == "https://attack.mitre.org/techniques/T9002/"


def test_bundle_about_something_else(write_bundle):
    with pytest.raises(Invalid, match=r"news\.json holds no ATT&CK objects"):
        load_stix(write_bundle({"type": "indicator", "id": "indicator--1", "name": "x"}, name="news.json"))
