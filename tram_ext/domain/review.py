"""Changes by people: single changes, the log that records them, and the events that announce them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.errors import Invalid

State: TypeAlias = dict[str, Any]
"""Fields of a row, JSON-compatible."""

REPORT: Final = "report"
SENTENCE: Final = "sentence"
MAPPING: Final = "mapping"
ATTACK: Final = "attack"
RELEASE: Final = "attack release"

READING: Final = "reading"
UNCERTAINTY: Final = "uncertainty"
CERTAINTY: Final = "certainty"
SENTENCE_ORDERS: Final = (READING, UNCERTAINTY, CERTAINTY)
"""Orders of a report's sentences.

By uncertainty those come first whose decision teaches the model most, by certainty those whose weakest mapping has the
highest confidence.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of one action on one row.

    Attributes
    ----------
    kind : str
        One of ``report``, ``sentence``, ``mapping``, ``attack``, ``attack release``.
    before, after : State or None
        None where the row was not, or is not any more, and then the other side is whole; else the fields that differ.
        Those of a mapping always name its sentence.
    """

    kind: str
    id: int
    report_id: int | None
    before: State | None
    after: State | None

    def reversed(self) -> Change:
        """Return the inverse of this change."""
        return Change(self.kind, self.id, self.report_id, self.after, self.before)

    def sentence_ids(self) -> set[int]:
        """Return the numbers of the sentences that the changes concern."""
        if self.kind == SENTENCE:
            return {self.id}
        if self.kind == MAPPING:
            return {state["sentence_id"] for state in (self.before, self.after) if state is not None}
        return set()


@dataclass(frozen=True, slots=True)
class Shown:
    """The techniques that a reviewer had in view when deciding about a sentence.

    Attributes
    ----------
    proposed : tuple of str
        ATT&CK ids of those that were on the sentence, whoever proposed them.
    searched : tuple of str
        ATT&CK ids of those that the reviewer was shown beside them: suggestions, and results of a search.
    """

    proposed: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of the log.

    Attributes
    ----------
    user_name : str
        Who did it, by the name of that day.
    batch : str
        Common to all rows of one action.
    undoes : str or None
        The batch that an undo took back, or that a redo did again.
    shown : Shown or None
        What the reviewer had been shown, where the action decided about a sentence or its techniques.
    """

    id: int
    at: datetime
    user_name: str
    report_id: int | None
    action: str
    target_kind: str
    target_id: int | None
    before: Any
    after: Any
    batch: str
    undoes: str | None = None
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class LogFilter:
    """A filter for rows of the log; None means any.

    Attributes
    ----------
    user : str or None
        A name.
    since, until : datetime or None
        Moments, the first included and the second not.
    with_users : bool
        Whether changes of users are shown, too.
    """

    report_id: int | None = None
    user: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    with_users: bool = False


def parse_moment(said: str) -> datetime:
    """Parse a date or date and time in ISO 8601; UTC where it has no time zone.

    Raises
    ------
    Invalid
        It is neither.
    """
    try:
        found = datetime.fromisoformat(said.strip().upper())
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{said!r} is no date and time such as 2026-05-03T12:55:40Z.") from None


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """An action that its author may undo, or has undone.

    Attributes
    ----------
    log_id : int
        The last row of the log that belongs to it, its undoing or its redoing.
    """

    id: int
    batch: str
    log_id: int


@dataclass(frozen=True, slots=True)
class SentenceFilter:
    """A filter for sentences; None means any.

    Attributes
    ----------
    undecided : bool
        Only those that await review; `disposition` must be None then.
    technique : str or None
        ATT&CK's own id.
    attack_object_id : int or None
        The row of a technique.
    least, most : float or None
        Bounds of the confidence, in percent: one mapping of the sentence lies between them, both included.
    text : str
        Part of the text, in any case of letters.
    ids : tuple of int or None
        Numbers of sentences.
    page : int or None
        The page of a PDF on which they begin, from 1.
    """

    report_id: int | None = None
    disposition: Disposition | None = None
    undecided: bool = False
    technique: str | None = None
    attack_object_id: int | None = None
    least: float | None = None
    most: float | None = None
    text: str = ""
    ids: tuple[int, ...] | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewChange:
    """The event that announces an action to open views: numbers, and the name of the action.

    Attributes
    ----------
    sentence_ids : tuple of int
        The sentences that look different; empty where it is the report itself, or more than `MOST_IDS` of them.
    """

    action: str
    report_id: int | None
    sentence_ids: tuple[int, ...] = ()


MOST_IDS: Final = 200
