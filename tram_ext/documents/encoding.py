"""Decoding of text files in any encoding."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_NUL_SHARE = 0.2  # English in UTF-16 is half NUL bytes; a text with stray ones has far fewer
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


def decode(data: bytes) -> tuple[str, str | None]:
    r"""Decode a text file.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    tuple of (str, str or None)
        The text, with ``\n`` as its only line end and without control characters, and a warning where the encoding
        is a guess.
    """
    text, guess = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")
    return clean(text), f"The encoding of the text was guessed: {guess}." if guess else None


def clean(text: str) -> str:
    """Remove invisible characters: controls, soft hyphens, zero-width spaces, byte order marks, surrogates."""
    return _UNWANTED.sub("", text)


def nul_pattern(data: bytes) -> str | None:
    """Detect UTF-16 without a byte order mark by the positions of its NUL bytes.

    Returns
    -------
    str or None
        ``utf-16-le``, ``utf-16-be``, or None where the bytes do not look like either.
    """
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if not half:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _NUL_SHARE and even < odd / 10:
        return "utf-16-le"
    if even > _NUL_SHARE and odd < even / 10:
        return "utf-16-be"
    return None


def _decode(data: bytes) -> tuple[str, str | None]:
    """Return the text and, where it is a guess, the name of the encoding."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, errors="replace"), None
    wide = nul_pattern(data)
    if wide:
        return data.decode(wide, errors="replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        if _cut_short(data, error):
            return data[: error.start].decode("utf-8"), None
    import chardet  # after UTF-8 has failed: most texts never need it

    found = chardet.detect(data[: 4 * _SAMPLE])["encoding"] or "cp1252"
    try:
        return data.decode(found), found
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", errors="replace"), "cp1252"


def _cut_short(data: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether the only fault of a UTF-8 text is an incomplete last character."""
    return error.reason == "unexpected end of data" and error.end >= len(data) and error.start > len(data) - 4
