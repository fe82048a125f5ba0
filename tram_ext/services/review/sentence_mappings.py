"""Adds, changes and removes mappings by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.attack import AttackKind, AttackObject, AttackStatus
from tram_ext.domain.edits import MappingEdit
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import Mapping, Sentence
from tram_ext.domain.review import MAPPING, State
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.decisions import decide_techniques, settle_without
from tram_ext.services.review.preconditions import existing, state_to_change
from tram_ext.store.database import Store, UnitOfWork


class SentenceMappings:
    """The mappings of all sentences."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def list(
        self, sentence_id: int | None, actor: User, *, limit: int | None = None, offset: int = 0
    ) -> tuple[list[Mapping], int]:
        """Return the mappings of a sentence, or all, and how many there are."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            found = work.mappings.page(sentence_id, limit=limit, offset=offset)
            return found, offset + len(found) if limit is None else work.mappings.count(sentence_id)

    def get(self, mapping_id: int, actor: User) -> Mapping:
        """Return a mapping.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            return _existing(work, mapping_id)

    def add(self, report_id: int, sentence_id: int, new: Assertion, actor: User) -> tuple[Mapping, bool]:
        """Add a mapping to a sentence.

        Returns
        -------
        mapping : Mapping
        is_new : bool
            False where the technique was on the sentence already; then nothing has changed. One that was rejected there
            is undecided again, and as it is added.

        Raises
        ------
        Invalid
            No such report, sentence or technique, or the sentence is another report's.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            _check_place(work, report_id, sentence_id)
            action = Action(work, actor, "add mapping", report_id)
            key, is_new = add_technique(work, action, report_id, sentence_id, new)
            told = action.finish()
            made = _existing(work, key)
        self._changes.tell(*told)
        return made, is_new

    def change(
        self, mapping_id: int, edit: MappingEdit, actor: User, *, expected: Collection[int] | None = None
    ) -> Mapping:
        """Change technique, confidence or note of a mapping, or decide about it.

        One whose technique or confidence changed is a person's.

        Parameters
        ----------
        expected : collection of int, optional
            Versions of the mapping that may be changed; None is any.

        Raises
        ------
        NotFound
            There is no mapping with this number.
        Invalid
            No such technique, or it is on the sentence already; or the mapping is on another sentence than was thought.
        PreconditionFailed
            The mapping is at another version.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            old = _existing(work, mapping_id)
            state = state_to_change(work, MAPPING, mapping_id, old.version, expected)
            action = Action(work, actor, edit.name, old.report_id)
            action.update(MAPPING, mapping_id, state, edited_values(work, old, edit))
            if edit.decides:
                decide_techniques(action, _sentence(work, old), [mapping_id], edit.disposition)
            told = action.finish()
            changed = _existing(work, mapping_id)
        self._changes.tell(*told)
        return changed

    def delete(self, mapping_id: int, actor: User, *, expected: Collection[int] | None = None) -> None:
        """Remove a mapping; see :meth:`change`."""
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            old = _existing(work, mapping_id)
            state = state_to_change(work, MAPPING, mapping_id, old.version, expected)
            action = Action(work, actor, "delete mapping", old.report_id)
            action.delete(MAPPING, mapping_id, state)
            settle_without(action, _sentence(work, old), mapping_id)
            told = action.finish()
        self._changes.tell(*told)


def add_technique(
    work: UnitOfWork, action: Action, report_id: int, sentence_id: int, new: Assertion
) -> tuple[int, bool]:
    """Add a mapping to a sentence, or bring a rejected one back; return its number, and whether it is new.

    Raises
    ------
    Invalid
        No loaded ATT&CK knows the technique, or it was revoked.
    """
    technique = usable_technique(work, new.attack_id)
    assert technique.id is not None
    there = work.mappings.find(sentence_id, technique.id)
    if there is not None and there.disposition is not Disposition.REJECT:
        return there.id, False
    state = mapping_state(report_id, sentence_id, technique.id, replace(new, attack_id=technique.attack_id))
    if there is not None:
        action.update(MAPPING, there.id, work.records.states(MAPPING, [there.id])[there.id], state)
        return there.id, True
    (key,) = action.insert(MAPPING, [state])
    return key, True


def mapping_state(report_id: int, sentence_id: int, attack_object_id: int, new: Assertion) -> State:
    """Return the state of a new mapping."""
    return {
        "report_id": report_id,
        "sentence_id": sentence_id,
        "attack_object_id": attack_object_id,
        **new.state(),
    }


def usable_technique(work: UnitOfWork, attack_id: str) -> AttackObject:
    """Return the technique that a person names.

    Raises
    ------
    Invalid
        No loaded ATT&CK knows it, or it was revoked.
    """
    found = work.attack.find(attack_id.strip().upper())
    if found is None or found.kind is not AttackKind.TECHNIQUE:
        raise Invalid.field("attack_id", f'"{attack_id}" is not a technique of the loaded ATT&CK.')
    if found.status is AttackStatus.REVOKED:
        instead = f" Use {found.revoked_by} instead." if found.revoked_by else ""
        raise Invalid.field("attack_id", f"{found.attack_id} was revoked by ATT&CK.{instead}")
    return found


def _check_place(work: UnitOfWork, report_id: int, sentence_id: int) -> None:
    if work.reports.get(report_id) is None:
        raise Invalid.field("report", f'Invalid pk "{report_id}" - object does not exist.')
    sentence = work.sentences.get(sentence_id)
    if sentence is None:
        raise Invalid.field("sentence", f'Invalid pk "{sentence_id}" - object does not exist.')
    if sentence.report_id != report_id:
        raise Invalid.field("sentence", f"Sentence {sentence_id} is of report {sentence.report_id}, not {report_id}.")


def edited_values(work: UnitOfWork, old: Mapping, edit: MappingEdit) -> State:
    """Return the fields of a mapping that an edit sets.

    Raises
    ------
    Invalid
        No such technique, or it is on the sentence already; or the mapping is on another sentence than was thought.
    """
    for field, place, wanted in (("report", old.report_id, edit.report), ("sentence", old.sentence_id, edit.sentence)):
        if wanted not in (None, place):
            raise Invalid.field(
                field, f"It is on {field} {place} and stays there. Delete it, and add one to the other."
            )
    changes, row = edit.asserted(), {}
    if edit.attack_id is not None:
        technique = usable_technique(work, edit.attack_id)
        assert technique.id is not None
        there = work.mappings.find(old.sentence_id, technique.id)
        if there is not None and there.id != old.id:
            raise Invalid.field("attack_id", f"{technique.attack_id} is on this sentence already.")
        row, changes["attack_id"] = {"attack_object_id": technique.id}, technique.attack_id
    return {**row, **old.assertion.edited(changes).state()}


def _existing(work: UnitOfWork, mapping_id: int) -> Mapping:
    return existing(work.mappings.get(mapping_id), "Mapping")


def _sentence(work: UnitOfWork, mapping: Mapping) -> Sentence:
    found = work.sentences.get(mapping.sentence_id)
    assert found is not None
    return found
