"""Technique ids that a text names itself: proposals of their own kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CONFIDENCE: Final = 0.6
"""Of a proposal whose id is written in the sentence: rows of tables and lists name more than a report tells.

Of TRAM's 50 techniques, 134 of the 248 whose ids stand in one of 52 annotated reports were found there by annotators,
too; 132 of 206 without one report that lists 42 of them."""

_WORD: Final = re.compile(r"\w{2,}")
_MOST_BESIDE_NAMES: Final = 3
"""Words that a heading or the row of a table may have besides the technique's id and name."""

_ID: Final = re.compile(r"(?<![A-Za-z0-9/_.-])T\d{4}(?:[./]\d{3})?(?![A-Za-z0-9_-]|[./]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` is written for technique `attack_id`."""

    attack_id: str
    start: int
    end: int


def mentions(text: str) -> list[Mention]:
    """Find the technique ids in `text`, known or not, in order; ``T1059/003``, as in addresses, counts too."""
    return [Mention(m[0].replace("/", "."), m.start(), m.end()) for m in _ID.finditer(text)]


def explicit_ids(text: str) -> list[str]:
    """Name the techniques whose ids stand in `text`, known or not, each once, in order."""
    return list(dict.fromkeys(mention.attack_id for mention in mentions(text)))


def names_only(text: str, name: str) -> bool:
    """Whether `text` does no more than name a technique, as headings and rows of tables do: it is no evidence.

    Parameters
    ----------
    name : str
        The technique's own, with its parent's where it has one.
    """
    known = {word.lower() for word in _WORD.findall(name)}
    words = {word.lower() for word in _WORD.findall(_ID.sub(" ", text))}
    return len(words - known) <= _MOST_BESIDE_NAMES
