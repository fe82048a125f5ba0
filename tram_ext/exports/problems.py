"""Problems of a file, each with its place, collected into one error."""

from __future__ import annotations

import re
import reprlib
from typing import Final

from tram_ext.domain.errors import Invalid

SHOWN: Final = 20
"""How many problems an error spells out; the rest are counted."""

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Problems:
    """A bounded list of problems, in the order they were found."""

    def __init__(self) -> None:
        self.count = 0
        self._shown: list[tuple[str, str]] = []

    def add(self, place: str, message: str) -> None:
        """Record a problem at `place` (``sentences[17].mappings[0].attack_id``)."""
        self.count += 1
        if len(self._shown) < SHOWN:
            self._shown.append((place, message))

    def raise_if_any(self, headline: str) -> None:
        """Raise `Invalid` with all problems.

        Raises
        ------
        Invalid
            Its message starts with `headline` and has a line for each problem. Its fields are the file's top-level
            keys: a problem further in carries its place in the message.
        """
        if not self.count:
            return
        fields: dict[str, list[str]] = {}
        lines = [f"{place}: {message}" if place else message for place, message in self._shown]
        for (place, message), line in zip(self._shown, lines, strict=True):
            top = re.split(r"[.\[]", place, maxsplit=1)[0]
            fields.setdefault(top or "non_field_errors", []).append(message if place == top else line)
        if hidden := self.count - len(self._shown):
            lines.append(f"and {hidden} more")
            fields.setdefault("non_field_errors", []).append(f"There are {hidden} more problems.")
        counted = "1 problem" if self.count == 1 else f"{self.count} problems"
        raise Invalid("\n".join([f"{headline}: {counted}.", *lines]), fields=fields)


def shown(value: object) -> str:
    """Return `value` as a message quotes it: short, and without control characters."""
    return reprlib.repr(value)


def unstorable(text: str) -> str | None:
    """Return a message that names a character of `text` that databases cannot store, or None."""
    found = _UNSTORABLE.search(text)
    if found is None:
        return None
    if found[0] == "\x00":
        return f"Null characters are not allowed (character {found.start()})."
    return f"Half of a surrogate pair is not a character (U+{ord(found[0]):04X}, character {found.start()})."
