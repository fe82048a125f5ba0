"""Markdown: the page it stands for, without the markup."""

from __future__ import annotations

import re

from tram_ext.documents import html
from tram_ext.documents.encoding import decode
from tram_ext.documents.passages import Builder

_FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?\n)?\1[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(\S[^\n]*)$", re.MULTILINE | re.IGNORECASE)
_HEADING = re.compile(r"<h1>(.{0,500}?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_FRONT_LONGEST = 10_000


def read(data: bytes, builder: Builder) -> tuple[str, list[str]]:
    """Read a Markdown file: CommonMark with tables, and what HTML stands in it.

    Parameters
    ----------
    data : bytes
        The file.
    builder : Builder
        Takes the blocks.

    Returns
    -------
    tuple of (str, list of str)
        The title, and warnings.
    """
    from markdown_it import MarkdownIt

    text, warning = decode(data)
    front = _FRONT_MATTER.match(text[:_FRONT_LONGEST])
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text[front.end() :] if front else text)
    # Inside <main> the whole page is the report, and no boilerplate is looked for.
    html.read(f"<!doctype html><meta charset=utf-8><main>{page}</main>".encode(), builder)
    return _title(front[2] or "" if front else "", page), [warning] if warning else []


def _title(front_matter: str, page: str) -> str:
    """Return the title that the front matter gives, else the first heading of the first rank."""
    named = _FRONT_TITLE.search(front_matter)
    if named:
        return named[1].strip(" \t\"'")
    heading = _HEADING.search(page)
    if heading is None:
        return ""
    from html import unescape

    return " ".join(unescape(_TAG.sub("", heading[1])).split())
