"""Passages: the parts of a text that no sentence crosses, and the builder that concatenates them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tram_ext.documents.limits import Limits
from tram_ext.domain.documents import Block, BlockKind
from tram_ext.domain.errors import TooLarge


class Passage(NamedTuple):
    """``text[start:end]``: a paragraph, a list item, a heading, a table cell or a line of code.

    `whole` passages are one sentence however many full stops they hold: headings, code. `kind` and `level` are those of
    a :class:`Block`; None for a paragraph.
    """

    start: int
    end: int
    whole: bool = False
    kind: BlockKind | None = None
    level: int = 0


@dataclass
class Builder:
    """Collects the blocks of a document into one text.

    Attributes
    ----------
    limits : Limits
        Where the text has to end.
    passages : list of Passage
        The blocks, as stretches of the text.
    """

    limits: Limits
    passages: list[Passage] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _page_starts: list[int] = field(default_factory=list)
    _page_numbers: list[int] = field(default_factory=list)

    def add(
        self,
        text: str,
        *,
        whole: bool = False,
        kind: BlockKind | None = None,
        level: int = 0,
        gap: str = "\n\n",
        inner: Sequence[Passage] | None = None,
        pages: Sequence[tuple[int, int]] = (),
    ) -> None:
        r"""Append a block.

        Parameters
        ----------
        text : str
            The block, which must not be blank.
        whole : bool
            Whether it is one sentence.
        kind : BlockKind, optional
            What it is; None for a paragraph.
        level : int
            That of a heading.
        gap : str
            What separates it from the block before: ``"\n\n"`` for paragraphs, less for lines, items and cells.
        inner : sequence of Passage, optional
            The passages of the block, by offsets in `text`, where it is not one as a whole; what they are not
            themselves, the block says.
        pages : sequence of (offset, page)
            Where in `text` a page of a PDF begins.

        Raises
        ------
        TooLarge
            The text is over the limit.
        """
        if self._parts:
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        if self._length > self.limits.characters:
            raise TooLarge(
                f"The document holds more than {self.limits.characters:,} characters of text. "
                "Split it, or raise the limit."
            )
        if inner is None:
            self.passages.append(Passage(start, self._length, whole, kind, level))
        else:
            self.passages.extend(
                part._replace(start=start + part.start, end=start + part.end, kind=part.kind or kind) for part in inner
            )
        for offset, page in pages:
            self._page_starts.append(start + offset)
            self._page_numbers.append(page)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The passages that are more than paragraphs."""
        return tuple(Block(part.start, part.end, part.kind, part.level) for part in self.passages if part.kind)

    def page_at(self, offset: int) -> int | None:
        """Return the page on which the character at `offset` stands, where pages are known."""
        index = bisect_right(self._page_starts, offset)
        return self._page_numbers[index - 1] if index else None
