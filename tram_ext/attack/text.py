"""Conversion of ATT&CK's texts to plain text: citations, links, markup and cut-off ends are removed."""

from __future__ import annotations

import html
import re
from typing import Final

_PARENTHESISED = r"(?:[^()]|\([^()]*\))*"
_CITATION: Final = re.compile(rf"\(\s*Citation\s*:{_PARENTHESISED}\)", re.IGNORECASE)
_LINK: Final = re.compile(r"\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
_CODE: Final = re.compile(r"<code>((?:(?!</?code>).)*)</code>|`([^`]+)`", re.DOTALL | re.IGNORECASE)
# Only HTML's own tags: reports are full of placeholders such as <PID> or <file_path>, which are text.
_BREAK: Final = re.compile(r"<(?:br|/p|/li|/ul|/ol|/div)\s*/?>", re.IGNORECASE)
_MARK: Final = re.compile(r"[<`]|\*\*")
_TAG: Final = re.compile(r"</?(?:code|pre|b|i|u|em|strong|sup|sub|span|p|div|ul|ol|li|a)(?:\s[^<>]*)?>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_HEADING: Final = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.MULTILINE)
_BULLET: Final = re.compile(r"^([ \t]{0,12})[*•][ \t]+", re.MULTILINE)
# Invisible characters that come with copied text, and those that databases refuse.
_UNWANTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200d\u2060\ufeff\ud800-\udfff]")

_GONE: Final = "\x00"
"""Stands where a citation stood until the spaces around it are settled."""
_GONE_RUN: Final = re.compile(rf"\s{{0,3}}{_GONE}[\s{_GONE}]*(?P<stop>[.,;:!?)](?![\w.]))?")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")

CUT_MARK: Final = "..."
"""What ends a text that was cut."""
_CUT_CITATION: Final = re.compile(
    r"\((?:\s*Citation\b.*|C|Ci|Cit|Cita|Citat|Citati|Citatio)?$", re.DOTALL | re.IGNORECASE
)
_CUT_LINK: Final = re.compile(r"\[([^\[\]]*)\](?:\((?:[^()\s]|\([^()\s]*\))*\(?[^()\s]*\)?)?$")
_CUT_LINK_TEXT: Final = re.compile(r"\[[^\[\]]*$")
_CUT_WORD: Final = re.compile(r"\S+$")
_OPEN_CODE: Final = re.compile(r"<code>(?:(?!</code>).)*$", re.DOTALL | re.IGNORECASE)
# "word." before the cut ends a sentence; "setup." may be the first half of a file's name. Which of the two it is shows
# only in plain words and after closed code or parentheses.
_CUT_AFTER_STOP: Final = re.compile(
    r"(?:(?:^|\s)[a-z]{2,}(?:[-/'\u2019][a-z]+)*|</code>|`|\))[.!?][\"'\u201d\u2019)]*$"
)
_CUT_AFTER_DOTTED: Final = re.compile(r"\w[.!?]$")

_SENTENCE_END: Final = re.compile(r"[.!?][\"'\u201d\u2019)]*(?=\s+[\"'\u201c\u2018(\[<]?[A-Z0-9]|\s*\n|$)")
_ABBREVIATED: Final = re.compile(
    r"(?:\b[A-Za-z]|\b(?:vs|approx|No|Nos|Mr|Mrs|Ms|Dr|St|Corp|Inc|Ltd|Co|Jr|Sr|fig|Fig|al|cf|incl|ex|viz))\.$"
)
_FEWEST_WORDS: Final = 3
_QUOTES: Final = "\"'\u2018\u2019\u201c\u201d"
_NO_END: Final = " ,;:([{-\u2013\u2014\u2018\u201c"
_DANGLING: Final = frozenset(
    "a an the and or nor but of to in on at by for from with via into onto upon as like that which who whose where "
    "when while if because so including such using through under over between against within during after before "
    "across is are was were be been being has have had having can could may might will would should must does do did "
    "not its their his her this these those any some all each both either also then than e.g. i.e. ex well".split()
)


def plain(text: str) -> str:
    """Return `text` without citations, links, code marks, tags and entities.

    Parameters
    ----------
    text : str
        A description as STIX has it: Markdown with a little HTML.

    Returns
    -------
    str
        The same words. Paragraphs are parted by one empty line, items of lists start with ``-``.
    """
    return _unmarked(_without_citations(text))


def one_line(text: str) -> str:
    """Return `text` with each run of white space replaced by one space."""
    return " ".join(text.split())


def excerpt(text: str) -> tuple[str, bool]:
    """Return the plain text of a possibly truncated text, and whether it was truncated.

    Parameters
    ----------
    text : str
        A description that ends in ``...`` where it was cut.

    Returns
    -------
    text : str
        Plain text: to its last whole sentence; where it has none, to its last whole word that can end a phrase.
    is_excerpt : bool
        Whether the text was cut.
    """
    if not text.endswith(CUT_MARK):
        return plain(text), False
    body, is_whole = _without_broken_tail(_without_citations(text.removesuffix(CUT_MARK)))
    body = _unmarked(body)
    ends = [
        match.end()
        for match in _SENTENCE_END.finditer(body)
        if (is_whole or match.end() < len(body)) and not _ABBREVIATED.search(body[: match.start() + 1])
    ]
    if ends and len(body[: ends[-1]].split()) >= _FEWEST_WORDS:
        return body[: ends[-1]], True
    return _without_dangling_words(body), True


def _without_citations(text: str) -> str:
    """Replace citations by a mark, and remove unwanted characters."""
    return _CITATION.sub(_GONE, _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _unmarked(text: str) -> str:
    """Remove the marks of `_without_citations`, links, tags, code marks and entities, and normalise spaces."""
    text = _BULLET.sub(r"\1- ", _HEADING.sub("", _LINK.sub(r"\1", text)))
    if _MARK.search(text):
        text = _without_marks(text)
    if "&" in text:
        text = _ENTITY.sub(_unescaped, text)
    if _GONE in text:
        text = _GONE_RUN.sub(_closed_gap, text)
    if "\n" not in text:
        return one_line(text)
    lines = (one_line(line) for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _closed_gap(gap: re.Match[str]) -> str:
    """Return the replacement of a citation: a space, or nothing before a full stop or comma."""
    stop = gap["stop"]
    if stop:
        return "" if stop == "." and gap.string.endswith(".", 0, gap.start()) else stop
    return "\n" * min(gap[0].count("\n"), 2) or " "


def _without_marks(text: str) -> str:
    """Remove tags, bold and code marks, leaving the content of code as it is."""
    parts = []
    end = 0
    for code in _CODE.finditer(text):
        parts += [_prose(text[end : code.start()]), code[1] if code[1] is not None else code[2]]
        end = code.end()
    return "".join([*parts, _prose(text[end:])])


def _prose(text: str) -> str:
    """Remove marks outside of code; an unpaired one has lost its other half to truncation."""
    return _TAG.sub("", _BREAK.sub("\n", text)).replace("**", "").replace("`", "")


def _unescaped(entity: re.Match[str]) -> str:
    """Return the character of an entity, if it is printable."""
    return _UNWANTED.sub("", html.unescape(entity[0]))


def _without_broken_tail(body: str) -> tuple[str, bool]:
    """Remove the citation, link or word that was truncated, and return whether a sentence may end there."""
    if cut := _CUT_CITATION.search(body):
        return body[: cut.start()], True
    if cut := _CUT_LINK.search(body):
        # Even where the address is broken, the words are whole.
        return body[: cut.start()] + cut[1], False
    body = _LINK.sub(r"\1", body)
    if cut := _CUT_LINK_TEXT.search(body):
        return body[: cut.start()], body[: cut.start()].rstrip().endswith((".", _GONE))
    if body.rstrip(" \n").endswith(_GONE) or _CUT_AFTER_STOP.search(body):
        return body, True
    if _CUT_AFTER_DOTTED.search(body):
        return body[:-1], False
    body = _without_cut_path(_CUT_WORD.sub("", body))
    return body, body.rstrip().endswith((".", _GONE))


def _without_cut_path(body: str) -> str:
    """Remove an unclosed Windows path: truncated at a space it would be another path."""
    opened = _OPEN_CODE.search(body)
    start = opened.start() if opened else body.rfind("`") if body.count("`") % 2 else len(body)
    return body[:start] if "\\" in body[start:] else body


def _without_dangling_words(text: str) -> str:
    """Remove words from the end while the last one cannot end a phrase."""
    words = text.split()
    while words and (words[-1].strip(_QUOTES + _NO_END).lower() in _DANGLING or not re.search(r"\w", words[-1])):
        words.pop()
    return " ".join(words).rstrip(_NO_END)
