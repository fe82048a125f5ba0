"""Content negotiation of export formats by the ``Accept`` header (RFC 9110)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tram_ext.domain.errors import NotAcceptable
from tram_ext.exports import Format


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range and its quality value."""

    kind: str
    quality: float

    def matches(self, media_type: str) -> bool:
        if self.kind in ("*/*", "*"):
            return True
        main, _, sub = self.kind.partition("/")
        return media_type == self.kind or (sub == "*" and media_type.startswith(f"{main}/"))

    @property
    def exactness(self) -> int:
        return 0 if self.kind in ("*/*", "*") else 1 if self.kind.endswith("/*") else 2


def preferred(accept: str, formats: Sequence[Format]) -> str:
    """Return the name of the preferred format; among equals the first of `formats`.

    Raises
    ------
    NotAcceptable
        It likes none of them.
    """
    ranges = [found for part in accept.split(",") if (found := _range(part)) is not None]
    if not ranges:
        return formats[0].name
    liked = [(quality, -place, item.name) for place, item in enumerate(formats) if (quality := _quality(item, ranges))]
    if not liked:
        raise NotAcceptable("Could not satisfy the request Accept header.")
    return max(liked)[2]


def _quality(item: Format, ranges: Sequence[_Range]) -> float:
    media_type = item.media_type.split(";")[0]
    matching = [found for found in ranges if found.matches(media_type)]
    return max(matching, key=lambda found: found.exactness).quality if matching else 0.0


def _range(part: str) -> _Range | None:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    if not kind:
        return None
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return _Range(kind, quality)
