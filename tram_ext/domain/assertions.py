"""The assertion of a mapping as one value, with the rules by which it is copied, merged and edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import Any, Final

from tram_ext.domain.states import PlainFields

_REMARK: Final = "remark"
_APART: Final = frozenset({"disposition"})
"""Fields that are merged by rules of their own."""

_CERTAIN: Final = 100.0
"""The confidence that TRAM writes where a person, and not a model, put a technique on a sentence."""


class Disposition(str, Enum):
    """An analyst's decision about a sentence or a mapping (None where it is undecided)."""

    ACCEPT = "accept"
    REJECT = "reject"


class MappingSource(str, Enum):
    """Who proposed a mapping; ``text`` where the technique's id is written in the sentence."""

    MODEL = "model"
    PERSON = "person"
    IMPORT = "import"
    ATTACK = "attack"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A technique assigned to a sentence, with confidence, source and remarks.

    Whatever carries mappings from one place to another carries this as a whole, so that a field added here, and as a
    column to the table of mappings, travels with it. A text that people write beside a technique is marked as a remark:
    remarks are joined where assertions are merged, and writing one makes nobody the author of the mapping.

    Attributes
    ----------
    attack_id : str
        ATT&CK's own id.
    confidence : float
        Percent, 0 to 100, as TRAM counts.
    disposition : Disposition or None
        The decision about this technique on this sentence; None where the decision about the sentence counts for it.
        See :mod:`tram_ext.domain.decisions`.
    """

    attack_id: str
    confidence: float = 100.0
    source: MappingSource = MappingSource.PERSON
    note: str = field(default="", metadata={_REMARK: True})
    disposition: Disposition | None = None

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> Assertion:
        """Return the assertion in the state of a row."""
        return cls(*_PLAIN.arguments(state[name] for name in ASSERTED))

    @classmethod
    def of_values(cls, values: Sequence[Any]) -> Assertion:
        """Return the assertion of plain values in the order of `ASSERTED`."""
        return cls(*_PLAIN.arguments(values))

    def state(self) -> dict[str, Any]:
        """Return all fields, JSON-compatible."""
        return _PLAIN.state(self)

    @property
    def has_remarks(self) -> bool:
        """Whether somebody wrote a note or other remark on it."""
        return any(getattr(self, name) for name in REMARKS)

    @property
    def is_a_persons(self) -> bool:
        """Whether a person made, changed or decided about it, so that no model may replace it."""
        if (
            self.disposition is not None
            or self.has_remarks
            or self.source in (MappingSource.PERSON, MappingSource.ATTACK)
        ):
            return True
        return self.source is MappingSource.IMPORT and self.confidence >= _CERTAIN

    def edited(self, changes: Mapping[str, Any]) -> Assertion:
        """Return it with a person's changes; its source is then that person, unless only remarks changed.

        Another technique is undecided.
        """
        found = replace(self, **changes)
        if found.attack_id != self.attack_id:
            found = replace(found, disposition=None)
        remarked = replace(self, **{name: value for name, value in changes.items() if name in REMARKS})
        return found if found == remarked else replace(found, source=MappingSource.PERSON)


_PLAIN: Final = PlainFields(Assertion)

ASSERTED: Final = _PLAIN.names
"""The names of all fields, in order."""

REMARKS: Final = tuple(item.name for item in fields(Assertion) if item.metadata.get(_REMARK))
"""Those that are remarks."""


_STRENGTH: Final = (Disposition.REJECT, None, Disposition.ACCEPT)
"""Decisions, the stronger later."""


def surest(assertions: Sequence[Assertion]) -> int:
    """Return the index of the most confident assertion, the first of equals."""
    return max(range(len(assertions)), key=lambda place: assertions[place].confidence)


def merged(assertions: Sequence[Assertion]) -> Assertion:
    """Merge assertions of the same technique on the same sentence into one.

    The surest stays. Remarks are joined, each once, in the order given; what else the surest leaves empty is taken from
    the first of the others that does not. It is accepted where one of them is, and rejected where all are.
    """
    best = assertions[surest(assertions)]
    if len(assertions) == 1:
        return best
    values: dict[str, Any] = {}
    for name in ASSERTED:
        if name in _APART:
            continue
        said = [getattr(item, name) for item in assertions]
        if name in REMARKS:
            values[name] = "\n".join(dict.fromkeys(filter(None, said)))
        else:
            values[name] = first_said([getattr(best, name), *said])
    dispositions = {item.disposition for item in assertions}
    values["disposition"] = max(dispositions, key=_STRENGTH.index)
    return Assertion(**values)


def merged_by_technique(assertions: Sequence[Assertion]) -> tuple[Assertion, ...]:
    """Merge the assertions of each technique; techniques keep the order of their first mention."""
    found: dict[str, list[Assertion]] = {}
    for item in assertions:
        found.setdefault(item.attack_id, []).append(item)
    return tuple(merged(items) for items in found.values())


def first_said(values: Sequence[Any]) -> Any:
    """Return the first value that is not empty (None, or a text or tuple of nothing), else the first."""
    return next((value for value in values if value is not None and value not in ("", ())), values[0])
