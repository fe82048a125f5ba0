"""An uploaded file, and the text parsed from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class BlockKind(str, Enum):
    """What a part of a text is, where it is more than a paragraph."""

    HEADING = "heading"
    ITEM = "item"
    CELL = "cell"
    CODE = "code"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text: ``text[start:end]``.

    Cells of one row of a table stand on one line, with a tab between them.

    Attributes
    ----------
    level : int
        Of a heading, 1 to 9, the topmost first; else 0.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A stored upload.

    Attributes
    ----------
    created_on : datetime
        When it was uploaded, for the last time.
    purged_on : datetime or None
        Since when only this entry is left, and the file is gone.
    """

    id: int
    name: str
    sha256: str
    size: int
    content_type: str
    stored_name: str
    created_by: str | None
    created_on: datetime
    purged_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A sentence as it was found: ``document.text[start:end]``, on page `page` (from 1) of a PDF."""

    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True)
class ParsedDocument:
    """The text of a file and its sentences.

    Attributes
    ----------
    media_type : str
        What the file turned out to be, such as ``application/pdf``.
    warnings : tuple of str
        What a reader should know: pages without text, a guessed encoding, parts left out.
    blocks : tuple of Block
        The parts of the text that are more than paragraphs, in order.
    """

    text: str
    sentences: tuple[TextSpan, ...]
    media_type: str
    title: str = ""
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    def sentence_texts(self) -> list[str]:
        """The sentences as one-line strings, in reading order."""
        return [" ".join(self.text[s.start : s.end].split()) for s in self.sentences]
