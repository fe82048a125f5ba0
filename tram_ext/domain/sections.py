"""The section of a text that a place belongs to, by its headings."""

from __future__ import annotations

from collections.abc import Sequence

from tram_ext.domain.documents import Block, BlockKind
from tram_ext.domain.errors import Invalid


def section_at(place: int, blocks: Sequence[Block], length: int) -> tuple[int, int]:
    """Return begin and end of the section around a place: from its heading to the next that is not below it.

    Below a title, which stands above all other headings, are those, and not their sections.

    Parameters
    ----------
    place : int
        In characters.
    blocks : sequence of Block
        The parts of the text, in order.
    length : int
        Of the text, in characters.

    Raises
    ------
    Invalid
        The text has no headings.
    """
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    if not headings:
        raise Invalid("This report has no headings that tell where a section begins and ends.")
    own = next((block for block in reversed(headings) if block.start <= place), None)
    later = [block for block in headings if block.start > place]
    is_title = own is not None and all(block.level > own.level for block in headings if block is not own)
    following = next((block for block in later if own is None or is_title or block.level <= own.level), None)
    return (own.start if own else 0), (following.start if following else length)
