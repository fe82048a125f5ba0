"""What stands in the query and the headers of a request: read by handlers, written by clients."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from tram_ext.domain.attack import is_technique_id
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import Disposition
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
    """Write a query: underscores in names become hyphens, what is None is left out."""
    return {
        name.replace("_", "-"): ("1" if value is True else str(value))
        for name, value in values.items()
        if value is not None and value is not False
    }


def sentence_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what :class:`tram_ext.api.connection.SentenceQuery` asks for, in the words of the query."""
    names = {"report": "report_id", "technique": "attack_id"}
    written = {names.get(name, name): value for name, value in query.items()}
    return written if "ids" not in written else {**written, "ids": listed(written["ids"])}


def request_key(raw: str | None) -> str | None:
    """Return what an ``Idempotency-Key`` says, None where there is none.

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
    """Return the number that `raw` is, None where it is none or larger than any id."""
    if not (raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_NUMBER):
        return None
    return found if (found := int(raw)) <= LARGEST_ID else None


def number(name: str, raw: str) -> int | None:
    """Return a number, None where there is none."""
    if not raw:
        return None
    found = plain_number(raw)
    if found is None:
        raise Invalid.field(name, "A valid integer is required.")
    return found


def flag(raw: str) -> bool:
    """Return a truth value, False where there is none."""
    return raw not in ("", "0", "false")


def listed(values: Iterable[int] | None) -> str | None:
    """Write numbers with commas between them."""
    return None if values is None else ",".join(map(str, values))


def numbers(name: str, raw: str) -> tuple[int, ...] | None:
    """Return numbers that stand with commas between them, None where there are none."""
    if not raw:
        return None
    if raw.count(",") >= MOST_NUMBERS:
        raise Invalid.field(name, f"Ask for {MOST_NUMBERS:,} at most.")
    found = [plain_number(part.strip()) for part in raw.split(",")]
    if None in found:
        raise Invalid.field(name, "Valid integers with commas between them are required.")
    return tuple(item for item in found if item is not None)


def page(get: Get) -> tuple[int | None, int]:
    """Return ``limit`` and ``offset``."""
    limit, offset = number("limit", get("limit")), number("offset", get("offset")) or 0
    if limit == 0:
        raise Invalid.field("limit", "Ensure this value is greater than or equal to 1.")
    return limit, offset


def percent(name: str, raw: str) -> float | None:
    """Return a percentage, None where there is none."""
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
    """Return a moment, in UTC where it does not say; None where there is none."""
    if not raw:
        return None
    try:
        return parse_moment(raw)
    except Invalid:
        raise Invalid.field(name, "A date and time such as 2026-05-03T12:55:40Z is required.") from None


def sentence_filter(get: Get) -> SentenceFilter:
    """Return which sentences a query asks for; ``attack-id`` is ATT&CK's own, or the number of a row."""
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
    """Return a text that is looked for; no database is asked for one that no sentence has."""
    found = raw.strip().replace("\0", "\ufffd")
    if len(found) > LONGEST_TEXT:
        raise Invalid.field(name, f"Ensure this field has no more than {LONGEST_TEXT:,} characters.")
    return found


def sentence_order(get: Get) -> str:
    """Return in which order sentences are asked for."""
    order = get("order") or READING
    if order not in SENTENCE_ORDERS:
        raise Invalid.field("order", f'"{order[:50]}" is not a valid choice.')
    return order


def log_filter(get: Get) -> LogFilter:
    """Return which rows of the log a query asks for."""
    return LogFilter(
        report_id=number("report-id", get("report-id")),
        user=get("user") or None,
        since=moment("since", get("since")),
        until=moment("until", get("until")),
    )
