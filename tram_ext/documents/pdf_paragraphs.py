"""Joining of the lines of a PDF to paragraphs, across columns and pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tram_ext.documents.pdf_lines import HYPHEN, Line
from tram_ext.documents.plain import is_next_item, looks_like_code, without_bullet
from tram_ext.domain.documents import BlockKind

_SAME_SIZE = 1.13
_LOOSEST = 1.3  # times the usual distance of lines: beyond it a paragraph ends
_USUAL_LEADING = 1.15  # heights, where a document is too short to tell
_HEADING_SIZE = 1.15
_HEADING_LENGTH = 200
_LEVELS = ((1, 1.7), (2, 1.35))  # times the size of the text, from which a heading is of a level
_CAPTION = re.compile(
    r"(?:figure|fig\.|table|listing|exhibit) \d{1,3}(?:[.-]\d{1,3})?\s?[:.\u2013\u2014-]", re.IGNORECASE
)
_FEW_HYPHENS = 0.025  # of the lines: a text that breaks no words ends that many in a hyphen of their own
_FOOTNOTES = 16  # paragraphs in another size that may stand between a page's last sentence and the rest of it
_CELL_WIDTH, _RAGGED = 0.35, 0.2  # of the page, of a cell: narrow cells are set raggedly
_FAR = 0.6
_WIDE_LETTER = 1.4
_FEW_WORDS = 3
_JUSTIFIED = 0.4  # of the lines that begin at the same place, that end at the same place, too
_CLUSTER = 3  # lines that begin at the same place show where their column ends
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONGEST_WORD = 60
_LEFT = re.compile(r"(?:[^\W\d_]+-)*([^\W\d_]+)$")
_RIGHT = re.compile(r"([^\W\d_]+)(?:-[^\W\d_]+)*")
_ENDS = frozenset(".!?:;")


@dataclass
class Paragraph:
    """A paragraph, list item, heading or cell.

    Attributes
    ----------
    text : str
        Its text, on one line.
    pages : list of (int, int)
        Where in the text which page begins.
    kind : BlockKind or None
        What it is; None for prose.
    level : int
        That of a heading.
    """

    text: str
    pages: list[tuple[int, int]] = field(default_factory=list)
    kind: BlockKind | None = None
    level: int = 0


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Join the lines of a document, or of a part of it, to paragraphs.

    Parameters
    ----------
    lines : sequence of Line
        In reading order, without furniture.

    Returns
    -------
    list of Paragraph
        In order.
    """
    if not lines:
        return []
    style = _Style(lines)
    groups: list[list[Line]] = []
    for line in lines:
        for group in groups[-1 : -_FOOTNOTES - 1 : -1]:
            if style.joins(group, line):
                group.append(line)
                break
            if _same_size(group[-1], line) or group[-1].page == line.page:
                groups.append([line])
                break
        else:
            groups.append([line])
    return [_paragraph(group, style) for group in groups]


class _Style:
    """The typesetting of a document: usual leading, margins, hyphenation."""

    def __init__(self, lines: Sequence[Line]) -> None:
        leadings = [
            (above.y - below.y) / above.height
            for above, below in pairwise(lines)
            if above.page == below.page and _same_size(above, below) and 0 < above.y - below.y < 3 * above.height
        ]
        self.leading = median(leadings) if leadings else _USUAL_LEADING
        weights: Counter[float] = Counter()
        for line in lines:
            weights[round(line.height, 1)] += len(line.text)
        self.body = weights.most_common(1)[0][0]
        self._edges: dict[tuple[int, int], float] = defaultdict(float)
        self._margins: dict[int, float] = defaultdict(float)
        self._starts = Counter(_start(line) for line in lines)
        ends: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        for line in lines:
            self._edges[_start(line)] = max(self._edges[_start(line)], line.x1)
            self._margins[line.page] = max(self._margins[line.page], line.x1)
            ends[_start(line)][round(line.x1)] += 1
        for start, counted in ends.items():
            end, count = counted.most_common(1)[0]
            if count >= max(_CLUSTER, _JUSTIFIED * self._starts[start]):
                self._edges[start] = float(end)  # an address too long for a justified column sticks out of it
        marked = sum(line.text.endswith((HYPHEN, "-")) for line in lines)
        self.breaks_words = marked >= _FEW_HYPHENS * len(lines)
        self.words = _vocabulary(lines) if marked else Counter()

    def joins(self, group: list[Line], line: Line) -> bool:
        """Return whether a line continues a paragraph."""
        last = group[-1]
        if not _same_size(last, line) or _is_item(group, line):
            return False
        if line.page != last.page or line.y > last.y + last.height:  # the next page or column
            return _unfinished(group) and line.text[0].islower() and self._reaches_far(last)
        if not self._below(last, line) or looks_like_code(last.text) or looks_like_code(line.text):
            return False
        if last.text.endswith(HYPHEN):
            return True
        if (line.text[0].islower() or line.text[0] == "(") and _unfinished(group):
            return True
        return _words(group) > 1 and not self._would_have_fitted(last, line)

    def _below(self, last: Line, line: Line) -> bool:
        """Return whether a line stands under another, no farther than lines of a paragraph do."""
        drop = last.y - line.y
        overlaps = line.x0 < last.x1 and last.x0 - 4 * last.height < line.x1
        return overlaps and last.height / 3 < drop <= _LOOSEST * self.leading * last.height

    def _reaches_far(self, line: Line) -> bool:
        """Return whether a line fills its column well, as the last one of a broken paragraph does."""
        return line.x1 - line.x0 > _FAR * (self._edge(line) - line.x0)

    def _would_have_fitted(self, last: Line, line: Line) -> bool:
        """Return whether the first word of a line would have fitted on the line before: then it was not wrapped."""
        first = line.text.split(maxsplit=1)[0]
        letters = sum(_WIDE_LETTER if letter.isupper() else 1.0 for letter in first) + 1
        width = (line.x1 - line.x0) / max(len(line.text), 1) * letters
        edge = max(self._edge(last, cell=last.beside or line.beside), line.x1)
        breadth = edge - last.x0
        slack = _RAGGED * breadth if breadth < _CELL_WIDTH * last.page_width else 0.5 * last.height
        return last.x1 + width + slack < edge

    def _edge(self, line: Line, *, cell: bool = False) -> float:
        """Return where the column of a line ends on the right."""
        if cell or self._starts[_start(line)] >= _CLUSTER:
            return self._edges[_start(line)]
        return self._margins[line.page]


