"""An uploaded file, and the text parsed from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
    """

    text: str
    sentences: tuple[TextSpan, ...]
    media_type: str
    title: str = ""
    pages: int | None = None
    warnings: tuple[str, ...] = ()

    def sentence_texts(self) -> list[str]:
        """The sentences as one-line strings, in reading order."""
        return [" ".join(self.text[s.start : s.end].split()) for s in self.sentences]
