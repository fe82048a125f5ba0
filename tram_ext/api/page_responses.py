"""Bodies about the pages of a report's PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from typing_extensions import TypedDict

DEFAULT_WIDTH: Final = 1_000
"""Pixels of an image whose width is not given."""


class PageSizesBody(TypedDict):
    """Width and height of each page, in points."""

    sizes: list[list[float]]


class SentenceBoxesBody(TypedDict):
    """The position of a sentence on a page: one box per line.

    Left, top, right and bottom are fractions of the page from its upper left corner.
    """

    id: int
    boxes: list[list[float]]


class PageBoxesBody(TypedDict):
    """The positions of a page's sentences; those that are not found on it are left out."""

    sentences: list[SentenceBoxesBody]


def page_sizes_body(sizes: Sequence[tuple[float, float]]) -> PageSizesBody:
    """Return the response body of the sizes of pages."""
    return {"sizes": [list(size) for size in sizes]}


def page_boxes_body(boxes: Mapping[int, Sequence[tuple[float, float, float, float]]]) -> PageBoxesBody:
    """Return the response body of the boxes of sentences."""
    return {"sentences": [{"id": key, "boxes": [list(box) for box in found]} for key, found in boxes.items()]}
