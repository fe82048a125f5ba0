"""A report whose texts are as hostile as reports get, with ATT&CK around it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tram_ext.domain.assertions import Assertion, Disposition, MappingSource
from tram_ext.domain.attack import AttackKind, AttackObject, AttackRelease, AttackStatus
from tram_ext.domain.reports import Mapping, Report, Sentence
from tram_ext.exports import ExportBundle, ReviewedReport

CREATED = datetime(2024, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
UPDATED = datetime(2024, 3, 5, 5, 6, 7, tzinfo=UTC)
UUID = "0b1d5d5a-3c1e-4f6a-9d52-6f0a7c1b2e3d"
HEBREW = "התוקף הפעיל את PowerShell דרך משימה מתוזמנת."
ACCEPTED = "The loader ran a PowerShell one-liner."
WAITING = "A scheduled task kept\nit alive \x07\x00 & <hidden>."
REJECTED = "Nothing of this is about an attack."


def technique(attack_id, name, *tactics, **more):
    number = attack_id.removeprefix("T").replace(".", "")
    facts = {
        "domain": "enterprise-attack",
        "stix_id": f"attack-pattern--00000000-0000-4000-8000-{number:0>12}",
        "url": "https://attack.mitre.org/techniques/" + attack_id.replace(".", "/"),
        "tactics": tactics,
    } | more
    return AttackObject(attack_id, AttackKind.TECHNIQUE, name, **facts)


def tactic(attack_id, name, shortname, position):
    return AttackObject(attack_id, AttackKind.TACTIC, name, "enterprise-attack", shortname=shortname, position=position)


@pytest.fixture
def objects():
    """A handful of techniques, and tactics in another order than their names."""
    items = [
        technique("T1059.001", "PowerShell", "execution"),
        technique("T1053", "Scheduled Task/Job", "execution", "persistence"),
        technique("T1321", "Common, high volume protocols and software", domain="", status=AttackStatus.DEPRECATED),
        tactic("TA0002", "Execution", "execution", 3),
        tactic("TA0003", "Persistence", "persistence", 4),
    ]
    return {item.attack_id: item for item in items}


@pytest.fixture
def reviewed():
    """Five sentences: accepted, awaiting review, rejected, right-to-left, accepted without a technique."""
    rows = [
        (ACCEPTED, Disposition.ACCEPT, [("T1059.001", "PowerShell", 92.84)]),
        (WAITING, None, [("T1053", "Scheduled Task/Job", 40.0), ("T9999", "=Lost technique", 12.0)]),
        (REJECTED, Disposition.REJECT, [("T1003", "OS Credential Dumping", 99.0)]),
        (HEBREW, Disposition.ACCEPT, [("T1059.001", "PowerShell", 71.0), ("T1053", "Scheduled Task/Job", 35.0)]),
        ("Nothing here.", Disposition.ACCEPT, []),
    ]
    text = "\n".join(row[0] for row in rows)
    sentences = []
    for order, (sentence, disposition, mappings) in enumerate(rows):
        start = text.index(sentence)
        sentences.append(
            Sentence(
                id=100 + order,
                report_id=1,
                text=sentence,
                order=order,
                disposition=disposition,
                mappings=tuple(
                    Mapping(
                        1000 + 10 * order + n,
                        1,
                        100 + order,
                        name,
                        Assertion(attack_id, confidence, MappingSource.MODEL),
                    )
                    for n, (attack_id, name, confidence) in enumerate(mappings)
                ),
                start=start,
                end=start + len(sentence),
                page=order + 1,
            )
        )
    report = Report(1, "Copper Heron <Q1>", text, "logreg", "ann", CREATED, UPDATED, UUID, reviewing_sentences=1)
    return ReviewedReport(report, tuple(reversed(sentences)))


@pytest.fixture
def bundle(reviewed, objects):
    """The report with the ATT&CK it was mapped to."""
    return ExportBundle((reviewed,), objects, (AttackRelease("enterprise-attack", "18.1", "test"),))
