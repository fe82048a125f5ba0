"""Values of which every field says something: what carries them from one place to another must carry all of it."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import Any, get_args, get_type_hints

from tram_ext.domain.assertions import ASSERTED, Assertion, Disposition, MappingSource
from tram_ext.domain.reports import SENTENCE_CONTENT, NewReport, NewSentence

TEXT = "They mailed an invoice. Then they left."
_PLACED = {"confidence": 61.5, "disposition": Disposition.ACCEPT}


def full_assertion(attack_id: str = "T1486", **given: Any) -> Assertion:
    """Return an assertion that says something in every field, whatever fields there are."""
    return Assertion(**sample(Assertion) | {**_PLACED, "attack_id": attack_id} | given)


def bare_assertion(attack_id: str = "T1486", **given: Any) -> Assertion:
    """Return one that is surer, and says no more than it must."""
    return Assertion(attack_id, **{"confidence": 99.0, "source": MappingSource.MODEL} | given)


def full_sentence(*assertions: Assertion, **given: Any) -> NewSentence:
    """Return a sentence that says something in every field."""
    content = {name: value for name, value in sample(NewSentence).items() if name in SENTENCE_CONTENT.names}
    placed = {"text": TEXT, "start": 0, "end": len(TEXT), "disposition": Disposition.ACCEPT, "origin": "G0016"}
    return NewSentence(**content | placed | given, mappings=assertions)


def report_of(*sentences: NewSentence, name: str = "Full") -> NewReport:
    """Return a report of such sentences."""
    return NewReport(name, "\n".join([TEXT] * 5), "humans", sentences)


def sample(kind: type) -> dict[str, Any]:
    """Return, for each field of a dataclass, a value that is not its default."""
    hints = get_type_hints(kind)
    return {item.name: _sample(item, hints[item.name]) for item in fields(kind)}


def _sample(item: Any, hint: Any) -> Any:
    for choice in (hint, *get_args(hint)):
        if isinstance(choice, type) and issubclass(choice, Enum):
            return next(member for member in reversed(choice) if member is not item.default)
        if choice in (str, int, float, bool):
            return {str: f"this is the {item.name}", int: 7, float: 7.5, bool: item.default is not True}[choice]
    return ()


def said_by(record: Any) -> dict[str, Any]:
    """Return what stands in a record, a row or a state under the names of the fields of an assertion, as texts."""
    return {name: str(record[name]) for name in ASSERTED}


def said(assertion: Assertion) -> dict[str, Any]:
    """Return the same of an assertion."""
    return said_by(assertion.state())
