"""Sentence splitting: nupunkt, with corrections for threat reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from tram_ext.documents.passages import Passage
from tram_ext.domain.documents import TextSpan

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

LONGEST = 2_000
"""Characters of the longest sentence: what exceeds it is minified code or a broken file, and is cut at a space."""

_OPENERS = "\"'([{<\u00ab\u2018\u201c"
_CLOSERS = "\"')]}>\u00bb\u2019\u201d"
_TAIL = 24  # characters before a boundary that decide about it; keeps each look at it short

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'])"
    r"(?:e\.\s?g|i\.\s?e|cf|vs|viz|approx|incl|excl|resp|dept|univ|assoc|corp|govt|figs?|eqs?|refs?|secs?|sect|tbl|vol|ver|nos?|pp?|ca|et\sal"
    r"|a\.k\.a|aka|mr|mrs|ms|dr|prof|gen|col|sgt|lt|gov|sen|rep|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"(?:^|\s)(?:no|p|mar|dec|gen|col|sec|ref|fig|ver|rep|aka|al)\.$", re.IGNORECASE)
_NUMBERING = re.compile(r"^\W{0,3}(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]$")
_CAPTION = re.compile(r"^(?:figure|fig\.|table|listing|exhibit)\s\d{1,3}(?:[.-]\d{1,3})?[a-z]?\.$", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:\[\d{1,3}\]|\(\d{1,3}\)|\u00b9|\u00b2|\u00b3)+")
_GLUED_REFERENCE = re.compile(
    r"(?:[.!?][\"'\u2019\u201d)]?(?:\[\d{1,3}\]){1,5}|[a-z]{2}[.!?]\d{1,2})(?=\s+[\"'(\u201c]?[A-Z])"
)
_PLAIN_END = re.compile(r"[a-z]{4,20}[.!?][\"'\u2019\u201d)]?(?= +[A-Z\"'(\u201c])")
_WIDE_STOPS, _WIDE_CLOSERS = "\u3002\uff01\uff1f\uff61", "\u300d\u300f\uff09\u201d\u2019"
_IDEOGRAPHIC_END = re.compile(f"[{_WIDE_STOPS}][{_WIDE_CLOSERS}]?(?![{_WIDE_STOPS}{_WIDE_CLOSERS}])")
_SPACE = re.compile(r"\s+")
_RUN = re.compile(r"[.!?]{8,}")  # nupunkt takes time by the square of such a run


def split(text: str, passages: Iterable[Passage]) -> list[TextSpan]:
    """Split the passages of a text into sentences.

    Parameters
    ----------
    text : str
        The text.
    passages : iterable of Passage
        Stretches that no sentence crosses, in order.

    Returns
    -------
    list of TextSpan
        The sentences in order, without the white space around them. What holds no letter and no digit is left out.
    """
    spans: list[TextSpan] = []
    for passage in passages:
        for start, end in _within(text, passage):
            spans.extend(TextSpan(a, b) for a, b in _short_enough(text, start, end) if _says_something(text, a, b))
    return spans


def _within(text: str, passage: Passage) -> Iterator[tuple[int, int]]:
    """Yield the sentences of one passage, trimmed."""
    if passage.whole or passage.end - passage.start < 4:  # noqa: PLR2004 - "A. B" is the shortest pair
        yield _trim(text, passage.start, passage.end)
        return
    # nupunkt takes a line break for more than a space, and here it is none: the passage is one paragraph.
    piece = _SPACE.sub(lambda match: " " * len(match[0]), text[passage.start : passage.end])
    piece = _RUN.sub(lambda match: "-" * (len(match[0]) - 1) + match[0][-1], piece)
    begin = 0
    for boundary in _boundaries(piece):
        if _keep(piece, begin, boundary):
            yield _trim(text, passage.start + begin, passage.start + boundary)
            begin = boundary
    yield _trim(text, passage.start + begin, passage.end)


def _boundaries(piece: str) -> list[int]:
    """Return the sentence ends that nupunkt finds, and those that a footnote or legal abbreviation hides from it."""
    found = {end for _, end in _tokenizer().span_tokenize(piece)}
    found.update(match.end() for match in _GLUED_REFERENCE.finditer(piece))
    # The model is a lawyer's: "code." is an abbreviation to it, so is "section.".
    found.update(match.end() for match in _PLAIN_END.finditer(piece))
    found.update(match.end() for match in _IDEOGRAPHIC_END.finditer(piece))
    found.discard(len(piece))
    return sorted(found)


@lru_cache(maxsize=1)
def _tokenizer() -> PunktSentenceTokenizer:
    """Return nupunkt's tokenizer; its model takes a moment to load."""
    import nupunkt

    return nupunkt.load("default")


def _keep(piece: str, begin: int, boundary: int) -> bool:
    """Return whether the sentence from `begin` really ends at `boundary`."""
    left = piece[max(begin, boundary - _TAIL) : boundary].rstrip()
    right = piece[boundary : boundary + 4 * _TAIL].lstrip()
    if not right or not left:
        return False
    if _IDEOGRAPHIC_END.search(piece, boundary - 2, boundary):
        return True  # no space follows these, and nothing else uses them
    if not piece[boundary - 1].isspace() and not piece[boundary].isspace():
        return False  # inside a token: a domain, a file name, a version
    if _REFERENCE.match(right) or right[0] in ")]}":
        return False
    if boundary - begin <= _TAIL and (_NUMBERING.match(left) or _CAPTION.match(left)):
        return False
    return not (_abbreviated(left, right) or _goes_on(right))


def _abbreviated(left: str, right: str) -> bool:
    """Return whether the full stop at the end of `left` belongs to an abbreviation."""
    if not _ABBREVIATION.search(left):
        return False
    if _AMBIGUOUS.search(left):  # "No. 5" and "Fig. 3", but "The answer was no. They left."
        return right[0].isdigit() or left[-2:-1].isdigit() or (right[0].isupper() and left.endswith("Fig."))
    return True


def _goes_on(right: str) -> bool:
    """Return whether what follows continues the sentence: it is lower case, and no name such as ``svchost.exe``."""
    word = right.split(maxsplit=1)[0]
    bare = word.lstrip(_OPENERS)
    if not bare or not bare[0].islower():
        return False
    inner = bare.rstrip(_CLOSERS + ".,;:!?")
    return inner.isalpha() and (inner.islower() or not inner.isascii())


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the white space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _short_enough(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence, split into pieces where it exceeds the maximum length."""
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = start + LONGEST if cut < 0 else cut
        yield _trim(text, start, cut)
        start = cut
    yield _trim(text, start, end)


def _says_something(text: str, start: int, end: int) -> bool:
    """Return whether a stretch holds a letter or a digit."""
    return any(character.isalnum() for character in text[start:end])
