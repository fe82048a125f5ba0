"""STIX bundles: valid by the OASIS validator, deterministic, and true to the review."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.exports.conftest import ACCEPTED, REJECTED
from tram_ext import exports
from tram_ext.domain.assertions import Assertion, MappingSource
from tram_ext.domain.identifiers import derived_report_uuid
from tram_ext.domain.reports import Mapping, Report, Sentence
from tram_ext.exports import ExportBundle, ReviewedReport


def content(bundle):
    return json.loads(exports.render("stix", bundle).content)


def of_type(value, kind):
    return [item for item in value["objects"] if item["type"] == kind]


def validated(value):
    validator = pytest.importorskip("stix2validator", reason="stix2-validator is in the test extra")
    # 302: a URL without a hash of the page behind it, which is how ATT&CK itself gives its URLs.
    return validator.validate_string(
        json.dumps(value), validator.ValidationOptions(version="2.1", strict=True, disabled="302")
    )


def test_valid(bundle):
    result = validated(content(bundle))
    assert result.is_valid, [str(error) for error in result.errors]


def test_the_validator_would_notice(bundle):
    value = content(bundle)
    del of_type(value, "report")[0]["published"]
    assert not validated(value).is_valid


def test_attack_patterns_have_the_ids_of_attack(bundle, objects):
    patterns = {
        item["external_references"][0]["external_id"]: item for item in of_type(content(bundle), "attack-pattern")
    }
    assert patterns.keys() == {"T1059.001", "T1053", "T9999"}
    assert patterns["T1053"]["id"] == objects["T1053"].stix_id
    assert [phase["phase_name"] for phase in patterns["T1053"]["kill_chain_phases"]] == ["execution", "persistence"]
    assert "url" not in patterns["T9999"]["external_references"][0]


def test_notes_carry_the_evidence(bundle):
    notes = of_type(content(bundle), "note")
    assert ACCEPTED in [note["content"] for note in notes]
    assert REJECTED not in [note["content"] for note in notes]
    assert {label for note in notes for label in note["labels"]} == {"accepted", "awaiting-review", "source-model"}


def test_the_report_refers_to_all_and_names_attack(bundle):
    value = content(bundle)
    (report,) = of_type(value, "report")
    others = {item["id"] for item in value["objects"]} - {report["id"], of_type(value, "identity")[0]["id"]}
    assert set(report["object_refs"]) == others
    assert "enterprise-attack 18.1" in report["description"]


def test_the_same_twice_and_ids_do_not_depend_on_the_workbench(bundle, reviewed):
    elsewhere = replace(
        reviewed,
        report=replace(reviewed.report, id=77),
        sentences=tuple(replace(sentence, id=sentence.id + 500) for sentence in reviewed.sentences),
    )
    first = exports.render("stix", bundle).content
    assert exports.render("stix", replace(bundle, reports=(elsewhere,))).content == first


def test_ids_are_those_of_0_1_0():
    """With the UUID that a report of then is given: what 0.1.0 wrote about one of that name and moment."""
    moment = datetime(2024, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
    uuid = derived_report_uuid("Köpenick <1>", moment)
    report = Report(1, "Renamed", "It came.", "nb", "ann", moment, moment, uuid, reviewing_sentences=1)
    mapping = Mapping(1, 1, 1, "Data Encrypted for Impact", Assertion("T1486", 61.0, MappingSource.MODEL))
    sentence = Sentence("It came.", 0, id=1, report_id=1, mappings=(mapping,))
    value = content(ExportBundle((ReviewedReport(report, (sentence,)),)))
    assert [item["id"] for kind in ("report", "relationship", "note") for item in of_type(value, kind)] == [
        "report--2ff5233c-30f7-4485-bcd3-d6f844661344",
        "relationship--30bcb43c-caec-4f69-a3e6-319609fcf468",
        "note--e86d0d52-bbd9-4ab5-aef6-e6c3774d9a4e",
    ]


def test_accepted_only(bundle):
    value = content(replace(bundle, accepted_only=True))
    assert len(of_type(value, "note")) == 3
    assert {label for note in of_type(value, "note") for label in note["labels"]} == {"accepted", "source-model"}


def test_several_reports_share_attack_patterns(bundle, reviewed):
    other = replace(reviewed, report=replace(reviewed.report, uuid="5f0a3c1e-4f6a-4d52-8f0a-7c1b2e3d0b1d"))
    value = content(replace(bundle, reports=(reviewed, other)))
    assert len(of_type(value, "report")) == 2
    assert len(of_type(value, "attack-pattern")) == 3
    assert validated(value).is_valid


def test_a_report_without_findings(bundle, reviewed):
    empty = ReviewedReport(reviewed.report, ())
    assert validated(content(replace(bundle, reports=(empty,)))).is_valid
    assert content(ExportBundle(()))["objects"]