def _start(line: Line) -> tuple[int, int]:
    """Return the key that lines share which begin at about the same horizontal position."""
    return line.page, round(line.x0 / 4)


def _words(group: list[Line]) -> int:
    """Count the words of a paragraph so far, in its last two lines only."""
    return sum(len(line.text.split()) for line in group[-2:])


def _same_size(one: Line, other: Line) -> bool:
    return max(one.height, other.height) <= _SAME_SIZE * min(one.height, other.height)


def _unfinished(group: list[Line]) -> bool:
    """Return whether a paragraph lacks its end."""
    text = group[-1].text.rstrip("\"')]\u201d\u2019 ")
    return bool(text) and text[-1] not in _ENDS and _words(group) > _FEW_WORDS


def _is_item(group: list[Line], line: Line) -> bool:
    """Return whether a line begins an item of a list; a number may also be the first word of a wrapped line."""
    if without_bullet(line.text) == line.text:
        return False
    return not _unfinished(group) or is_next_item(group[0].text, line.text)


def _vocabulary(lines: Iterable[Line]) -> Counter[str]:
    """Count the words of a document, except those at line ends, which may be hyphenated."""
    words: Counter[str] = Counter()
    for line in lines:
        found = _WORD.findall(line.text.lower())
        words.update(found[1:-1] if line.text.endswith(HYPHEN) else found[1:])
    return words


def _paragraph(group: list[Line], style: _Style) -> Paragraph:
    """Join the lines of a paragraph to one text."""
    parts = [without_bullet(group[0].text)]
    length = len(parts[0])
    pages = [(0, group[0].page)]
    for line in group[1:]:
        kept, joint = _joint(parts[-1], line.text, style)
        length += len(kept) - len(parts[-1]) + len(joint)
        parts[-1] = kept
        if line.page != pages[-1][1]:
            pages.append((length, line.page))
        parts += [joint, line.text]
        length += len(line.text)
    text = "".join(parts)
    text = text.rstrip(HYPHEN) + "-" * text.endswith(HYPHEN)
    kind, level = _kind(group, text, style)
    return Paragraph(text, pages, kind, level)


def _kind(group: list[Line], text: str, style: _Style) -> tuple[BlockKind | None, int]:
    """Return what a paragraph is, and its level: the larger its letters, the higher a heading stands."""
    size = group[0].height / style.body
    if size > _HEADING_SIZE and len(text) <= _HEADING_LENGTH:
        return BlockKind.HEADING, next((level for level, least in _LEVELS if size >= least), len(_LEVELS) + 1)
    if len(group) == 1 and looks_like_code(text):
        return BlockKind.CODE, 0
    if len(text) <= _HEADING_LENGTH and _CAPTION.match(text):
        return BlockKind.CAPTION, 0
    return (BlockKind.ITEM if without_bullet(group[0].text) != group[0].text else None), 0


def _inside_path(last: str, line: str) -> bool:
    """Return whether a path or an address was broken between two lines: it needs no space."""
    if last.endswith(("/", "\\")):
        return last[-2:-1] not in {" ", ""}
    return line[0] == "\\" and "\\" in last.rsplit(maxsplit=1)[-1]


def _joint(last: str, line: str, style: _Style) -> tuple[str, str]:
    """Return a line's text and the separator to the next, rejoining a hyphenated word."""
    if not last.endswith(HYPHEN) and not (last.endswith("-") and last[-2:-1].isalnum()):
        return last, "" if _inside_path(last, line) else " "
    stem = last[:-1]
    left, right = _LEFT.search(stem[-_LONGEST_WORD:]), _RIGHT.match(line)
    if left is None or right is None:
        return stem, "-"
    one, other = left[1].lower(), right[1].lower()
    compounds = {f"{one}-{other}", f"{left[0]}-{right[0]}".lower()}
    joined, compound = style.words[one + other], sum(style.words[word] for word in compounds)
    if joined or compound:
        return stem, "" if joined >= compound else "-"
    if not style.breaks_words or not line[0].islower():
        return stem, "-"
    inside = left[0] != left[1] or right[0] != right[1]  # a compound, such as "command-and-" before "control"
    return stem, "-" if inside and style.words[other] else ""
