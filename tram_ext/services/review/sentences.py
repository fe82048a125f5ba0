"""Lists, decides about and edits sentences."""

from __future__ import annotations

from collections.abc import Collection

from tram_ext.domain.edits import SentenceEdit
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import Sentence, SentenceContent
from tram_ext.domain.review import MAPPING, SENTENCE, SentenceFilter, State
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.decisions import follow_sentence
from tram_ext.services.review.preconditions import existing, state_to_change
from tram_ext.store.database import Store, UnitOfWork


class Sentences:
    """The sentences of all reports."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def list(
        self, wanted: SentenceFilter, actor: User, *, limit: int | None = None, offset: int = 0
    ) -> tuple[list[Sentence], int]:
        """Return the sentences that `wanted` describes, in the order of their reports, and how many there are."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            if limit is None:
                found = work.sentences.page(wanted, offset=offset)
                return found, offset + len(found)
            total = work.sentences.count(wanted)
            here = min(limit, total - offset)
            if here <= 0:
                return [], total
            behind = total - offset - here
            if behind < offset:  # a database walks over what comes before a page: begin at the nearer end
                return work.sentences.last_page(wanted, limit=here, offset=behind), total
            return work.sentences.page(wanted, limit=here, offset=offset), total

    def get(self, sentence_id: int, actor: User) -> Sentence:
        """Return a sentence with its mappings.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            return existing_sentence(work, sentence_id)

    def create(self, report_id: int, edit: SentenceEdit, actor: User) -> Sentence:
        """Add a sentence to a report, at its end unless an order is given.

        Raises
        ------
        Invalid
            There is no such report.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            if work.reports.get(report_id) is None:
                raise Invalid.field("report", f'Invalid pk "{report_id}" - object does not exist.')
            order = work.sentences.next_order(report_id) if edit.order is None else edit.order
            fresh: State = {"report_id": report_id, **SentenceContent("", order).state(), **edit.values()}
            action = Action(work, actor, "add sentence", report_id)
            (key,) = action.insert(SENTENCE, [fresh])
            told = action.finish()
            made = existing_sentence(work, key)
        self._changes.tell(*told)
        return made

    def change(
        self, sentence_id: int, edit: SentenceEdit, actor: User, *, expected: Collection[int] | None = None
    ) -> Sentence:
        """Accept, reject, clear, reword or move a sentence.

        Parameters
        ----------
        expected : collection of int, optional
            Versions of the sentence that may be changed; None is any.

        Raises
        ------
        NotFound
            There is none with this number.
        PreconditionFailed
            The sentence is at another version.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            old = existing_sentence(work, sentence_id)
            state = state_to_change(work, SENTENCE, sentence_id, old.version, expected)
            action = Action(work, actor, edit.name, old.report_id)
            action.update(SENTENCE, sentence_id, state, edit.values())
            if edit.decides:
                follow_sentence(action, old, edit.disposition)
            told = action.finish()
            changed = existing_sentence(work, sentence_id)
        self._changes.tell(*told)
        return changed

    def delete(self, sentence_id: int, actor: User, *, expected: Collection[int] | None = None) -> None:
        """Remove a sentence with its mappings; see :meth:`change`."""
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            old = existing_sentence(work, sentence_id)
            state = state_to_change(work, SENTENCE, sentence_id, old.version, expected)
            action = Action(work, actor, "delete sentence", old.report_id)
            delete_sentence(work, action, old, state)
            told = action.finish()
        self._changes.tell(*told)


def existing_sentence(work: UnitOfWork, sentence_id: int) -> Sentence:
    """Return a sentence.

    Raises
    ------
    NotFound
        There is none with this number.
    """
    return existing(work.sentences.get(sentence_id), "Sentence")


def delete_sentence(work: UnitOfWork, action: Action, sentence: Sentence, state: State) -> None:
    """Remove a sentence and its mappings, each of them by a change of its own, so that an undo restores them."""
    own = work.records.states(MAPPING, [mapping.id for mapping in sentence.all_mappings])
    for key, mapping in own.items():
        action.delete(MAPPING, key, mapping)
    action.delete(SENTENCE, sentence.id, state)
