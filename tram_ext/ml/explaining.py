"""Explains a proposal by occlusion: the weight of a word is the drop of the logit without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from tram_ext.ml.text.mentions import mentions

Evidence: TypeAlias = list[tuple[int, int, float]]
"""Spans of a text, (start, end, weight), the largest weight first."""

_WORD: Final = re.compile(r"\w+(?:[-.'\u2019\\/:]+\w+)*")
_MAX_WORDS: Final = 200  # words of a sentence that are considered
_MENTION_WEIGHT: Final = 4.6  # log-odds, larger than those of words: the id alone makes a proposal


@runtime_checkable
class Explains(Protocol):
    """A model that can explain its proposals."""

    def explain(self, text: str, attack_id: str, limit: int = 8) -> Evidence:
        """Return the words of `text` with the largest weights for a technique, whether it is proposed or not.

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
    """Return the words of `text` with the largest weights for a technique.

    Parameters
    ----------
    logit : callable
        Given texts, returns their log-odds for the technique.
    limit : int
        How many words to return at most.
    """
    mentioned = [(m.start, m.end, _MENTION_WEIGHT) for m in mentions(text) if m.attack_id == attack_id]
    words = [match.span() for match in _WORD.finditer(text)][:_MAX_WORDS]
    logits = logit([text, *(f"{text[:start]} {text[end:]}" for start, end in words)])
    drops = logits[0] - logits[1:]
    positive = [(start, end, float(weight)) for (start, end), weight in zip(words, drops, strict=True) if weight > 0]
    overlapping = {(start, end) for start, end, _ in positive if any(start < e and s < end for s, e, _ in mentioned)}
    found = mentioned + [item for item in positive if item[:2] not in overlapping]
    return sorted(found, key=lambda item: (-item[2], item[0]))[:limit]
