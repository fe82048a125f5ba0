"""The forms of ATT&CK ids, and the URLs of their pages."""

from __future__ import annotations

import re
from typing import Final

from tram_ext.domain.attack import TECHNIQUE_ID, AttackKind

_SITE: Final = "https://attack.mitre.org"
_ID_PATTERNS: Final = {
    AttackKind.TECHNIQUE: TECHNIQUE_ID,
    AttackKind.TACTIC: re.compile(r"TA\d{4}"),
    AttackKind.GROUP: re.compile(r"G\d{4}"),
    AttackKind.SOFTWARE: re.compile(r"S\d{4}"),
    AttackKind.CAMPAIGN: re.compile(r"C\d{4}"),
    AttackKind.MITIGATION: re.compile(r"M\d{4}"),
    AttackKind.DETECTION: re.compile(r"DET\d{4}"),
}
_FOLDERS: Final = {
    AttackKind.TECHNIQUE: "techniques",
    AttackKind.TACTIC: "tactics",
    AttackKind.GROUP: "groups",
    AttackKind.SOFTWARE: "software",
    AttackKind.CAMPAIGN: "campaigns",
    AttackKind.MITIGATION: "mitigations",
    AttackKind.DETECTION: "detectionstrategies",
}
KIND_BY_STIX_TYPE: Final = {
    "attack-pattern": AttackKind.TECHNIQUE,
    "x-mitre-tactic": AttackKind.TACTIC,
    "intrusion-set": AttackKind.GROUP,
    "malware": AttackKind.SOFTWARE,
    "tool": AttackKind.SOFTWARE,
    "campaign": AttackKind.CAMPAIGN,
    "course-of-action": AttackKind.MITIGATION,
    "x-mitre-detection-strategy": AttackKind.DETECTION,
}
"""Which kind of ATT&CK object a type of STIX object holds."""


def is_id_of(kind: AttackKind, text: object) -> bool:
    """Whether `text` has the form of an id of that kind.

    ATT&CK once numbered its mitigations by the technique they answer (``T1501``); such an id names the technique only.
    """
    return isinstance(text, str) and _ID_PATTERNS[kind].fullmatch(text) is not None


def page_url(kind: AttackKind, attack_id: str) -> str:
    """Return the URL of the object's page on ATT&CK's site."""
    return f"{_SITE}/{_FOLDERS[kind]}/{attack_id.replace('.', '/')}/"
