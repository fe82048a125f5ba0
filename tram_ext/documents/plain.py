"""Plain text: which lines belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tram_ext.documents.passages import Passage

_SIGNS = (
    "\u2013\u2014\u2022\u2023\u2043\u204c\u204d\u2219\u25a0\u25a1\u25aa\u25ab\u25cb\u25cf\u25e6\u00b7\u27a2\uf0a7\uf0b7"
)
_BULLET = re.compile(rf"[ \t]{{0,40}}(?:[-*+o>{_SIGNS}]|\(?\d{{1,3}}[.)]|\(?[a-z]\))[ \t]+(?=\S)")
_CELL = re.compile(r"[^\t]+")
_PROMPT = re.compile(r"[ \t]{0,40}(?:\$ |# ?[a-z./]+ -|PS(?: [A-Z]:\\[^>]{0,80})?> ?|[A-Za-z]:\\[^>\s]{0,80}>)")
_CODE_SIGN = re.compile(r"[{}();=<>\\|$#&%^`~\[\]]")
_CODE_SHARE = 0.12
_NARROWEST, _WIDEST = 40, 140
_WRAP_SHARE = 0.3  # of the lines, that reach into the last sixth of the width of a hard-wrapped text
_WORDS = 4


class _Line(NamedTuple):
    """A line, without its line end: where it stands, where its words begin, and what it looks like."""

    start: int
    end: int
    body: int
    text: str
    bullet: bool
    code: bool


def passages(text: str) -> list[Passage]:
    r"""Find the paragraphs, list items, lines of code and cells of a plain text.

    A line joins the one before only if that one is prose and either the new line starts in lower case, or the text
    is hard-wrapped and the new line's first word would not have fitted above.

    Parameters
    ----------
    text : str
        The text, with ``\n`` as its line end.

    Returns
    -------
    list of Passage
        In order; bullets are outside of them.
    """
    width = _wrap_width(text)
    found: list[Passage] = []
    last: _Line | None = None
    for line in _lines(text):
        if not line.text or line.text.isspace():
            last = None
            continue
        if last is not None and _joins(last, line, width):
            found[-1] = Passage(found[-1].start, line.end)
        elif not line.code and "\t" in line.text.strip():
            found.extend(Passage(line.body + cell.start(), line.body + cell.end()) for cell in _cells(line))
            last = None
            continue
        else:
            found.append(Passage(line.body, line.end, whole=line.code))
        last = line
    return found


def looks_like_code(line: str) -> bool:
    """Tell a command line or a line of a program from a line of prose."""
    stripped = line.strip()
    if not stripped:
        return False
    if _PROMPT.match(line) or stripped[-1] in "{};" or stripped in {"}", "{", "end", "fi", "done"}:
        return stripped[-1] != ";" or not _is_prose(stripped)
    signs = len(_CODE_SIGN.findall(stripped))
    return signs >= 3 and signs / len(stripped) > _CODE_SHARE and not _is_prose(stripped)  # noqa: PLR2004


def _is_prose(line: str) -> bool:
    """Tell whether most of the words of a line are plain words."""
    words = line.split()
    plain = sum(word.strip(".,;:!?()\"'").isalpha() for word in words)
    return len(words) >= _WORDS and plain / len(words) > 0.7  # noqa: PLR2004


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        body = start + (bullet.end() if bullet else 0)
        yield _Line(start, start + len(line), body, line, bullet is not None, looks_like_code(line))
        start += len(line) + 1


def _cells(line: _Line) -> Iterator[re.Match[str]]:
    return (cell for cell in _CELL.finditer(line.text[line.body - line.start :]) if not cell[0].isspace())


def _joins(last: _Line, line: _Line, width: int | None) -> bool:
    """Tell whether `line` continues the paragraph of `last`."""
    if line.bullet or line.code or last.code or "\t" in line.text.strip():
        return False
    stripped = line.text.lstrip()
    first = stripped.split(maxsplit=1)[0]
    if first[0].islower() and len(last.text.split()) >= _WORDS:
        return True
    return width is not None and len(last.text.rstrip()) + 1 + len(first) > width


def _wrap_width(text: str) -> int | None:
    """Return the width at which a text was wrapped by hand or by an editor, or None where it was not."""
    lengths = sorted(len(line.rstrip()) for line in text.split("\n") if line and not line.isspace())
    if len(lengths) < 3:  # noqa: PLR2004 - two lines show no habit
        return None
    width = lengths[int(len(lengths) * 0.95)]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    full = sum(width * 5 // 6 <= length for length in lengths)
    return width if full / len(lengths) >= _WRAP_SHARE else None


def without_bullet(line: str) -> str:
    """Return a line without the bullet or number of a list item."""
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line
