"""Resolves arguments that identify reports, sentences and mappings: numbers, rows or DataFrames."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tram_ext.domain.errors import Invalid

REPORT: Final = "total_sentences"
SENTENCE: Final = "disposition"
MAPPING: Final = "sentence"
JOB: Final = "document_id"
TRAINING: Final = "state"
"""A column by which the rows of each kind are told from the others."""

_GIVEN_BY: Final = {
    REPORT: "reports()",
    SENTENCE: "sentences()",
    MAPPING: "mappings()",
    JOB: "jobs()",
    TRAINING: "trainings()",
}


@dataclass(frozen=True, slots=True)
class Item:
    """An identified item.

    Attributes
    ----------
    version, report : int or None
        As the row shows them; None where it was a number.
    """

    id: int
    version: int | None = None
    report: int | None = None


def item(given: Any, mark: str) -> Item:
    """Return the one item that an argument identifies.

    Parameters
    ----------
    given : int, row, or DataFrame of one row
        A row is a Series, a named tuple or a mapping.
    mark : str
        The column that shows that a row is of the right kind.

    Raises
    ------
    Invalid
        It is none, several, or a row of another kind.
    """
    found = items(given, mark)
    if len(found) != 1:
        raise Invalid(f"One row is needed here, and there are {len(found)}.")
    return found[0]


def items(given: Any, mark: str) -> list[Item]:
    """Return all items that an argument identifies: a number, a row, a DataFrame, or several of them."""
    if hasattr(given, "columns"):
        return [_of_row(row, mark) for row in given.to_dict("records")]
    if hasattr(given, "to_dict") and mark in given:  # a row; another Series is one of numbers
        return [_of_row(given.to_dict(), mark)]
    if hasattr(given, "_asdict"):
        return [_of_row(given._asdict(), mark)]
    if isinstance(given, Mapping):
        return [_of_row(given, mark)]
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        return [found for one in given for found in items(one, mark)]
    return [Item(_number(given, mark))]


def keys(reports: Any) -> list[int]:
    """Return the numbers of reports; empty if none are given."""
    return [] if reports is None else [one.id for one in items(reports, REPORT)]


def text_of(given: Any, column: str) -> str:
    """Return a text, or the value of `column` in a row."""
    if isinstance(given, str):
        return given
    fields: Any = given
    if hasattr(given, "columns"):
        rows = given.to_dict("records")
        fields = rows[0] if len(rows) == 1 else None
    elif hasattr(given, "_asdict"):
        fields = given._asdict()
    try:
        return str(fields[column])
    except (KeyError, TypeError, IndexError):
        raise Invalid(f"A text or one row with the column {column!r} is needed here.") from None


def _of_row(row: Mapping[Any, Any], mark: str) -> Item:
    if mark not in row or "id" not in row:
        raise Invalid(f"A row of {_GIVEN_BY[mark]} is needed here, or its number.")
    version, report = row.get("version"), row.get("report")
    return Item(
        _number(row["id"], mark),
        None if version is None else operator.index(version),
        None if report is None or mark == REPORT else operator.index(report),
    )


def _number(given: Any, mark: str) -> int:
    if not isinstance(given, bool):
        try:
            return operator.index(given)
        except TypeError:
            pass
    raise Invalid(f"{given!r} is neither a number nor a row of {_GIVEN_BY[mark]}.")
