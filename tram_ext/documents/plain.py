"""Plain text: grouping of lines to paragraphs, items, cells and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tram_ext.documents.passages import Passage
from tram_ext.domain.documents import BlockKind

_SIGNS = (
    "\u2013\u2014\u2022\u2023\u2043\u204c\u204d\u2219\u25a0\u25a1\u25aa\u25ab\u25cb\u25cf\u25e6\u00b7\u27a2\uf0a7\uf0b7"
)
_BULLET = re.compile(rf"[ \t]{{0,40}}(?:[-*+o>{_SIGNS}]|\d{{1,3}}[.)]|\(\d{{1,2}}\)|\(?[a-z]\))[ \t\xa0]+(?=\S)")
_NUMBER = re.compile(r"[ \t]{0,40}\(?(\d{1,3})[.)][ \t\xa0]")
_CELL = re.compile(r"[^\t ]+(?: {1,2}[^\t ]+)*")  # three spaces are as good as a tab
_PROMPT = re.compile(r"[ \t]{0,40}(?:\$ |# ?[a-z./]+ -|PS(?: [A-Z]:\\[^>]{0,80})?> ?|[A-Za-z]:\\[^>\s]{0,80}>)")
_CODE_SIGN = re.compile(r"[{}();=<>\\|$#&%^`~\[\]]")
_CODE_SHARE = 0.12
_NARROWEST, _WIDEST = 40, 140
_WRAP_SHARE = 0.3  # of the lines, that reach into the last sixth of the width of a hard-wrapped text
_WORDS = 4
_INDENT = 4  # columns, by which the lines of a listing are set off
_LISTING_WORDS = 0.6  # of what stands in a listing, that may be plain words
_CONTINUED = ("\\", "^", "`")  # what ends a line of a command that goes on
_ENDS = frozenset(".!?:;")


class _Line(NamedTuple):
    """A line without its line end, with its position and layout."""

    start: int
    end: int
    body: int
    text: str
    bullet: bool
    code: bool
    cells: list[tuple[int, int]]

    @property
    def indent(self) -> int:
        """The columns before its first character."""
        lead = self.text[: len(self.text) - len(self.text.lstrip())]
        return len(lead.expandtabs(_INDENT))

    @property
    def kind(self) -> BlockKind | None:
        """What it is where it stands for itself."""
        return BlockKind.CODE if self.code else BlockKind.ITEM if self.bullet else None

    @property
    def tabular(self) -> bool:
        """Whether it is a row of several cells."""
        return len(self.cells) > 1 and not self.code


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
    return [
        passage for run in _runs(text) for passage in (_listing(run) if _is_listing(run) else _paragraphs(run, width))
    ]


def _runs(text: str) -> Iterator[list[_Line]]:
    """Yield the lines between blank ones."""
    run: list[_Line] = []
    for line in _lines(text):
        if line.text and not line.text.isspace():
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_listing(run: list[_Line]) -> bool:
    """Return whether indented lines are commands or code: few of their words are plain words."""
    if min(line.indent for line in run) < _INDENT or any(line.bullet for line in run):
        return False
    words = [word for line in run for word in line.text.split()]
    return _plain_words(words) <= _LISTING_WORDS * len(words)


def _listing(run: list[_Line]) -> list[Passage]:
    """Return the commands of a listing; a line that is set in further than the first one of its command goes on."""
    found: list[Passage] = []
    first = last = run[0]
    for line in run:
        if found and (line.indent > first.indent or last.text.rstrip().endswith(_CONTINUED)):
            found[-1] = found[-1]._replace(end=line.end)
        else:
            found.append(Passage(line.body, line.end, whole=True, kind=BlockKind.CODE))
            first = line
        last = line
    return found


def _without_gaps_in_prose(run: list[_Line]) -> Iterator[_Line]:
    """Yield the lines of a run; a single row with wide spaces in or between sentences is not split into cells."""
    for index, line in enumerate(run):
        beside = run[max(index - 1, 0) : index] + run[index + 1 : index + 2]
        if (
            line.tabular
            and "\t" not in line.text
            and not any(other.tabular for other in beside)
            and _runs_through_gaps(line)
        ):
            yield line._replace(cells=[(line.body, line.end)])
        else:
            yield line


def _runs_through_gaps(line: _Line) -> bool:
    """Return whether a wide space stands behind a full stop, or before a word in lower case."""
    cells = [line.text[start - line.start : end - line.start] for start, end in line.cells]
    words = [cell.split(maxsplit=1)[0] for cell in cells[1:]]
    return any(cell[-1] in ".!?" for cell in cells[:-1]) or any(word.isalpha() and word.islower() for word in words)


def _paragraphs(run: list[_Line], width: int | None) -> list[Passage]:
    """Return the paragraphs, items, cells and single lines of code among lines."""
    found: list[Passage] = []
    head = last = None
    for line in _without_gaps_in_prose(run):
        if head is not None and last is not None and _joins(head, last, line, width):
            found[-1] = found[-1]._replace(end=line.end)
        elif line.tabular:
            found.extend(Passage(*cell, kind=BlockKind.CELL) for cell in line.cells)
            head = line
        else:
            found.append(Passage(line.body, line.end, whole=line.code, kind=line.kind))
            head = line
        last = line
    return found


def looks_like_code(line: str) -> bool:
    """Return whether a line is a command or code rather than prose."""
    stripped = line.strip()
    if not stripped:
        return False
    if _PROMPT.match(line) or stripped[-1] in "{};" or stripped in {"}", "{", "end", "fi", "done"}:
        return stripped[-1] != ";" or not _is_prose(stripped)
    signs = len(_CODE_SIGN.findall(stripped))
    return signs >= 3 and signs / len(stripped) > _CODE_SHARE and not _is_prose(stripped)  # noqa: PLR2004


def _is_prose(line: str) -> bool:
    """Return whether most of the words of a line are plain words."""
    words = line.split()
    return len(words) >= _WORDS and _plain_words(words) / len(words) > 0.7  # noqa: PLR2004


def _plain_words(words: list[str]) -> int:
    """Count the words that are made of letters alone."""
    return sum(word.strip(".,;:!?()\"'").isalpha() for word in words)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        body = bullet.end() if bullet else 0
        found = (cell for cell in _CELL.finditer(line, body) if not cell[0].isspace())
        cells = [(start + cell.start(), start + cell.end()) for cell in found]
        yield _Line(start, start + len(line), start + body, line, bullet is not None, looks_like_code(line), cells)
        start += len(line) + 1


def _joins(head: _Line, last: _Line, line: _Line, width: int | None) -> bool:
    """Return whether `line` continues the paragraph, or the last cell, that `head` began and `last` went on with."""
    if line.tabular or line.code or last.code or not (_says_something(line.text) and _says_something(last.text)):
        return False
    if head.tabular:
        return line.indent == _column(head)
    if line.bullet and (width is None or not _unfinished(last.text) or is_next_item(head.text, line.text)):
        return False
    stripped = line.text.lstrip()
    first = stripped.split(maxsplit=1)[0]
    if first[0].islower() and len(last.text.split()) >= _WORDS and not line.bullet:
        return True
    return width is not None and len(last.text.rstrip()) + 1 + len(first) > width


def _column(row: _Line) -> int:
    """Return the column in which the last cell of a row begins."""
    return len(row.text[: row.cells[-1][0] - row.start].expandtabs(_INDENT))


def _unfinished(line: str) -> bool:
    """Return whether a line of prose is unfinished."""
    return line.rstrip("\"')]\u201d\u2019 ")[-1:] not in _ENDS and len(line.split()) >= _WORDS


def _says_something(line: str) -> bool:
    return any(character.isalnum() for character in line)


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


def is_next_item(first: str, line: str) -> bool:
    """Return whether a numbered line is an item of a list, and not the rest of a sentence that was wrapped at a number.

    Parameters
    ----------
    first : str
        The line that begins the paragraph above, with its own number where it has one.
    line : str
        The line: it begins with a bullet or number.

    Returns
    -------
    bool
        False for a number that neither begins a list nor follows the one of `first`, such as ``10.`` where a line
        ends in ``Windows``.
    """
    number, before = _NUMBER.match(line), _NUMBER.match(first)
    if number is None:
        return True
    return int(number[1]) in {1, int(before[1]) + 1 if before else 1}


def without_bullet(line: str) -> str:
    """Return a line without the bullet or number of a list item."""
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line
