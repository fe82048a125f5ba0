"""Text from reports made safe for a terminal, and short enough to read."""

from __future__ import annotations

import unicodedata
from typing import Final

_DROPPED: Final = {"\u00ad", "\u200b", "\ufeff"}  # soft hyphen, zero-width space, byte order mark: nothing to see
_JOINERS: Final = {"\u200c", "\u200d"}  # Persian and emoji are spelled with these
_UNITS: Final = {"GB": 1e9, "MB": 1e6, "kB": 1e3}
_OBEYED: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean(value: str) -> str:
    """Return `value` with control characters escaped.

    Reports are written by strangers: an escape sequence in one could rename the window, hide lines or fake them, and a
    bidirectional override could turn a file name around.
    """
    if value.isascii() and value.isprintable():
        return value
    return "".join(_shown(character) for character in value)


def one_line(value: str) -> str:
    """Return `value` cleaned and on one line."""
    return clean(" ".join(value.split()))


def shortened(value: str, length: int) -> str:
    """Return `value` cut between words to at most `length` characters, with an ellipsis where it was cut."""
    if len(value) <= length:
        return value
    head, _, _ = value[:length].rpartition(" ")
    return f"{(head or value[: length - 1]).rstrip()}…"


def counted(number: int, noun: str) -> str:
    """Return ``1 sentence`` or ``2,000 sentences``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def figure(value: float | None) -> str:
    """Return a score with three decimals, or a dash where nothing was measured."""
    return "-" if value is None else f"{value:.3f}"


def size(number: float) -> str:
    """Return a number of bytes in a readable unit."""
    for unit, bytes_ in _UNITS.items():
        if number >= bytes_:
            return f"{number / bytes_:.1f} {unit}"
    return f"{number:.0f} bytes"


def _shown(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    if character == "\t":
        return " "
    if character in _DROPPED:
        return ""
    if unicodedata.category(character) not in _OBEYED:
        return character
    return character.encode("unicode_escape").decode("ascii")
