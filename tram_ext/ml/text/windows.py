"""Splits long sentences into overlapping windows, so that one clause is not outweighed by the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

_WIDTH: Final = 24
_STEP: Final = 12
_WORD: Final = re.compile(r"\S+")


def spans(text: str) -> list[tuple[int, int]]:
    """Return the span (start, end) of `text` and, for a long text, of its windows of 24 words, one every 12 words."""
    whole = [(0, len(text))]
    if text.count(" ") < _WIDTH:
        return whole
    words = [match.span() for match in _WORD.finditer(text)]
    if len(words) <= _WIDTH:
        return whole
    starts = range(0, len(words) - _STEP, _STEP)
    return whole + [(words[i][0], words[min(i + _WIDTH, len(words)) - 1][1]) for i in starts]


def cut(texts: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the windows of all texts in one list, and the index of the first of each text."""
    parts: list[str] = []
    starts = []
    for text in texts:
        starts.append(len(parts))
        parts += [text[start:end] for start, end in spans(text)]
    return parts, np.array(starts, np.int64)
