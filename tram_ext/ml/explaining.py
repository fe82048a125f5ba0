"""Why a technique is proposed: what its logit loses when a word is taken out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from tram_ext.ml.text.mentions import mentions

Evidence: TypeAlias = list[tuple[int, int, float]]
"""Stretches of a text, (start, end, weight), the weightiest first."""

_WORD: Final = re.compile(r"\w+(?:[-.'\u2019\\/:]+\w+)*")
_LONGEST: Final = 200  # words of a sentence that are looked at
_MENTION_WEIGHT: Final = 4.6  # log-odds: more than a word has, since the id is a proposal by itself


@runtime_checkable
class Explains(Protocol):
    """A model that can say which words weighed."""

    def explain(self, text: str, attack_id: str, limit: int = 8) -> Evidence:
        """Find the words of `text` that speak most for a technique, whether it is proposed or not.

        Raises
        ------
        NotFound
            The model does not know the technique.
        """


def explain(
    text: str,
    attack_id: str,
    logit: Callable[[list[str]], npt.NDArray[np.float32]],
    limit: int,
) -> Evidence:
    """Find the words of `text` that speak most for a technique.

    Parameters
    ----------
    logit : callable
        Gives each of some texts its log-odds for the technique.
    limit : int
        How many words to return at most.
    """
    written = [(m.start, m.end, _MENTION_WEIGHT) for m in mentions(text) if m.attack_id == attack_id]
    words = [match.span() for match in _WORD.finditer(text)][:_LONGEST]
    logits = logit([text, *(f"{text[:start]} {text[end:]}" for start, end in words)])
    lost = logits[0] - logits[1:]
    for_it = [(start, end, float(weight)) for (start, end), weight in zip(words, lost, strict=True) if weight > 0]
    overlapping = {(start, end) for start, end, _ in for_it if any(start < e and s < end for s, e, _ in written)}
    found = written + [item for item in for_it if item[:2] not in overlapping]
    return sorted(found, key=lambda item: (-item[2], item[0]))[:limit]
