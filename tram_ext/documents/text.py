"""Plain-text files."""

from __future__ import annotations

from tram_ext.documents import plain
from tram_ext.documents.encoding import decode
from tram_ext.documents.passages import Builder


def read(data: bytes, builder: Builder) -> tuple[str, list[str]]:
    """Read a text file.

    Parameters
    ----------
    data : bytes
        The file.
    builder : Builder
        Takes the text.

    Returns
    -------
    tuple of (str, list of str)
        An empty title, and warnings.
    """
    text, warning = decode(data)
    builder.add(text, inner=plain.passages(text))
    return "", [warning] if warning else []
