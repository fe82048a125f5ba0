"""The ATT&CK that the workbench works with: loading, looking up, resolving old ids."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tram_ext.attack.revocation import resolve
from tram_ext.domain.assertions import Assertion, Disposition, MappingSource, merged_by_technique
from tram_ext.domain.attack import (
    AttackKind,
    AttackObject,
    AttackRelease,
    AttackStatus,
    KnowledgeBase,
    ProcedureExample,
    is_technique_id,
)
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.domain.users import User
from tram_ext.services.review.preconditions import existing
from tram_ext.store.database import Store, UnitOfWork

BUILTIN_REPORT: Final = "attack-procedure-examples"
_REMOVED: Final = "removed-builtin:"
_NO_MATCH: Final = 4


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of loading a knowledge base."""

    release: AttackRelease
    added: int
    changed: int
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Technique ids of a file as rows of the store, with warnings."""

    rows: dict[str, int]
    replaced: dict[str, str]
    warnings: tuple[str, ...]


class Attack:
    """ATT&CK objects; every user may read them, and callers check who may write."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load_file(self, path: Path, actor: User) -> Loaded:
        """Load a STIX bundle.

        Raises
        ------
        Invalid
            The file is no ATT&CK bundle in STIX 2.0 or 2.1.
        """
        from tram_ext.attack.stix import load_stix

        return self._put(load_stix(path), actor)

    def load_default(self) -> None:
        """Load the ATT&CK that ships with the project, with its procedure examples, unless some ATT&CK is there."""
        from tram_ext.attack.packaged import load_default

        if self.is_loaded():
            return
        base = load_default()
        with self._store.write() as work:
            if work.attack.releases():
                return
            work.attack.put(base.objects)
            work.attack.put_release(base.release)
            _add_builtin_report(work, base)

    def is_loaded(self) -> bool:
        """Whether any ATT&CK is there."""
        with self._store.read() as work:
            return bool(work.attack.releases())

    def releases(self) -> list[AttackRelease]:
        """Return the loaded version of each domain."""
        with self._store.read() as work:
            return work.attack.releases()

    def techniques(
        self, *, everything: bool = False, limit: int | None = None, offset: int = 0
    ) -> tuple[list[AttackObject], int]:
        """Return techniques by id and how many there are; `everything` includes what is not active any more."""
        statuses = () if everything else (AttackStatus.ACTIVE, AttackStatus.RETIRED)
        with self._store.read() as work:
            return (
                work.attack.list(statuses=statuses, limit=limit, offset=offset),
                work.attack.count(statuses=statuses),
            )

    def search(self, query: str, *, everything: bool = False) -> list[AttackObject]:
        """Return the techniques whose id, name or alias contains `query`, ignoring case, the best match first.

        An empty `query` matches all, which then come by id; `everything` includes what is not active any more.
        """
        found, _ = self.techniques(everything=everything)
        wanted = " ".join(query.split()).casefold()
        ranked = [(_rank(item, wanted), item.attack_id, item) for item in found]
        return [item for rank, _, item in sorted(ranked, key=lambda row: row[:2]) if rank < _NO_MATCH]

    def tactics(self) -> list[AttackObject]:
        """Return the tactics in the order of the matrix."""
        with self._store.read() as work:
            found = work.attack.list(kind=AttackKind.TACTIC)
        return sorted(found, key=lambda item: (item.position is None, item.position, item.attack_id))

    def get(self, object_id: int) -> AttackObject:
        """Return an object by its row.

        Raises
        ------
        NotFound
            There is none.
        """
        with self._store.read() as work:
            return existing(work.attack.get(object_id), "AttackObject")

    def find(self, attack_id: str) -> AttackObject:
        """Return an object by ATT&CK's own id, in any case of letters.

        Raises
        ------
        NotFound
            Nothing that is loaded has this id.
        """
        with self._store.read() as work:
            found = work.attack.find(attack_id.strip().upper())
        if found is None:
            raise NotFound(
                f"No loaded ATT&CK object has the id {attack_id!r}. 'jupyter tram attack list' shows the techniques."
            )
        return found

    def _put(self, base: KnowledgeBase, actor: User) -> Loaded:
        with self._store.write() as work:
            added, changed = work.attack.put(base.objects)
            if base.release.is_known or base.release.domain not in {old.domain for old in work.attack.releases()}:
                work.attack.put_release(base.release)
            work.log.append(
                actor,
                "load attack",
                report_id=None,
                target=("attack", None),
                batch=secrets.token_hex(16),
                after={"domain": base.release.domain, "version": base.release.version, "changed": changed},
            )
        return Loaded(base.release, added, changed, dict(base.skipped))


