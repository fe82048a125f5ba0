"""Makes sentences of parts of a report's text that a person chose, with a technique."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.errors import Conflict, Invalid
from tram_ext.domain.reports import Report, Sentence
from tram_ext.domain.review import MAPPING, SENTENCE, State
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.preconditions import existing
from tram_ext.services.review.segmentation import gather, make_room
from tram_ext.services.review.sentence_mappings import add_technique
from tram_ext.services.review.sentences import existing_sentence
from tram_ext.store.database import Store, UnitOfWork

LONGEST: Final = 2_000
"""Characters of the longest sentence, as readers of documents cut it."""


class Excerpts:
    """Extracts sentences from the texts of reports; each is one action to undo."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def extract(
        self, report_id: int, start: int, end: int, attack_id: str, actor: User, *, said: str | None = None
    ) -> Sentence:
        """Make a sentence of a part of a report's text, with a technique that is accepted on it.

        What is left of the sentences that the part cuts stays a sentence and awaits review; those that it holds whole
        become part of it, with their techniques.

        Parameters
        ----------
        start, end : int
            The part of the text, in characters; white space around it is left out.
        said : str, optional
            The part as its author sees it.

        Raises
        ------
        NotFound
            There is no such report.
        Invalid
            The part is blank, longer than `LONGEST`, or no part of the text; or it holds a sentence that was reworded;
            or the loaded ATT&CK has no such technique.
        Conflict
            The part of the text is not what was said: somebody has edited it.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            report = existing(work.reports.get(report_id), "Report")
            start, end = _trimmed(report.text, start, end)
            if said is not None and said.split() != report.text[start:end].split():
                raise Conflict("Somebody has edited the text of this report since you read it. Read it again.")
            action = Action(work, actor, "extract sentence", report_id)
            key, is_alone = _Part(work, action, report, start, end).carve()
            add_technique(work, action, report_id, key, _accepted(attack_id, is_alone=is_alone))
            told = action.finish()
            made = existing_sentence(work, key)
        self._changes.tell(*told)
        return made


def _accepted(attack_id: str, *, is_alone: bool) -> Assertion:
    """Return a technique that counts as accepted, by its sentence where it is the only one on that."""
    return Assertion(attack_id, disposition=None if is_alone else Disposition.ACCEPT)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(text):
        raise Invalid.field("end", f"{start} to {end} is not a part of the text, which has {len(text)} characters.")
    found = _inked(text, start, end)
    if found is None:
        raise Invalid.field("start", "There is no word in this part of the text.")
    if found[1] - found[0] > LONGEST:
        raise Invalid.field("end", f"A sentence has no more than {LONGEST:,} characters.")
    return found


def _inked(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return a part of a text without the white space around it, None where it holds no letter and no digit."""
    part = text[start:end]
    if not any(character.isalnum() for character in part):
        return None
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


class _Part:
    """A part of a report's text that becomes a sentence, within one action."""

    def __init__(self, work: UnitOfWork, action: Action, report: Report, start: int, end: int) -> None:
        self._work = work
        self._action = action
        self._report = report
        self._start = start
        self._end = end

    def carve(self) -> tuple[int, bool]:
        """Make the sentence; return its number, and whether no technique is on it yet."""
        spans = self._work.overviews.spans(self._report.id)
        cut = self._work.sentences.some([key for key, start, end in spans if start < self._end and end > self._start])
        for sentence in cut:
            _require_as_read(self._report, sentence)
        if not cut:
            return self._insert_between(spans), True
        states = self._work.records.states(SENTENCE, [sentence.id for sentence in cut])
        make_room(self._work, self._action, cut[0])
        first, last = cut[0], cut[-1]
        left = _inked(self._report.text, first.start or 0, self._start)
        right = _inked(self._report.text, self._end, last.end or 0)
        if left:
            self._action.update(SENTENCE, first.id, states[first.id], self._rest(left))
        if right and last is not first:
            self._action.update(SENTENCE, last.id, states[last.id], self._rest(right))
        inside = [item for item in cut if not (left and item is first) and not (right and item is last)]
        if inside:
            return self._take_over(inside, states), not any(item.all_mappings for item in inside)
        content = self._content(first.order, first.page)
        if left:
            (key,) = self._action.insert(SENTENCE, [content])
        else:
            key = first.id
            self._action.update(SENTENCE, key, states[key], content)
        if right and last is first:
            self._set_apart(first, {**states[first.id], **self._rest(right)}, keeps=left is not None)
        return key, True

    def _insert_between(self, spans: Sequence[tuple[int, int, int]]) -> int:
        """Add a sentence where none is, after the one that stands before it in the text."""
        earlier = [key for key, start, _ in spans if start < self._start]
        if earlier:
            before = existing_sentence(self._work, earlier[-1])
            make_room(self._work, self._action, before)
            order, page = before.order, before.page
        else:
            orders = [order for order, _ in self._work.sentences.orders(self._report.id)]
            order, page = min(orders, default=1) - 1, None
        (key,) = self._action.insert(SENTENCE, [self._content(order, page)])
        return key

    def _take_over(self, inside: Sequence[Sentence], states: Mapping[int, State]) -> int:
        """Make the sentence of those that the part holds whole, with all their techniques."""
        kept = inside[0]
        content = self._content(kept.order, kept.page)
        if any(item.all_mappings for item in inside):
            content["disposition"] = None  # nobody has decided about these
        self._action.update(SENTENCE, kept.id, states[kept.id], content)
        gather(self._work, self._action, inside)
        for item in inside[1:]:
            self._action.delete(SENTENCE, item.id, states[item.id])
        return kept.id

    def _set_apart(self, sentence: Sentence, rest: State, *, keeps: bool) -> None:
        """Add what is left of a sentence behind the part; techniques that it `keeps` are copied, others move."""
        (key,) = self._action.insert(SENTENCE, [rest])
        states = self._work.records.states(MAPPING, [item.id for item in sentence.all_mappings])
        if keeps:
            self._action.insert(MAPPING, [{**state, "sentence_id": key} for state in states.values()])
            return
        for number, state in states.items():
            self._action.update(MAPPING, number, state, {"sentence_id": key})

    def _content(self, order: int, page: int | None) -> State:
        return {
            "report_id": self._report.id,
            "text": self._words(self._start, self._end),
            "order": order,
            "disposition": Disposition.ACCEPT.value,
            "start": self._start,
            "end": self._end,
            "page": page,
            "origin": "",
        }

    def _rest(self, part: tuple[int, int]) -> State:
        """Return the fields of what is left of a sentence; what was decided was about the whole."""
        start, end = part
        return {"text": self._words(start, end), "start": start, "end": end, "disposition": None}

    def _words(self, start: int, end: int) -> str:
        return " ".join(self._report.text[start:end].split())


def _require_as_read(report: Report, sentence: Sentence) -> None:
    source = report.text[sentence.start : sentence.end]
    if "".join(source.split()) != "".join(sentence.text.split()):
        raise Invalid.field("start", f"Sentence {sentence.id} was reworded: it is not the text of the report any more.")
