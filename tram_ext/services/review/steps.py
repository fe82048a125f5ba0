"""Single steps of reviewing a sentence, as an annotator takes them: one call, which answers with the sentence."""

from __future__ import annotations

from collections.abc import Collection

from tram_ext.domain.assertions import Assertion
from tram_ext.domain.edits import MappingEdit, Step
from tram_ext.domain.errors import NotFound
from tram_ext.domain.reports import Mapping, Sentence
from tram_ext.domain.review import MAPPING
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.decisions import decide_sentence, decide_techniques, settle_without
from tram_ext.services.review.preconditions import require_version
from tram_ext.services.review.request_keys import RequestKey
from tram_ext.services.review.sentence_mappings import add_technique, edited_values
from tram_ext.services.review.sentences import existing_sentence
from tram_ext.store.database import Store, UnitOfWork


class Steps:
    """Takes steps; each is one to undo."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def take(
        self,
        sentence_id: int,
        step: Step,
        actor: User,
        *,
        expected: Collection[int] | None = None,
        key: str | None = None,
    ) -> Sentence:
        """Decide about a sentence or one of its techniques, or add, change or remove one; return it as it is then.

        A technique that is there already is not added again, and one that is not there any more is not removed.

        Parameters
        ----------
        expected : collection of int, optional
            Versions of the sentence that may be changed; None is any.
        key : str, optional
            A request that comes again under the same key is answered, and not done again.

        Raises
        ------
        NotFound
            There is no such sentence, or the technique that is to be judged or changed is not on it.
        Invalid
            The loaded ATT&CK has no such technique.
        PreconditionFailed
            The sentence is at another version.
        Conflict
            The key was used for another request.
        """
        require(actor, Permission.REVIEW)
        request = RequestKey(key, actor, (sentence_id, *step.asked()))
        with self._store.write() as work:
            old = existing_sentence(work, sentence_id)
            if request.was_done(work):
                return old
            require_version(old.version, expected)
            action = Action(work, actor, step.name, old.report_id, batch=request.batch())
            _write(work, action, old, step)
            told = action.finish()
            changed = existing_sentence(work, sentence_id)
        self._changes.tell(*told)
        return changed


def _write(work: UnitOfWork, action: Action, sentence: Sentence, step: Step) -> None:
    if step.kind == "decide":
        decide_sentence(action, sentence, step.disposition, step.searched)
    elif step.kind == "add":
        add_technique(
            work, action, sentence.report_id, sentence.id, Assertion(step.attack_id, **step.about_technique())
        )
    else:
        there = _mapping(sentence, step.attack_id)
        if there is None and step.kind != "remove":
            raise NotFound(f"{step.attack_id} is not on this sentence.")
        if there is not None:
            _write_mapping(work, action, sentence, there, step)


def _write_mapping(work: UnitOfWork, action: Action, sentence: Sentence, mapping: Mapping, step: Step) -> None:
    state = work.records.states(MAPPING, [mapping.id])[mapping.id]
    if step.kind == "judge":
        decide_techniques(action, sentence, [mapping.id], step.disposition, step.searched)
    elif step.kind == "remove":
        action.delete(MAPPING, mapping.id, state)
        settle_without(action, sentence, mapping.id)
    else:
        edit = MappingEdit(**step.about_technique())
        action.update(MAPPING, mapping.id, state, edited_values(work, mapping, edit))


def _mapping(sentence: Sentence, attack_id: str) -> Mapping | None:
    wanted = attack_id.strip().upper()
    return next((mapping for mapping in sentence.all_mappings if mapping.attack_id == wanted), None)
