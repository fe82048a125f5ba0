"""ATT&CK and counts of techniques, as requested by the matrix and the annotator."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, Protocol

from tram_ext.api.connection import Connection
from tram_ext.widgets.dispatcher import Method

_TECHNIQUE: Final = ("attack_id", "name", "aliases", "tactics", "description", "is_excerpt", "url", "status")
_TACTIC: Final = ("attack_id", "shortname", "name")


class AttackSource(Protocol):
    """Answers the requests of a matrix."""

    def methods(self) -> dict[str, Method]:
        """Return ``attack``, ``counts`` and ``evidence`` by name."""
        ...


class AttackTables:
    """The loaded ATT&CK, cached until an upgrade: it has hundreds of kilobytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def body(self) -> dict[str, Any]:
        """Tactics in the order of the matrix, techniques in the order of their ids."""
        connection = self._connection
        releases = connection.status()["attack"]
        techniques = sorted(connection.techniques(everything=True), key=lambda item: item["attack_id"])
        return {
            "version": releases[0]["version"] if releases else "",
            "tactics": [{name: dict(item)[name] for name in _TACTIC} for item in connection.tactics()],
            "techniques": [{name: dict(item)[name] for name in _TECHNIQUE} for item in techniques],
        }


class CountedReports:
    """Counts the sentences of some reports, or of all (None)."""

    def __init__(self, connection: Connection, report_ids: Sequence[int] | None) -> None:
        self._connection = connection
        self._report_ids = report_ids
        self._attack = AttackTables(connection)

    def methods(self) -> dict[str, Method]:
        """Return the requests by name."""
        return {"attack": self.attack, "counts": self.counts, "evidence": self.evidence}

    def attack(self) -> dict[str, Any]:
        """Return the loaded ATT&CK."""
        return self._attack.body

    def counts(self) -> list[dict[str, Any]]:
        """Return the number of sentences of each technique."""
        return [dict(count) for count in self._connection.technique_counts(self._report_ids)]

    def evidence(self, attack_id: str) -> list[dict[str, Any]]:
        """Return sentences of a technique, the best evidence first."""
        found = self._connection.evidence(str(attack_id), self._report_ids)
        return [{**item, "similarity": None} for item in found]