def _rank(item: AttackObject, wanted: str) -> int:
    """Return how well a technique matches: the lower, the better."""
    names = [name.casefold() for name in (item.name, *item.aliases)]
    attack_id = item.attack_id.casefold()
    if wanted in (attack_id, *names):
        return 0
    if any(name.startswith(wanted) for name in (attack_id, *names)):
        return 1
    if any(f" {wanted}" in name for name in names):
        return 2
    return 3 if any(wanted in name for name in (attack_id, *names)) else _NO_MATCH


def resolve_techniques(work: UnitOfWork, ids: Iterable[str], names: Mapping[str, str]) -> Resolved:
    """Find the rows of technique ids; add those that no loaded ATT&CK knows as retired techniques.

    Parameters
    ----------
    ids : iterable of str
        Well-formed technique ids.
    names : mapping of str to str
        What the file calls them.

    Raises
    ------
    Invalid
        An id is not well formed.
    """
    known = {item.attack_id: item for item in work.attack.list()}
    rows: dict[str, int] = {}
    replaced: dict[str, str] = {}
    warnings: list[str] = []
    for attack_id in sorted(set(ids)):
        if not is_technique_id(attack_id):
            raise Invalid(f"{attack_id!r} is not a technique id.")
        found = known.get(attack_id)
        successor = resolve(attack_id, known)
        if successor is not None and successor != attack_id:
            replaced[attack_id] = successor
            warnings.append(f"{attack_id} was revoked by {successor} {known[successor].name!r}; it is mapped to that.")
            found = known[successor]
        elif found is None:
            found = _retire(work, attack_id, names.get(attack_id, attack_id))
            warnings.append(f"{attack_id} is not in the loaded ATT&CK; it is kept as retired and never trained on.")
        elif successor is None:
            warnings.append(f"{attack_id} is {found.status.value} in ATT&CK; it is kept and never trained on.")
        assert found.id is not None
        rows[attack_id] = found.id
        rows[found.attack_id] = found.id
    return Resolved(rows, replaced, tuple(warnings))


def with_successors(report: NewReport, replaced: Mapping[str, str]) -> NewReport:
    """Return `report` with revoked techniques replaced; mappings that come to name the same are merged."""
    if not replaced:
        return report
    return replace(report, sentences=tuple(_renamed(sentence, replaced) for sentence in report.sentences))


def _renamed(sentence: NewSentence, replaced: Mapping[str, str]) -> NewSentence:
    if not any(mapping.attack_id in replaced for mapping in sentence.all_mappings):
        return sentence
    found = succeeded(sentence.all_mappings, replaced)
    return replace(
        sentence,
        mappings=tuple(item for item in found if item.disposition is not Disposition.REJECT),
        rejected_mappings=tuple(item for item in found if item.disposition is Disposition.REJECT),
    )


def succeeded(assertions: Iterable[Assertion], replaced: Mapping[str, str]) -> tuple[Assertion, ...]:
    """Return assertions that name the successors of revoked techniques, each technique once."""
    today = [replace(item, attack_id=replaced.get(item.attack_id, item.attack_id)) for item in assertions]
    return merged_by_technique(today)


def _retire(work: UnitOfWork, attack_id: str, name: str) -> AttackObject:
    item = AttackObject(attack_id, AttackKind.TECHNIQUE, name, "unknown", status=AttackStatus.RETIRED)
    work.attack.put([item])
    found = work.attack.find(attack_id)
    assert found is not None
    return found


def forget_builtin(work: UnitOfWork, key: str) -> None:
    """Record that a built-in report was deleted, so that it stays deleted."""
    work.settings.set(_REMOVED + key, value=True)


def _add_builtin_report(work: UnitOfWork, base: KnowledgeBase) -> None:
    if work.settings.get(_REMOVED + BUILTIN_REPORT) or work.reports.builtin(BUILTIN_REPORT) is not None:
        return
    sentences = _by_text(base.procedure_examples)
    report = NewReport(
        name=f"ATT&CK {base.release.version} procedure examples ({base.release.domain})",
        text="ATT&CK's own sentences on how groups and software use techniques. They train the default model.",
        ml_model="humans",
        sentences=sentences,
    )
    rows = {item.attack_id: item.id for item in work.attack.list() if item.id is not None}
    work.reports.add(report, rows, created_by=None, builtin=BUILTIN_REPORT)


def _by_text(examples: Iterable[ProcedureExample]) -> tuple[NewSentence, ...]:
    """Return a sentence for each text of each group or software; a text may be an example of several techniques."""
    found: dict[tuple[str, str], list[str]] = {}
    for example in examples:
        techniques = found.setdefault((example.source_id, example.text), [])
        if example.technique_id not in techniques:
            techniques.append(example.technique_id)
    return tuple(
        NewSentence(
            text=text,
            order=order,
            disposition=Disposition.ACCEPT,
            mappings=tuple(Assertion(technique, 100.0, MappingSource.ATTACK) for technique in techniques),
            origin=origin,
        )
        for order, ((origin, text), techniques) in enumerate(found.items())
    )
