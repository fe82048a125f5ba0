"""ATT&CK Navigator layers: read for display in a matrix, and written from its counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tram_ext.api.connection import Connection
from tram_ext.domain.errors import Invalid
from tram_ext.exports.navigator import layer_frame
from tram_ext.widgets.attack import AttackTables
from tram_ext.widgets.dispatcher import Method

_MOST_SCORE = 100.0


def read_layer(given: Mapping[str, Any] | str | Path) -> Mapping[str, Any]:
    """Return a layer given as parsed JSON, as JSON, or as a file.

    Raises
    ------
    Invalid
        It is no layer.
    """
    found: Any = given
    if isinstance(given, str | Path):
        try:
            found = json.loads(str(given) if str(given).lstrip().startswith(("{", "[")) else Path(given).read_bytes())
        except OSError as error:
            raise Invalid(f"The layer cannot be read: {error}.") from error
        except ValueError as error:
            raise Invalid(f"The layer is not JSON: {error}.") from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, Mapping) or not isinstance(found.get("techniques"), list):
        raise Invalid("An ATT&CK Navigator layer is needed: an object with a list of techniques.")
    return found


class LayerTechniques:
    """Answers the requests of a matrix from a layer: each technique counts once, its comment is its evidence."""

    def __init__(self, connection: Connection, layer: Mapping[str, Any]) -> None:
        self._attack = AttackTables(connection)
        self._techniques: dict[str, Mapping[str, Any]] = {}
        for technique in layer["techniques"]:
            if isinstance(technique, Mapping) and technique.get("enabled", True):
                # A technique stands in a layer once for each tactic: the highest score is shown.
                attack_id = str(technique.get("techniqueID", ""))
                there = self._techniques.get(attack_id)
                if there is None or _score(technique) > _score(there):
                    self._techniques[attack_id] = technique

    def methods(self) -> dict[str, Method]:
        """Return the requests by name."""
        return {"attack": self.attack, "counts": self.counts, "evidence": self.evidence}

    def attack(self) -> dict[str, Any]:
        """Return the loaded ATT&CK."""
        return self._attack.body

    def counts(self) -> list[dict[str, Any]]:
        """Return the techniques that are enabled and have a score, a comment or a colour."""
        names = {item["attack_id"]: item["name"] for item in self._attack.body["techniques"]}
        return [
            {
                "attack_id": attack_id,
                "name": names.get(attack_id, attack_id),
                "accepted": 1,
                "proposed": 0,
                "best": _score(technique),
            }
            for attack_id, technique in sorted(self._techniques.items())
            if any(technique.get(sign) not in (None, "") for sign in ("score", "comment", "color"))
        ]

    def evidence(self, attack_id: str) -> list[dict[str, Any]]:
        """Return the layer's comment on a technique."""
        technique = self._techniques.get(attack_id, {})
        comment = str(technique.get("comment") or "")
        if not comment:
            return []
        known = {"sentence": 0, "report": 0, "report_name": "", "similarity": None, "disposition": "accept"}
        return [{**known, "text": comment, "confidence": _score(technique)}]


def counted_layer(
    name: str, attack: Mapping[str, Any], domain: str, counts: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the counts of a matrix as a layer; scores are numbers of sentences."""
    active = {item["attack_id"] for item in attack["techniques"] if item["status"] == "active"}
    drawn = [count for count in counts if count["attack_id"] in active]
    scores = [count["accepted"] + count["proposed"] for count in drawn]
    techniques = [
        {
            "techniqueID": count["attack_id"],
            "score": score,
            "comment": f"{count['accepted']} accepted, {count['proposed']} awaiting review; best {count['best']} %",
            "enabled": True,
        }
        for count, score in zip(drawn, scores, strict=True)
    ]
    return {
        **layer_frame(name, domain, attack["version"]),
        "description": f"{len(drawn)} techniques; the score is the number of sentences.",
        "techniques": techniques,
        "gradient": {"colors": ["#fff3d6", "#f0a048", "#c0392b"], "minValue": 0, "maxValue": max(scores, default=1)},
    }


def _score(technique: Mapping[str, Any]) -> float:
    score = technique.get("score")
    return min(float(score), _MOST_SCORE) if isinstance(score, int | float) else 0.0
