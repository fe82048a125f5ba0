"""HTML: the article of a page, block by block, without navigation, scripts and forms."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tram_ext.documents import plain
from tram_ext.documents.encoding import clean, decode
from tram_ext.documents.passages import Builder, Passage
from tram_ext.domain.documents import BlockKind
from tram_ext.domain.errors import TooLarge

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_NEVER = frozenset(
    "script style noscript template svg math canvas iframe object embed button select textarea datalist head link meta "
    "audio video map dialog".split()
)
_FURNITURE = frozenset({"nav", "header", "footer", "aside", "form"})
_FURNITURE_ROLES = frozenset("navigation banner contentinfo search complementary dialog alertdialog".split())
_CONSENT = re.compile(
    r"(?:cookies?|consent|gdpr)[-_]?(?:banner|bar|notice|consent|popup|modal|overlay|law|message|dialog|wall|prompt)"
    r"|onetrust|cookiebot|cookieyes|usercentrics|didomi|cmplz|borlabs",
    re.IGNORECASE,
)
_CONSENT_LENGTH = 3_000  # characters: longer is a page whose class only says that it has such a banner
_CALLOUT_WORDS = 5
_ANCESTORS = 50  # looked at for an <article> around an <aside>
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "
    "form header hr html legend li main menu nav ol optgroup option p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
)
_GAPS = {"li": "\n", "td": "\t", "th": "\t", "tr": "\n", "dt": "\n", "dd": "\n", "pre": "\n\n"}
_MAIN_SHARE = 0.4  # of the page's text, that an <article> or <main> must hold to stand for the page
_LINK_SHARE = 0.25  # of a page's text inside links: beyond it there is navigation in the plain <div>s
_LEAST_SHARE = 0.2  # of a page's text, that trafilatura must have found to be believed
_CANDIDATES = 40  # elements looked at: a page of comments has thousands
_HEAD = 4096  # bytes in which a page declares its encoding
_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")

_KINDS = {
    "pre": BlockKind.CODE,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
    **dict.fromkeys(_HEADINGS, BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
}
_PLAIN = frozenset({"p", "div", "section"})  # in an item they are no more than the item


class Block(NamedTuple):
    """The text of a block, the tag that decides how it is set, and what it is."""

    text: str
    tag: str
    kind: BlockKind | None


_BEGIN_OF_ROW = Block("", "tr", None)


def read(data: bytes, builder: Builder) -> tuple[str, list[str]]:
    """Read a page.

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

    Raises
    ------
    TooLarge
        The page does not fit into the memory there is.
    """
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    text, warning = _decode(data)
    try:
        tree = LexborHTMLParser(text)
    except SelectolaxError as error:  # a parser of HTML takes everything, but for a lack of memory
        raise TooLarge("The page is too large to be read within the limit of memory.") from error
    body = tree.body or tree.root
    title = tree.css_first("title")
    if body is not None:
        blocks, marked = _report_of(body)
        if not marked and _link_share(body, blocks) > _LINK_SHARE:
            blocks = _without_boilerplate(text, blocks)
        for block in blocks:
            _add(builder, *block)
    return _squeeze(title.text()) if title is not None else "", [warning] if warning else []


def _add(builder: Builder, block: str, tag: str, kind: BlockKind | None) -> None:
    """Append one block, split into its lines."""
    gap = _GAPS.get(tag, "\n\n")
    if tag in _HEADINGS:
        builder.add(block, whole=True, kind=kind, level=int(tag[1]))
    elif tag == "pre":
        builder.add(block, kind=kind, inner=[Passage(*span, whole=True) for span in _line_spans(block)])
    elif "\n" in block:
        builder.add(block, kind=kind, gap=gap, inner=plain.passages(block))
    else:
        builder.add(block, kind=kind, gap=gap)


def _line_spans(block: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the lines in a block."""
    start = 0
    for line in block.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _report_of(body: LexborNode) -> tuple[list[Block], bool]:
    """Return the blocks of the report, and whether the page marks it as ``<article>`` or ``<main>``.

    A marked element that holds too little of the page is a teaser or a comment; then the whole body counts.
    """
    everything = list(_blocks(body))
    enough = _MAIN_SHARE * _length(everything)
    for selector in ("article", "main", "[role=main]"):
        candidates = (list(_blocks(node)) for node in body.css(selector)[:_CANDIDATES])
        found = max(candidates, key=_length, default=[])
        if found and _length(found) >= enough:
            return found, True
    return everything, False


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _link_share(body: LexborNode, blocks: list[Block]) -> float:
    """Return the share of a page's text that is in links."""
    return sum(len(_squeeze(link.text())) for link in body.css("a")) / max(_length(blocks), 1)


