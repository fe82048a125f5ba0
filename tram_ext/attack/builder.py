"""The builder of the knowledge base: resolves duplicates and references."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from tram_ext.attack.revocation import resolve
from tram_ext.domain.attack import (
    AttackKind,
    AttackObject,
    AttackRelease,
    AttackStatus,
    KnowledgeBase,
    ProcedureExample,
)

_RANK: Final = {status: rank for rank, status in enumerate(AttackStatus)}
_ACTORS: Final = frozenset({AttackKind.GROUP, AttackKind.SOFTWARE, AttackKind.CAMPAIGN})


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a technique by a group, campaign or software, by STIX ids, with its description."""

    source_ref: str
    target_ref: str
    text: str
    is_excerpt: bool = False


@dataclass
class KnowledgeBaseBuilder:
    """Collects objects and relationships in any order, and joins them once all are there.

    Attributes
    ----------
    objects : list of AttackObject
        With their STIX ids; duplicates allowed.
    revocations : dict of str to str
        The STIX id of the successor, by the STIX id of the revoked object.
    uses : list of Use
        What becomes a procedure example where both ends are known.
    skipped : Counter of str
        How many objects of which STIX type were left out.
    """

    objects: list[AttackObject] = field(default_factory=list)
    revocations: dict[str, str] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def build(self, release: AttackRelease) -> KnowledgeBase:
        """Return the knowledge base of the collected objects.

        Of several objects with one ATT&CK id the active one stays, else the deprecated, else the revoked; the first
        among equals. An object's ``revoked_by`` is the active end of its chain of successors, or, where there is none,
        the successor that ATT&CK names. Procedure examples of revoked techniques move to the active successor; those
        that lead to no active technique, come from no known actor, or say nothing are left out, and counted.
        """
        by_id: dict[str, AttackObject] = {}
        for candidate in self.objects:
            present = by_id.get(candidate.attack_id)
            if present is None or _RANK[candidate.status] < _RANK[present.status]:
                by_id[candidate.attack_id] = candidate
            if present is not None:
                self.skipped[candidate.stix_id.split("--")[0] or candidate.kind.value] += 1
        by_stix_id = {item.stix_id: by_id[item.attack_id] for item in self.objects}
        by_id = self._with_successors(by_id, by_stix_id)
        return KnowledgeBase(
            release=release,
            objects=tuple(sorted(by_id.values(), key=lambda item: (list(AttackKind).index(item.kind), item.attack_id))),
            procedure_examples=tuple(self._examples(by_id, by_stix_id)),
            skipped=dict(sorted(self.skipped.items())),
        )

    def _with_successors(
        self, by_id: dict[str, AttackObject], by_stix_id: dict[str, AttackObject]
    ) -> dict[str, AttackObject]:
        """Return the objects with ``revoked_by`` set where a successor is known."""
        named = dict(by_id)
        for source_ref, target_ref in self.revocations.items():
            source, target = by_stix_id.get(source_ref), by_stix_id.get(target_ref)
            if source is None or target is None:
                self.skipped["relationship"] += 1
            elif source.status is AttackStatus.REVOKED and source.attack_id != target.attack_id:
                named[source.attack_id] = replace(source, revoked_by=target.attack_id)
        return {
            attack_id: replace(item, revoked_by=resolve(attack_id, named) or item.revoked_by)
            if item.revoked_by
            else item
            for attack_id, item in named.items()
        }

    def _examples(self, by_id: dict[str, AttackObject], by_stix_id: dict[str, AttackObject]) -> list[ProcedureExample]:
        """Return the procedure examples whose source and target are known, without duplicates."""
        examples: dict[ProcedureExample, None] = {}
        for use in self.uses:
            source, target = by_stix_id.get(use.source_ref), by_stix_id.get(use.target_ref)
            technique_id = resolve(target.attack_id, by_id) if target is not None else None
            technique = by_id.get(technique_id) if technique_id else None
            if (
                source is None
                or source.kind not in _ACTORS
                or technique is None
                or technique.kind is not AttackKind.TECHNIQUE
                or not use.text
            ):
                self.skipped["relationship"] += 1
                continue
            actor = by_id[resolve(source.attack_id, by_id) or source.attack_id]
            example = ProcedureExample(technique.attack_id, actor.attack_id, actor.name, use.text, use.is_excerpt)
            if example in examples:
                self.skipped["relationship"] += 1
            examples[example] = None
        return list(examples)
