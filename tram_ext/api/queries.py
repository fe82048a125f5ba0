"""Parsing and formatting of query parameters and request headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.attack import is_technique_id
from tram_ext.domain.errors import Invalid
from tram_ext.domain.review import READING, SENTENCE_ORDERS, LogFilter, SentenceFilter, parse_moment

Get: TypeAlias = Callable[[str], str]
"""Returns a part of the query by name, empty where it is absent."""

LARGEST_ID: Final = 2**31 - 1
"""What a column of ids can hold on every database."""

MOST_NUMBERS: Final = 1_000
"""Numbers in one part of a query."""

LONGEST_TEXT: Final = 5_000
"""Characters of a text that sentences are searched for: SQLite takes a pattern of 50,000 bytes."""

_LONGEST_NUMBER: Final = 20
_KEY: Final = re.compile(r"[!-~]{1,200}")
_UNDECIDED: Final = ("none", "null")


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """Format query parameters: underscores in names become hyphens, None is omitted."""
    return {
        name.replace("_", "-"): ("1" if value is True else str(value))
        for name, value in values.items()
        if value is not None and value is not False
    }


def sentence_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query parameters of a :class:`tram_ext.api.connection.SentenceQuery`."""
    names = {"report": "report_id", "technique": "attack_id"}
    written = {names.get(name, name): value for name, value in query.items()}
    return written if "ids" not in written else {**written, "ids": listed(written["ids"])}


def request_key(raw: str | None) -> str | None:
    """Validate an ``Idempotency-Key`` header; None means absent.

    Raises
    ------
    Invalid
        It is empty, too long, or not plain.
    """
    if raw is None:
        return None
    key = raw.strip().strip('"')
    if not _KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key is 1 to 200 letters, digits and signs of ASCII, without spaces.")
    return key


def plain_number(raw: str) -> int | None:
    """Parse a decimal number; None if it is not one or exceeds the largest id."""
    if not (raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_NUMBER):
        return None
    return found if (found := int(raw)) <= LARGEST_ID else None


def number(name: str, raw: str) -> int | None:
    """Parse a number; None if absent."""
    if not raw:
        return None
    found = plain_number(raw)
    if found is None:
        raise Invalid.field(name, "A valid integer is required.")
    return found


def flag(raw: str) -> bool:
    """Parse a boolean; False if absent."""
    return raw not in ("", "0", "false")


def listed(values: Iterable[int] | None) -> str | None:
    """Format numbers, separated by commas."""
    return None if values is None else ",".join(map(str, values))


def numbers(name: str, raw: str) -> tuple[int, ...] | None:
    """Parse numbers separated by commas; None if absent."""
    if not raw:
        return None
    if raw.count(",") >= MOST_NUMBERS:
        raise Invalid.field(name, f"Ask for {MOST_NUMBERS:,} at most.")
    found = [plain_number(part.strip()) for part in raw.split(",")]
    if None in found:
        raise Invalid.field(name, "Valid integers with commas between them are required.")
    return tuple(item for item in found if item is not None)


def page(get: Get) -> tuple[int | None, int]:
    """Parse ``limit`` and ``offset``."""
    limit, offset = number("limit", get("limit")), number("offset", get("offset")) or 0
    if limit == 0:
        raise Invalid.field("limit", "Ensure this value is greater than or equal to 1.")
    return limit, offset


def percent(name: str, raw: str) -> float | None:
    """Parse a percentage; None if absent."""
    if not raw:
        return None
    try:
        found = float(raw) if raw.isascii() else -1.0
    except ValueError:
        raise Invalid.field(name, "A valid number is required.") from None
    if not 0 <= found <= 100:  # noqa: PLR2004 - percent
        raise Invalid.field(name, "A number between 0 and 100 is required.")
    return found


def moment(name: str, raw: str) -> datetime | None:
    """Parse an ISO 8601 date and time, in UTC unless it has an offset; None if absent."""
    if not raw:
        return None
    try:
        return parse_moment(raw)
    except Invalid:
        raise Invalid.field(name, "A date and time such as 2026-05-03T12:55:40Z is required.") from None


def sentence_filter(get: Get) -> SentenceFilter:
    """Parse the filter of sentences; ``attack-id`` is a technique id, or the number of a technique."""
    disposition = get("disposition")
    if disposition not in ("", *_UNDECIDED, *(item.value for item in Disposition)):
        raise Invalid.field("disposition", f'"{disposition[:50]}" is not a valid choice.')
    technique = get("attack-id").strip().upper()
    is_id = is_technique_id(technique)
    if technique and not is_id and not (technique.isascii() and technique.isdigit()):
        raise Invalid.field("attack-id", "A technique id, such as T1059.003, or the number of one is required.")
    return SentenceFilter(
        report_id=number("report-id", get("report-id")),
        disposition=None if disposition in ("", *_UNDECIDED) else Disposition(disposition),
        undecided=disposition in _UNDECIDED,
        technique=technique if is_id else None,
        attack_object_id=None if is_id else number("attack-id", technique),
        least=percent("min-confidence", get("min-confidence")),
        most=percent("max-confidence", get("max-confidence")),
        text=_text("text", get("text")),
        ids=numbers("ids", get("ids")),
    )


def _text(name: str, raw: str) -> str:
    """Parse a text to search for, of limited length and without NUL characters."""
    found = raw.strip().replace("\0", "\ufffd")
    if len(found) > LONGEST_TEXT:
        raise Invalid.field(name, f"Ensure this field has no more than {LONGEST_TEXT:,} characters.")
    return found


def sentence_order(get: Get) -> str:
    """Parse the order of sentences."""
    order = get("order") or READING
    if order not in SENTENCE_ORDERS:
        raise Invalid.field("order", f'"{order[:50]}" is not a valid choice.')
    return order


def log_filter(get: Get) -> LogFilter:
    """Parse the filter of the review log."""
    return LogFilter(
        report_id=number("report-id", get("report-id")),
        user=get("user") or None,
        since=moment("since", get("since")),
        until=moment("until", get("until")),
    )