def _without_boilerplate(text: str, blocks: list[Block]) -> list[Block]:
    """Extract the article of an unmarked page by trafilatura; keep the whole page where it finds next to nothing."""
    import trafilatura  # a quarter of a second: only for pages that need it
    from selectolax.lexbor import LexborHTMLParser

    extracted = trafilatura.extract(text, output_format="html", include_comments=False, include_tables=True)
    body = LexborHTMLParser(extracted).body if extracted else None
    kept = list(_blocks(body)) if body is not None else []
    return kept if _length(kept) > _length(blocks) * _LEAST_SHARE else blocks


def _blocks(root: LexborNode) -> Iterator[Block]:
    """Yield the blocks of an element; the first cell of a row is set as the row is, on a line of its own."""
    begins_row = False
    for block in _walk(root):
        if block is _BEGIN_OF_ROW:
            begins_row = True
            continue
        yield block._replace(tag="tr") if begins_row and block.kind is BlockKind.CELL else block
        begins_row = False


def _row(tag: str, *, entering: bool) -> Iterator[Block]:
    """Yield the mark of a row where one begins."""
    if entering and tag == "tr":
        yield _BEGIN_OF_ROW


def _walk(root: LexborNode) -> Iterator[Block]:
    """Yield the blocks of an element, and where rows begin.

    The walk keeps its own place instead of recursing: pages nest thousands of elements deep.
    """
    parts: list[str] = []
    enclosing = [root.tag or "div"]
    pres = int(root.tag == "pre")
    node, entering = root.child, True
    while node is not None:
        tag = node.tag or ""
        if tag in _BLOCKS:
            yield from _flush(parts, "pre" if pres else enclosing[-1], enclosing)
            yield from _row(tag, entering=entering)
            if not entering:
                pres -= enclosing.pop() == "pre"
        elif entering and tag == "-text":
            parts.append(_text_of(node, pre=pres > 0))
        elif entering and tag == "br":
            parts.append("\n")
        if entering and node.child is not None and not _skipped(node):
            if tag in _BLOCKS:
                enclosing.append(tag)
                pres += tag == "pre"
            node = node.child
        elif node.next is not None:
            node, entering = node.next, True
        else:
            node, entering = node.parent, False
            if node is None or node.mem_id == root.mem_id:
                break
    yield from _flush(parts, enclosing[-1], enclosing)


def _flush(parts: list[str], tag: str, enclosing: Sequence[str]) -> Iterator[Block]:
    """Yield the collected text unless it is blank, and clear it."""
    text = clean("".join(parts))
    parts.clear()
    if tag == "pre":
        text = text.strip("\n").rstrip()
    else:
        text = "\n".join(line for line in (_squeeze(line) for line in text.split("\n")) if line)
    if text.strip():
        around = next((outer for outer in reversed(enclosing) if outer not in _PLAIN), tag)
        yield Block(text, tag, BlockKind.ITEM if tag in _PLAIN and around == "li" else _KINDS.get(tag))


def _text_of(node: LexborNode, *, pre: bool) -> str:
    """Return the characters of a text node; outside of ``<pre>`` a line break is a space."""
    text = node.text_content or ""
    return text if pre else _BLANKS.sub(" ", text)


def _squeeze(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _skipped(node: LexborNode) -> bool:
    """Return whether an element is never part of an article."""
    tag = node.tag or ""
    if tag in _NEVER:
        return True
    attributes = node.attributes
    if attributes.get("role") in _FURNITURE_ROLES or "hidden" in attributes:
        return True
    if _CONSENT.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}"):
        return _is_short(node)
    if tag in {"header", "form"}:  # an article's own header holds its title; some pages are one large form
        return node.css_first("h1, p") is None
    return tag in _FURNITURE and not (tag == "aside" and _is_callout(node))


def _is_short(node: LexborNode) -> bool:
    """Return whether an element is as short as a banner: some pages use a banner's class for all content."""
    return len(node.text()) <= _CONSENT_LENGTH and node.css_first("article, main, h1") is None


def _is_callout(aside: LexborNode) -> bool:
    """Return whether an aside is a call-out of the article, such as key findings, rather than links to others."""
    around = aside.parent
    for _ in range(_ANCESTORS):
        if around is None or around.tag in {"article", "main", "aside"}:
            break
        around = around.parent
    if around is None or around.tag not in {"article", "main"}:
        return around is not None and around.tag == "aside"  # the walk came into that one, so it is a callout
    if aside.css_first("article, main") is not None:
        return False  # teasers of other articles
    text = _squeeze(aside.text())
    links = sum(len(_squeeze(link.text())) for link in aside.css("a"))
    return len(text.split()) >= _CALLOUT_WORDS and links <= _LINK_SHARE * len(text)


def _decode(data: bytes) -> tuple[str, str | None]:
    """Decode a page in its declared encoding where that works, otherwise like any text."""
    declared = _CHARSET.search(data[:_HEAD])
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        name = declared[1].decode("ascii").lower()
        name = "cp1252" if name in _LATIN else name  # what browsers do
        try:
            return data.decode(name), None
        except (UnicodeDecodeError, LookupError):
            pass  # the declaration is wrong: look at the bytes
    return decode(data)
