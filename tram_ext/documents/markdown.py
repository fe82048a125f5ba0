"""Markdown: the blocks of a document, and their text without markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tram_ext.documents import plain
from tram_ext.documents.encoding import decode
from tram_ext.documents.passages import Builder
from tram_ext.domain.documents import BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:(?!---[ \t]*\n)[^\n]*\n){0,200}---[ \t]*(?:\n|\Z)")
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.{1,300}?)[\"']?[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,60}\](?::[ \t]*)?")  # its mark, and the beginning of its text
_TASK = re.compile(r"\A\[[ xX]\][ \t]+")
_KINDS = {"heading_open": BlockKind.HEADING, "td_open": BlockKind.CELL, "th_open": BlockKind.CELL}
_NESTING = 20  # levels of quotes and lists, beyond which only an attack goes


def read(data: bytes, builder: Builder) -> tuple[str, list[str]]:
    """Read a Markdown file.

    Parameters
    ----------
    data : bytes
        The file.
    builder : Builder
        Takes the blocks.

    Returns
    -------
    tuple of (str, list of str)
        The title (of the front matter, else the first heading), and warnings.
    """
    from markdown_it import MarkdownIt

    text, warning = decode(data)
    front = _FRONT_MATTER.match(text)
    found = _FRONT_TITLE.search(front[0]) if front else None
    title = found[1] if found else ""
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable(["table", "strikethrough"])
    tokens = parser.parse(text[front.end() :] if front else text)
    for index, token in enumerate(tokens):
        opener = tokens[index - 1].type if index else ""
        level = int(tokens[index - 1].tag[1:]) if opener == "heading_open" else 0
        for block, kind, gap in _blocks(token, opener, tokens[max(0, index - 2) : index]):
            if opener == "heading_open" and not title:
                title = block
            _add(builder, block, kind, level, gap)
    return title, [warning] if warning else []


def _add(builder: Builder, block: str, kind: BlockKind | None, level: int, gap: str) -> None:
    """Append a block, split into its lines."""
    whole = kind in {BlockKind.HEADING, BlockKind.CODE}
    if "\n" in block and not whole:
        builder.add(block, kind=kind, gap=gap, inner=plain.passages(block))
    else:
        builder.add(block, kind=kind, level=level, gap=gap, whole=whole)


def _blocks(token: Token, opener: str, before: Sequence[Token]) -> Iterator[tuple[str, BlockKind | None, str]]:
    """Yield the text of a token, what it is, and the gap before it."""
    if token.type in {"fence", "code_block"}:
        for number, line in enumerate(line for line in token.content.split("\n") if line.strip()):
            yield line.rstrip(), BlockKind.CODE, "\n" if number else "\n\n"
    elif token.type == "html_block":
        text = _TAG.sub(" ", token.content).strip()
        if text:
            yield text, None, "\n\n"
    elif token.type == "inline":
        text = _FOOTNOTE.sub("", _inline(token.children or [])).strip()
        in_item = any(earlier.type == "list_item_open" for earlier in before)
        if in_item:
            text = _TASK.sub("", text)
        if text:
            begins_row = any(earlier.type == "tr_open" for earlier in before)
            in_row = _KINDS.get(opener) is BlockKind.CELL and not begins_row
            gap = "\t" if in_row else "\n" if in_item or begins_row else "\n\n"
            yield text, _KINDS.get(opener, BlockKind.ITEM if in_item else None), gap


def _inline(tokens: Sequence[Token]) -> str:
    """Return the text of inline tokens: of links their text, of images their description, of HTML nothing."""
    parts: list[str] = []
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(_inline(token.children or []))
    return "".join(parts).strip()
