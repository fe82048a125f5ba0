"""How decisions about single techniques and about their sentence depend on each other.

Both are stored: a sentence has a disposition, as in TRAM, and each of its mappings may have one of its own.

1. A mapping counts as its own disposition says, and where it has none, as that of its sentence: accepting a sentence
   accepts its undecided mappings, and leaves rejected what was rejected on its own.
2. When a person decides about a technique, its sentence is undecided while a mapping on it counts as undecided; else it
   is accepted where one counts as accepted, and rejected where all count as rejected.
3. When a person decides about a sentence, that overrides decisions which contradict it: a rejected sentence has no
   accepted mapping, and a sentence that awaits review again has no decided one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from tram_ext.domain.assertions import Disposition

K = TypeVar("K")


def counted_as(own: Disposition | None, sentence: Disposition | None) -> Disposition | None:
    """Return the effective disposition of a mapping: its own, or else that of its sentence."""
    return own or sentence


def of_sentence(counted: Collection[Disposition | None]) -> Disposition | None:
    """Return the disposition of a sentence with at least one mapping, from their effective dispositions."""
    if None in counted:
        return None
    return Disposition.ACCEPT if Disposition.ACCEPT in counted else Disposition.REJECT


def after_techniques(
    sentence: Disposition | None,
    own: Mapping[K, Disposition | None],
    decided: Collection[K],
    disposition: Disposition | None,
) -> tuple[Disposition | None, dict[K, Disposition | None]]:
    """Return the dispositions of a sentence and its mappings after a decision about some of these.

    Parameters
    ----------
    sentence : Disposition or None
        That of the sentence before.
    own : mapping of K to Disposition or None
        Those of its mappings before.
    decided : collection of K
        The mappings that are decided.
    disposition : Disposition or None
        Their new disposition.
    """
    counted = {key: counted_as(value, sentence) for key, value in own.items()} | dict.fromkeys(decided, disposition)
    after = of_sentence(counted.values())
    kept = {key: value if counted_as(value, after) is counted[key] else counted[key] for key, value in own.items()}
    return after, kept | dict.fromkeys(decided, disposition)


def after_sentence(disposition: Disposition | None, own: Mapping[K, Disposition | None]) -> dict[K, Disposition | None]:
    """Return the dispositions of the mappings of a sentence after a decision about it."""
    if disposition is Disposition.ACCEPT:
        return dict(own)
    kept = Disposition.REJECT if disposition is Disposition.REJECT else None
    return {key: value if value is kept else None for key, value in own.items()}
