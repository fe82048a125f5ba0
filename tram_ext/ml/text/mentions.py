"""Finds technique ids that are mentioned in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CONFIDENCE: Final = 0.6
"""Confidence of a proposal for a mentioned id; tables and lists also mention what a report does not describe.

In 52 annotated reports, there are 248 pairs of report and mentioned id, of TRAM's 50 techniques; annotators confirmed
134 of them, and 132 of 206 without one report that lists 42 ids."""

_WORD: Final = re.compile(r"\w{2,}")
_MAX_OTHER_WORDS: Final = 3
"""How many words a heading or table row may have besides the technique's id and name."""

_ID: Final = re.compile(r"(?<![A-Za-z0-9/_.-])T\d{4}(?:[./]\d{3})?(?![A-Za-z0-9_-]|[./]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` mentions the technique `attack_id`."""

    attack_id: str
    start: int
    end: int


def mentions(text: str) -> list[Mention]:
    """Return the technique ids in `text`, known or not, in order; ``T1059/003``, as in URLs, counts, too."""
    return [Mention(m[0].replace("/", "."), m.start(), m.end()) for m in _ID.finditer(text)]


def explicit_ids(text: str) -> list[str]:
    """Return the techniques whose ids occur in `text`, known or not, each once, in order."""
    return list(dict.fromkeys(mention.attack_id for mention in mentions(text)))


def names_only(text: str, name: str) -> bool:
    """Return whether `text` only names a technique, as headings and table rows do, which is no evidence.

    Parameters
    ----------
    name : str
        The name of the technique, with its parent's where it has one.
    """
    known = {word.lower() for word in _WORD.findall(name)}
    words = {word.lower() for word in _WORD.findall(_ID.sub(" ", text))}
    return len(words - known) <= _MAX_OTHER_WORDS
