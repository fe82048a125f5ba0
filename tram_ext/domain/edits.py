"""Requested changes of a review, and their outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from tram_ext.domain.assertions import ASSERTED, Disposition
from tram_ext.domain.reports import Report
from tram_ext.domain.review import State

_WORDS = {Disposition.ACCEPT: "accept", Disposition.REJECT: "reject", None: "clear"}


@dataclass(frozen=True, slots=True)
class SentenceEdit:
    """A requested change of a sentence.

    Attributes
    ----------
    text, order : None
        Leaves them as they are.
    decides : bool
        Whether `disposition` is to be set, None included.
    """

    text: str | None = None
    order: int | None = None
    disposition: Disposition | None = None
    decides: bool = False

    def values(self) -> State:
        """Return the fields that it sets."""
        found: State = {}
        if self.text is not None:
            found["text"] = self.text
        if self.order is not None:
            found["order"] = self.order
        if self.decides:
            found["disposition"] = self.disposition.value if self.disposition else None
        return found

    @property
    def name(self) -> str:
        """What the log calls it."""
        only_decides = self.decides and self.text is None and self.order is None
        return _WORDS[self.disposition] if only_decides else "edit sentence"


@dataclass(frozen=True, slots=True)
class MappingEdit:
    """A requested change of a mapping; None leaves a field as it is. Confidence in percent.

    Attributes
    ----------
    report, sentence : int or None
        Where they take it to be; it is not moved.
    decides : bool
        Whether `disposition` is to be set, None included.
    """

    attack_id: str | None = None
    confidence: float | None = None
    note: str | None = None
    report: int | None = None
    sentence: int | None = None
    disposition: Disposition | None = None
    decides: bool = False

    def asserted(self) -> dict[str, Any]:
        """Return the fields of the assertion that it sets."""
        return _asserted(self)

    @property
    def name(self) -> str:
        """What the log calls it."""
        only_decides = self.decides and not self.asserted()
        return f"{_WORDS[self.disposition]} technique" if only_decides else "change mapping"


StepKind: TypeAlias = Literal["decide", "judge", "add", "change", "remove"]
STEP_KINDS: Final[tuple[StepKind, ...]] = ("decide", "judge", "add", "change", "remove")
_STEP_NAMES: Final = {"add": "add mapping", "change": "change mapping", "remove": "delete mapping"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of reviewing a sentence: a decision about it or one of its techniques, or a change of one of these.

    Attributes
    ----------
    kind : str
        ``decide`` is about the sentence, ``judge`` about a technique on it.
    disposition : Disposition or None
        Of a decision alone.
    attack_id : str
        ATT&CK's own id of the technique; empty for a decision about the sentence.
    searched : tuple of str
        ATT&CK ids that the reviewer was shown beside those on the sentence.
    confidence, note : optional
        Of the technique, in percent; None leaves them as they are, and of a new one is 100 and nothing.
    """

    kind: StepKind
    disposition: Disposition | None = None
    attack_id: str = ""
    confidence: float | None = None
    note: str | None = None
    searched: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the log calls it."""
        if self.kind == "judge":
            return f"{_WORDS[self.disposition]} technique"
        return _WORDS[self.disposition] if self.kind == "decide" else _STEP_NAMES[self.kind]

    def about_technique(self) -> dict[str, Any]:
        """Return the fields that it sets on its technique, without the id."""
        return {name: value for name, value in _asserted(self).items() if name != "attack_id"}

    def asked(self) -> tuple[object, ...]:
        """Return the requested change as plain values."""
        disposition = self.disposition.value if self.disposition else None
        return self.kind, disposition, self.attack_id, self.confidence, self.note


@dataclass(frozen=True, slots=True)
class ReportEdit:
    """A requested change of a report; None leaves a field as it is."""

    name: str | None = None
    text: str | None = None
    ml_model: str | None = None
    use_for_training: bool | None = None


@dataclass(frozen=True, slots=True)
class BulkReview:
    """The outcome of a bulk review: the number of changed sentences, and the report as it is now."""

    changed: int
    report: Report


MOST_STEPS: Final = 100
"""Actions that one request may undo."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome of an undo or redo.

    Attributes
    ----------
    action, batch : str
        Name and number of the original action; of several, of the one that was turned last.
    changed : int
        How many rows are different now.
    steps : int
        How many actions these were.
    sentence_ids : tuple of int
        The sentences that look different, those of the action that was turned last first; empty where they are many.
    stopped : str
        Why these are fewer actions than were asked for; empty where they are not, or where only their size was a reason
        to stop here: whoever asks again goes on.
    """

    action: str
    changed: int
    batch: str
    steps: int = 1
    sentence_ids: tuple[int, ...] = ()
    stopped: str = ""


def _asserted(edit: MappingEdit | Step) -> dict[str, Any]:
    """Return the assertion's fields, but for decisions, that an edit or a step sets."""
    found = {name: getattr(edit, name, None) for name in ASSERTED if name != "disposition"}
    return {name: value for name, value in found.items() if value is not None}
