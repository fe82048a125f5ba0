"""A small world of our own: ATT&CK as a STIX bundle, and a report of accepted sentences about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

TECHNIQUES = {
    "T1566.001": "Spearphishing Attachment",
    "T1059.001": "PowerShell",
    "T1003.001": "LSASS Memory",
    "T1486": "Data Encrypted for Impact",
    "T1053.005": "Scheduled Task",
    "T1071.001": "Web Protocols",
}
SUCCESSOR, REVOKED, DEPRECATED, UNKNOWN = "T1574.001", "T1574.002", "T1149", "T1321"

SENTENCES = {
    "T1566.001": [
        "The victims opened an email attachment that posed as an unpaid invoice.",
        "A phishing email carried a malicious document as its attachment.",
        "Each email brought a password-protected archive as attachment.",
        "The lure was a spearphishing email with a spreadsheet attachment.",
        "Employees received an email whose attachment was a poisoned resume.",
        "An attachment in the phishing email dropped the first stage.",
    ],
    "T1059.001": [
        "An encoded PowerShell command downloaded the second stage.",
        "The operators ran a PowerShell script to list the services.",
        "PowerShell was started with a hidden window and an encoded command.",
        "The loader is a heavily obfuscated PowerShell script.",
        "A PowerShell one-liner fetched the payload into memory.",
        "They bypassed the execution policy of PowerShell to run their script.",
    ],
    "T1003.001": [
        "Credentials were dumped from the memory of LSASS.",
        "The group used a renamed tool to dump LSASS memory.",
        "A memory dump of the LSASS process gave them the hashes of passwords.",
        "They read credentials out of LSASS with a signed driver.",
        "The dump of LSASS memory was packed and carried away.",
        "Plain-text credentials were taken from LSASS memory.",
    ],
    "T1486": [
        "The ransomware encrypted all files and left a ransom note.",
        "Files on every share were encrypted for ransom.",
        "The locker encrypted the files of the backup server first.",
        "A ransom note was left beside the encrypted files.",
        "Encrypted files got a new extension, and a ransom was demanded.",
        "Within an hour the ransomware had encrypted the file servers.",
    ],
    "T1053.005": [
        "A scheduled task started the backdoor at each logon.",
        "The malware made a scheduled task named after an updater.",
        "Every night a scheduled task ran the collector.",
        "They scheduled a task on the domain controller for persistence.",
        "The scheduled task was hidden by removing its security descriptor.",
        "A new scheduled task launched the implant every ten minutes.",
    ],
    "T1071.001": [
        "The implant spoke to its command server over HTTPS.",
        "Beacons went to the server as HTTP GET requests every minute.",
        "Commands were fetched over HTTPS from a web server.",
        "The backdoor used HTTP POST requests to reach its server.",
        "Its traffic to the server was HTTPS with a forged header.",
        "HTTP requests with an odd user agent carried the commands.",
    ],
}


def export(name: str = "Six ways in", **changes: Any) -> dict[str, Any]:
    """Return a report export as TRAM writes it: 36 accepted sentences, and 2 that await review."""
    pairs = [(text, attack_id) for attack_id, texts in SENTENCES.items() for text in texts]
    sentences = [sentence(text, attack_id, order=order) for order, (text, attack_id) in enumerate(pairs)]
    sentences.append(sentence("Nobody has looked at this HTTPS sentence.", "T1071.001", order=36, disposition=None))
    sentences.append(sentence("The weather was fine that day.", order=37, disposition=None))
    report = {"name": name, "text": "\n".join(s["text"] for s in sentences), "ml_model": "humans"}
    return report | {"sentences": sentences} | changes


def sentence(text: str, *attack_ids: str, order: int = 0, disposition: str | None = "accept") -> dict[str, Any]:
    """Return a sentence of an export."""
    return {
        "text": text,
        "order": order,
        "disposition": disposition,
        "mappings": [{"attack_id": attack_id, "name": attack_id, "confidence": "100.0"} for attack_id in attack_ids],
    }


def export_bytes(name: str = "Six ways in", **changes: Any) -> bytes:
    """Return `export` as the bytes of a file."""
    return json.dumps(export(name, **changes)).encode()


def write_bundle(folder: Path, *more: tuple[str, str]) -> Path:
    """Write the techniques, and `more` of them as (id, name), as a STIX bundle."""
    objects = [_technique(*item) for item in (*TECHNIQUES.items(), (SUCCESSOR, "DLL"), *more)]
    revoked = _technique(REVOKED, "DLL Side-Loading", revoked=True)
    objects += [revoked, _technique(DEPRECATED, "LC_MAIN Hijacking", x_mitre_deprecated=True)]
    successor = next(item for item in objects if item["name"] == "DLL")
    objects.append(
        {
            "type": "relationship",
            "id": f"relationship--{uuid5(NAMESPACE_URL, 'revoked')}",
            "relationship_type": "revoked-by",
            "source_ref": revoked["id"],
            "target_ref": successor["id"],
        }
    )
    path = folder / f"enterprise-attack-1.{len(more)}.json"
    path.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "spec_version": "2.0", "objects": objects}))
    return path


def _technique(attack_id: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "attack-pattern",
        "id": f"attack-pattern--{uuid5(NAMESPACE_URL, attack_id)}",
        "name": name,
        "description": f"Adversaries may use {name}.",
        "external_references": [{"source_name": "mitre-attack", "external_id": attack_id}],
        "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "execution"}],
        **more,
    }
