"""Splits and merges sentences that were segmented wrongly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from tram_ext.domain.assertions import first_said
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.reports import SENTENCE_CONTENT, Sentence
from tram_ext.domain.review import MAPPING, SENTENCE, State
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.preconditions import require_version, state_to_change
from tram_ext.services.review.sentences import existing_sentence
from tram_ext.services.review.uniting import unite
from tram_ext.store.database import Store, UnitOfWork

MOST_MERGED: Final = 100
"""A paragraph is no sentence."""


class Segmentation:
    """Splits and merges sentences; each is one action to undo."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def split(
        self, sentence_id: int, at: int, actor: User, *, expected: Collection[int] | None = None
    ) -> tuple[Sentence, Sentence]:
        """Make two sentences of one. Both bear its techniques and await review: what was decided was about the whole.

        Parameters
        ----------
        at : int
            Where the second begins, in characters of the sentence's text.
        expected : collection of int, optional
            Versions of the sentence that may be changed; None is any.

        Raises
        ------
        NotFound
            There is no such sentence.
        Invalid
            One of the two would be blank.
        PreconditionFailed
            The sentence is at another version.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            old = existing_sentence(work, sentence_id)
            state = state_to_change(work, SENTENCE, sentence_id, old.version, expected)
            first, second = old.text[:at].strip(), old.text[at:].strip()
            if not first or not second:
                raise Invalid.field("at", f"Both parts need text: take a place within the {len(old.text)} characters.")
            action = Action(work, actor, "split sentence", old.report_id)
            first_end, second_start = _divided(work, old, first)
            action.update(SENTENCE, sentence_id, state, {"text": first, "end": first_end, "disposition": None})
            make_room(work, action, old)
            start_end = {"start": second_start, "end": old.end if second_start is not None else None}
            fresh = {**state, "text": second, **start_end, "disposition": None}
            (key,) = action.insert(SENTENCE, [fresh])
            own = work.records.states(MAPPING, [mapping.id for mapping in old.all_mappings])
            action.insert(MAPPING, [{**mapping, "sentence_id": key} for mapping in own.values()])
            told = action.finish()
            made = existing_sentence(work, sentence_id), existing_sentence(work, key)
        self._changes.tell(*told)
        return made

    def merge(self, sentence_ids: Collection[int], actor: User, *, expected: Collection[int] | None = None) -> Sentence:
        """Make one of sentences that follow one another; it has all their techniques, each once (see `merged`).

        It stays decided where all were decided alike.

        Parameters
        ----------
        expected : collection of int, optional
            Versions of the first of them that may be changed; None is any.

        Raises
        ------
        NotFound
            One of the sentences does not exist.
        Invalid
            There are fewer than two or absurdly many, or they do not follow one another in one report.
        PreconditionFailed
            The first of them is at another version.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            parts = _neighbours(work, sentence_ids)
            first, rest = parts[0], parts[1:]
            require_version(first.version, expected)
            states = work.records.states(SENTENCE, [part.id for part in parts])
            action = Action(work, actor, "merge sentences", first.report_id)
            action.update(SENTENCE, first.id, states[first.id], _joined(parts))
            gather(work, action, parts)
            for part in rest:
                action.delete(SENTENCE, part.id, states[part.id])
            told = action.finish()
            merged = existing_sentence(work, first.id)
        self._changes.tell(*told)
        return merged


def _divided(work: UnitOfWork, sentence: Sentence, first: str) -> tuple[int | None, int | None]:
    """Return the offsets in the report's text of the end of the first part and the start of the second, or None."""
    report = work.reports.get(sentence.report_id)
    if report is None or sentence.start is None or sentence.end is None:
        return sentence.end, None
    source = report.text[sentence.start : sentence.end]
    if "".join(source.split()) != "".join(sentence.text.split()):
        return None, None  # it was reworded since it was read
    left = sum(not character.isspace() for character in first)
    inked = [index for index, character in enumerate(source) if not character.isspace()]
    return sentence.start + inked[left - 1] + 1, sentence.start + inked[left]


def make_room(work: UnitOfWork, action: Action, sentence: Sentence) -> None:
    """Renumber sentences so that a new one comes right after `sentence`.

    Equal orders are settled by number, and the new number is the highest: only where others of this order come after
    `sentence` already, these and all that follow move on by one.
    """
    orders = work.sentences.orders(sentence.report_id)
    later = [(order, key) for order, key in orders if (order, key) > (sentence.order, sentence.id)]
    if later and later[0][0] == sentence.order:
        for order, key in later:
            state = {"report_id": sentence.report_id, "order": order}
            action.update(SENTENCE, key, state, {"order": order + 1})


def _neighbours(work: UnitOfWork, sentence_ids: Collection[int]) -> list[Sentence]:
    wanted = set(sentence_ids)
    if not 2 <= len(wanted) <= MOST_MERGED:  # noqa: PLR2004 - to merge
        raise Invalid.field("sentences", f"Choose 2 to {MOST_MERGED} sentences.")
    chosen = work.sentences.some(wanted)
    if len(chosen) < len(wanted):
        raise NotFound("No Sentence matches the given query.")
    reports = {sentence.report_id for sentence in chosen}
    if len(reports) > 1:
        raise Invalid.field("sentences", "Choose sentences of one report.")
    places = {key: place for place, (_, key) in enumerate(work.sentences.orders(chosen[0].report_id))}
    if any(places[second.id] - places[first.id] != 1 for first, second in pairwise(chosen)):
        raise Invalid.field("sentences", "Choose sentences that follow one another, without any between them.")
    return chosen


def _joined(parts: Sequence[Sentence]) -> State:
    """Return the fields of the merged sentence; of other fields than those decided here, the first value."""
    contents = [part.state() for part in parts]
    found = {name: first_said([content[name] for content in contents]) for name in SENTENCE_CONTENT.names}
    if any(part.disposition is not parts[0].disposition for part in parts):
        found["disposition"] = None
    starts = [part.start for part in parts if part.start is not None]
    ends = [part.end for part in parts if part.end is not None]
    located = len(starts) == len(ends) == len(parts)
    return {
        **found,
        "text": " ".join(part.text for part in parts),
        "order": parts[0].order,
        "start": min(starts) if located else None,
        "end": max(ends) if located else None,
    }


def gather(work: UnitOfWork, action: Action, parts: Sequence[Sentence]) -> None:
    """Move the mappings of all parts to the first; those of one technique become one."""
    states = work.records.states(MAPPING, [mapping.id for part in parts for mapping in part.all_mappings])
    by_technique: dict[int, list[int]] = {}
    for part in parts:
        for mapping in part.all_mappings:
            by_technique.setdefault(states[mapping.id]["attack_object_id"], []).append(mapping.id)
    for keys in by_technique.values():
        unite(action, states, keys, {"sentence_id": parts[0].id})
