"""DOCX: paragraphs, lists, tables and text boxes in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tram_ext.documents import plain
from tram_ext.documents.docx_grid import blocks_of_grid
from tram_ext.documents.docx_headers import Block, without_headers
from tram_ext.documents.docx_package import Package
from tram_ext.documents.encoding import clean
from tram_ext.documents.passages import Builder
from tram_ext.domain.documents import BlockKind
from tram_ext.domain.errors import Invalid

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_SKIPPED = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "sectPr")}
    | {f"{_MC}Fallback"}
)
_MARKS = {
    f"{_W}tab": "\t",
    f"{_W}ptab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_SPACES = re.compile(r"[ \xa0\u2000-\u200a\u202f\u205f\u3000]+")
_HEADING = re.compile(r"(?:heading (\d)|title|subtitle)", re.IGNORECASE)


def read(data: bytes, builder: Builder) -> tuple[str, list[str]]:
    """Read a Word document.

    Parameters
    ----------
    data : bytes
        The file.
    builder : Builder
        Takes the paragraphs.

    Returns
    -------
    tuple of (str, list of str)
        The title, and no warnings.

    Raises
    ------
    Invalid
        The document is damaged, has a password, or declares entities.
    TooLarge
        It unpacks to more than the limit.
    """
    package = Package(data, builder.limits)
    document = package.part("word/document.xml")
    if document is None:
        raise Invalid("The DOCX has no text part (word/document.xml).")
    walk = _Walk(_style_names(package.part("word/styles.xml")))
    blocks = list(walk.blocks(_normal(document)))
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        notes = package.part(name)
        if notes is not None:
            blocks += walk.blocks(_normal(notes))
    for block in without_headers(blocks):
        _add(builder, block)
    core = package.part("docProps/core.xml")
    return ((core.findtext(_TITLE) or "").strip() if core is not None else ""), []


def _add(builder: Builder, block: Block) -> None:
    """Append a block, split into its lines or cells."""
    heading, kind = block.kind is BlockKind.HEADING, block.kind
    if not heading and ("\n" in block.text or "\t" in block.text):
        builder.add(block.text, kind=kind, gap=block.gap, inner=plain.passages(block.text))
    else:
        code = plain.looks_like_code(block.text)
        kind = kind or (BlockKind.CODE if code else None)
        builder.add(block.text, kind=kind, level=block.level, gap=block.gap, whole=heading or code)


class _Walk:
    """The traversal of a document's tree.

    Parameters
    ----------
    styles : dict of str to str
        The names of styles by their ids.
    """

    def __init__(self, styles: dict[str, str]) -> None:
        self._styles = styles

    def blocks(self, parent: Any) -> Iterator[Block]:
        """Yield the paragraphs below an element, in order."""
        for child in parent:
            tag = child.tag
            if tag == f"{_W}p":
                yield from self._paragraph(child)
            elif tag == f"{_W}tbl":
                yield from self._table(child)
            elif tag not in _SKIPPED:
                yield from self.blocks(child)

    def _table(self, table: Any) -> Iterator[Block]:
        """Yield the cells of a table, row by row; what continues a cell above is empty."""
        drawn = blocks_of_grid(table, _cell_text)
        if drawn is not None:
            yield from drawn
            return
        for row in table.iter(f"{_W}tr"):
            if _nearest_table(row) is not table:
                continue
            gap = "\n\n"
            for cell in row.iterchildren(f"{_W}tc", f"{_W}sdt"):
                for index, block in enumerate(self.blocks(cell)):
                    yield replace(block, gap="\n" if index else gap, kind=BlockKind.CELL, level=0)
                    gap = "\t"

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        """Yield a paragraph, and the text boxes that hang on it."""
        parts: list[str] = []
        boxes: list[Any] = []
        _collect(paragraph, parts, boxes)
        properties = paragraph.find(f"{_W}pPr")
        style = listed = None
        if properties is not None:
            named = properties.find(f"{_W}pStyle")
            style = self._styles.get(named.get(f"{_W}val", ""), "") if named is not None else None
            listed = properties.find(f"{_W}numPr")
        text = _tidy("".join(parts))
        if text and not (style or "").lower().startswith("toc "):
            bare = plain.without_bullet(text)
            kind, level = _kind(style or "", listed=listed is not None or bare != text)
            yield Block(bare, gap="\n\n" if listed is None else "\n", kind=kind, level=level)
        for box in boxes:
            yield from self.blocks(box)


def _kind(style: str, *, listed: bool) -> tuple[BlockKind | None, int]:
    """Return what a paragraph of a style is, and its level."""
    heading = _HEADING.fullmatch(style)
    if heading is not None:
        return BlockKind.HEADING, int(heading[1] or 1)
    if style.lower() == "caption":
        return BlockKind.CAPTION, 0
    return (BlockKind.ITEM if listed else None), 0


def _collect(element: Any, parts: list[str], boxes: list[Any]) -> None:
    """Gather the text of a paragraph, and its text boxes, which come after it."""
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in _MARKS:
            parts.append(_MARKS[tag])
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            if choice is not None:
                _collect(choice, parts, boxes)
        elif tag not in _SKIPPED and not _is_hidden(child):
            _collect(child, parts, boxes)


def _is_hidden(run: Any) -> bool:
    """Return whether Word hides a run."""
    vanish = run.find(f"{_W}rPr/{_W}vanish") if run.tag == f"{_W}r" else None
    return vanish is not None and vanish.get(f"{_W}val", "true") not in {"0", "false"}


def _cell_text(cell: Any) -> str:
    """Return the text of a cell on one line, with leading and trailing spaces kept."""
    texts: list[str] = []
    boxes: list[Any] = []
    for paragraph in cell.iter(f"{_W}p"):
        parts: list[str] = []
        _collect(paragraph, parts, boxes)
        texts.append("".join(parts))
    return clean(" ".join(text for text in texts if text))


def _nearest_table(row: Any) -> Any:
    return next(row.iterancestors(f"{_W}tbl"), None)


def _normal(root: Any) -> Any:
    """Rename the elements of a strict-format document to the names of the transitional format."""
    if root.tag.startswith(_STRICT):
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag.startswith(_STRICT):
                element.tag = _W + element.tag[len(_STRICT) :]
                for key in [key for key in element.attrib if key.startswith(_STRICT)]:
                    element.set(_W + key[len(_STRICT) :], element.attrib.pop(key))
    return root


def _style_names(styles: Any) -> dict[str, str]:
    """Return the names of styles by their ids: the names are English in every language, the ids are not."""
    if styles is None:
        return {}
    names: dict[str, str] = {}
    for style in _normal(styles).iterchildren(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            names[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "")
    return names


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip(" ") for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line.strip())
