"""What is no statement about an adversary: captions, headings, fragments, lists of indicators, a site's furniture."""

from __future__ import annotations

import re
from typing import Final

_FEWEST_WORDS: Final = 5
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]+")
_PLACEHOLDER: Final = re.compile(r"\b(?:url|mail|registry|vulnerability|address|hash)value\b")
_CAPTION: Final = re.compile(
    r"\s*(?:fig(?:ure|\.)?|table|image|screenshot|listing|photo|exhibit|appendix)\s*[\dIVXA-Z]{0,4}\s*[.:\u2013\u2014-]",
    re.IGNORECASE,
)


def says_something(masked_text: str) -> bool:
    """Whether a masked sentence may describe what somebody did.

    Parameters
    ----------
    masked_text : str
        The sentence as :func:`tram_ext.ml.linear.masking.masked` returns it.
    """
    if _CAPTION.match(masked_text):
        return False
    words = _WORD.findall(_PLACEHOLDER.sub(" ", masked_text))
    return len(words) >= _FEWEST_WORDS
