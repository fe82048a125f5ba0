"""The ATT&CK matrix for tables: full names, and the order of tactics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tram_ext.domain.attack import AttackKind, AttackObject, AttackStatus

if TYPE_CHECKING:
    from tram_ext.services.container import Services


@dataclass(frozen=True)
class Matrix:
    """Techniques by id, and tactics by short name."""

    techniques: dict[str, AttackObject]
    tactics: dict[str, AttackObject]

    @property
    def names(self) -> dict[str, str]:
        """The names of the techniques by id."""
        return {attack_id: technique.name for attack_id, technique in self.techniques.items()}

    def full_name(self, attack_id: str) -> str:
        """Return a technique's name; for a sub-technique with its parent's before it, as ATT&CK does."""
        technique = self.techniques.get(attack_id)
        if technique is None:
            return attack_id
        parent = self.techniques.get(technique.parent_id or "")
        return f"{parent.name}: {technique.name}" if parent else technique.name

    def children_of(self, attack_id: str) -> list[AttackObject]:
        """Return the active sub-techniques of a technique."""
        return [
            item
            for item in self.techniques.values()
            if item.parent_id == attack_id and item.status is AttackStatus.ACTIVE
        ]

    def tactics_of(self, attack_id: str) -> list[str]:
        """Return the names of a technique's tactics, in the order of the matrix."""
        technique = self.techniques.get(attack_id)
        shortnames = technique.tactics if technique else ()
        return [self._tactic_name(name) for name in sorted(shortnames, key=self._column)]

    def place(self, attack_id: str) -> tuple[int, str]:
        """Return the key that sorts techniques in the order of the matrix."""
        technique = self.techniques.get(attack_id)
        columns = [self._column(name) for name in technique.tactics] if technique else []
        return min(columns, default=len(self.tactics)), attack_id

    def _column(self, shortname: str) -> int:
        tactic = self.tactics.get(shortname)
        return len(self.tactics) if tactic is None or tactic.position is None else tactic.position

    def _tactic_name(self, shortname: str) -> str:
        tactic = self.tactics.get(shortname)
        return tactic.name if tactic else shortname.replace("-", " ").capitalize()


def read_matrix(services: Services) -> Matrix:
    """Read the techniques and tactics of the loaded ATT&CK."""
    techniques, _ = services.attack.techniques(everything=True)
    with services.store.read() as work:
        tactics = work.attack.list(kind=AttackKind.TACTIC)
    return Matrix({item.attack_id: item for item in techniques}, {item.shortname: item for item in tactics})
