"""Page headers among the paragraphs of a Word document that was converted from a PDF."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tram_ext.domain.documents import BlockKind

_REPEATED = 5
_LONGEST = 80
_NEAR = 3  # paragraphs between a page number and the other lines of its header
_MOSTLY = 0.8  # of a line's occurrences, that must stand near a page number
_WORDS = 4
_PAGE_NUMBER = re.compile(r"\bpage\s+\d{1,5}\b|^\W{0,3}\d{1,5}\W{0,3}$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_ENDS = frozenset(".!?:;")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its formatting.

    Attributes
    ----------
    gap : str
        What separates it from the one before.
    kind : BlockKind or None
        What it is; None for a paragraph.
    level : int
        That of a heading.
    """

    text: str
    gap: str = "\n\n"
    kind: BlockKind | None = None
    level: int = 0


def without_headers(blocks: Sequence[Block]) -> list[Block]:
    """Remove page headers, and rejoin the sentences that they split.

    A header is a line that numbers pages, five times or more with different numbers, and the lines that stand next to
    such lines nearly always.

    Parameters
    ----------
    blocks : sequence of Block
        The paragraphs, in order.

    Returns
    -------
    list of Block
        Those of the text.
    """
    numbers = _page_numbers(blocks)
    if not numbers:
        return list(blocks)
    near = {index + step for index in numbers for step in range(-_NEAR, _NEAR + 1)}
    short = [(index, block.text) for index, block in enumerate(blocks) if len(block.text) <= _LONGEST]
    total = Counter(text for _, text in short)
    close = Counter(text for index, text in short if index in near)
    headers = {text for text, count in close.items() if count >= _REPEATED and count >= _MOSTLY * total[text]}
    dropped = numbers | {index for index, text in short if text in headers}
    return list(_joined(blocks, dropped))


def _page_numbers(blocks: Sequence[Block]) -> set[int]:
    """Return the indices of the lines that hold page numbers."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if len(block.text) <= _LONGEST and _PAGE_NUMBER.search(block.text):
            places[_DIGITS.sub("#", block.text)].append(index)
    return {
        index
        for found in places.values()
        if len({blocks[index].text for index in found}) >= _REPEATED
        for index in found
    }


def _joined(blocks: Sequence[Block], dropped: set[int]) -> Iterator[Block]:
    """Yield the remaining paragraphs, with those split by a header rejoined."""
    last: Block | None = None
    cut = False
    for index, block in enumerate(blocks):
        if index in dropped:
            cut = True
            continue
        if last is not None and cut and _goes_on(last, block):
            last = replace(last, text=f"{last.text} {block.text}")
        else:
            if last is not None:
                yield last
            last = block
        cut = False
    if last is not None:
        yield last


def _goes_on(last: Block, block: Block) -> bool:
    """Return whether a paragraph continues the one before."""
    unfinished = last.text[-1] not in _ENDS and len(last.text.split()) >= _WORDS
    return unfinished and block.text[0].islower() and last.kind is not BlockKind.HEADING and "\t" not in last.text
