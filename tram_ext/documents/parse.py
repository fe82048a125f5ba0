"""Parsing of a document to its text and sentences."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType

from tram_ext.documents import media, plain, sentences
from tram_ext.documents.limits import Limits
from tram_ext.documents.passages import Builder
from tram_ext.domain.documents import ParsedDocument, TextSpan
from tram_ext.domain.errors import Invalid, TooLarge, UnsupportedMediaType

Progress = Callable[[float, str], None]
"""Takes the share that is done, from 0 to 1, and the stage in a word."""

_NAMES = {
    media.PDF: "a PDF",
    media.DOCX: "a Word document",
    media.HTML: "an HTML page",
    media.MARKDOWN: "Markdown",
    media.TEXT: "plain text",
}
_READERS = {media.PDF: "pdf", media.DOCX: "docx", media.HTML: "html", media.MARKDOWN: "markdown", media.TEXT: "text"}
_TEXTUAL = {media.TEXT, media.MARKDOWN}
_READ_SHARE = 0.85  # of the work, that is reading; the rest is splitting


def parse(
    data: bytes | Path,
    name: str,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    ocr: bool = True,
) -> ParsedDocument:
    """Read a report.

    Parameters
    ----------
    data : bytes or Path
        The file, or where it is.
    name : str
        The name its owner gave it; only its suffix is looked at.
    limits : Limits, optional
        What it may cost. Time and memory are enforced by the process around, see `tram_ext.documents.child`.
    progress : callable, optional
        Is told the share that is done and the stage.
    ocr : bool
        Whether pages without text are read by Tesseract, where that is installed.

    Returns
    -------
    ParsedDocument
        Text, sentences as stretches of it, and what a reader should know.

    Raises
    ------
    Invalid
        The file cannot be read, is empty, damaged, encrypted, or holds no text.
    TooLarge
        It is over one of the limits.
    UnsupportedMediaType
        It is not a kind of file that is read here.
    """
    limits = limits or Limits()
    tell = progress or _nobody
    content = _content(data, limits)
    kind = media.media_type(BytesIO(content), name)
    if kind == media.JSON:
        raise UnsupportedMediaType(
            "Unsupported file type: JSON is not a document. A TRAM report export can be imported instead."
        )
    builder = Builder(limits)
    pages: int | None = None
    tell(0.0, "reading")
    if kind == media.PDF:
        title, warnings, pages = _reader(kind).read(content, builder, progress=_part(tell, _READ_SHARE), ocr=ocr)
    else:
        title, warnings = _reader(kind).read(content, builder)
    warnings = [*_misnamed(name, kind), *warnings]
    text = builder.text
    tell(_READ_SHARE, "splitting")
    spans = sentences.split(text, builder.passages)
    if not spans:
        raise Invalid(" ".join([_no_text(kind), *warnings]))
    if pages is not None:
        spans = [TextSpan(span.start, span.end, builder.page_at(span.start)) for span in spans]
    tell(1.0, "done")
    return ParsedDocument(text, tuple(spans), kind, title, pages, tuple(warnings), builder.blocks)


def split_sentences(text: str) -> list[TextSpan]:
    """Split plain text into sentences.

    Parameters
    ----------
    text : str
        The text; offsets refer to it as it is.

    Returns
    -------
    list of TextSpan
        The sentences in order.

    Raises
    ------
    Invalid
        The text is empty or holds no letter and no digit.
    """
    if not text:
        raise Invalid("The text is empty.")
    spans = sentences.split(text, plain.passages(text))
    if not spans:
        raise Invalid("The text holds no words.")
    return spans


def _reader(kind: str) -> ModuleType:
    """Return the reader of a media type, imported on first use with its library."""
    return import_module(f"tram_ext.documents.{_READERS[kind]}")


def _content(data: bytes | Path, limits: Limits) -> bytes:
    """Return the bytes of a file within the size limit."""
    try:
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        if size > limits.file_bytes:
            raise TooLarge(f"The file has {size:,} bytes; the limit is {limits.file_bytes:,}.")
        return data if isinstance(data, bytes) else data.read_bytes()
    except OSError as error:
        raise Invalid(f"The file cannot be read: {error.strerror}.") from error


def _misnamed(name: str, kind: str) -> list[str]:
    """Return a warning where a file's type differs from its name's."""
    promised = media.by_suffix(name)
    if promised in {None, kind, media.JSON} or (media.suffix(name) == "") or {promised, kind} <= _TEXTUAL:
        return []
    return [f"The file is named {media.suffix(name)} but holds {_NAMES[kind]}; it was read as what it holds."]


def _no_text(kind: str) -> str:
    if kind == media.PDF:
        return "No text was found in the pages of this PDF."
    return "The file is blank: it holds no words."


def _part(tell: Progress, share: float) -> Progress:
    """Return a progress callback that scales to the first `share` of `tell`."""
    return lambda done, stage: tell(done * share, stage)


def _nobody(done: float, stage: str) -> None:
    """Ignore progress."""
