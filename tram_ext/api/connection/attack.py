"""Calls about ATT&CK."""

from __future__ import annotations

from typing import BinaryIO

from tram_ext.api.attack_responses import TechniqueBody, UpgradeBody
from tram_ext.api.connection.caller import Caller


class AttackCalls(Caller):
    """Calls about ATT&CK."""

    def techniques(self, query: str = "", *, everything: bool = False) -> list[TechniqueBody]:
        """List techniques, the best match of `query` first; `everything` includes what is not active any more."""
        return self._call(list[TechniqueBody], "techniques", query={"query": query, "all": everything})

    def technique(self, attack_id: str) -> TechniqueBody:
        """Show a technique or another object of ATT&CK by its id."""
        return self._call(TechniqueBody, "technique", attack_id)

    def tactics(self) -> list[TechniqueBody]:
        """List tactics in the order of the matrix."""
        return self._call(list[TechniqueBody], "tactics")

    def upgrade_attack(self, name: str, file: BinaryIO, *, preview: bool = False) -> UpgradeBody:
        """Upgrade to the ATT&CK in a STIX bundle and migrate all mappings; a `preview` changes nothing."""
        return self._call_with_file(UpgradeBody, "upgrade_attack", name, file, query={"preview": preview})
