"""What somebody wants to change in a review, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tram_ext.domain.assertions import ASSERTED
from tram_ext.domain.reports import Disposition, Report
from tram_ext.domain.review import State

_WORDS = {Disposition.ACCEPT: "accept", Disposition.REJECT: "reject", None: "clear"}


@dataclass(frozen=True, slots=True)
class SentenceEdit:
    """What somebody wants to change about a sentence.

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
    """What somebody wants to change about a mapping; None leaves it as it is. Confidence in percent.

    Attributes
    ----------
    report, sentence : int or None
        Where they take it to be; it is not moved.
    """

    attack_id: str | None = None
    confidence: float | None = None
    note: str | None = None
    report: int | None = None
    sentence: int | None = None

    def asserted(self) -> dict[str, Any]:
        """Return the fields of the assertion that it sets."""
        found = {name: getattr(self, name, None) for name in ASSERTED}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ReportEdit:
    """What somebody wants to change about a report; None leaves it as it is."""

    name: str | None = None
    text: str | None = None
    ml_model: str | None = None
    use_for_training: bool | None = None


@dataclass(frozen=True, slots=True)
class BulkReview:
    """What was decided: how many sentences are different now, and the report as it is."""

    changed: int
    report: Report


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone or done again.

    Attributes
    ----------
    action : str
        The name of the original action.
    changed : int
        How many rows are different now.
    """

    action: str
    changed: int
    batch: str
