"""Small charts as SVG that Python draws: they follow the theme, and stay where no widget can run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

_WIDTH: Final = 360
_HEIGHT: Final = 230
_LEFT: Final = 40
_BOTTOM: Final = 34
_TOP: Final = 26
_RIGHT: Final = 12
_MIDDLE: Final = 0.5
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a chart; `title` says it in words, `label` stands beside it."""

    x: float
    y: float
    title: str
    label: str = ""


def figure(caption: str, about: str, svg: str) -> str:
    """Return a chart with its caption."""
    return (
        f'<figure class="tram-Chart"><figcaption>{escape(caption)}</figcaption>{svg}'
        f'<p class="tram-Widget-faint">{escape(about)}</p></figure>'
    )


def reliability_chart(calibration: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Return how often confidences were right: what lies on the diagonal means what it says.

    Parameters
    ----------
    calibration : mapping
        ``bins`` with ``confidence`` and ``accuracy``, as cards have it.
    before : mapping, optional
        The same of another version, drawn dashed.
    """
    lines = f'<line class="grid" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke-dasharray="2 3"/>'
    if before:
        lines += _line(_bins(before), "two")
    lines += _line(_bins(calibration), "one")
    return figure(
        "Reliability",
        f"Calibration error {100 * calibration['ece']:.1f} points."
        + (f" Before: {100 * before['ece']:.1f} (dashed)." if before else ""),
        _frame("Reliability diagram", "Confidence", "Right", ["0", "25", "50", "75", "100 %"], lines),
    )


def learning_chart(points: Sequence[Point], most: float) -> str:
    """Return how good versions are by how much they learned from; `x` of the points is from 0 to `most`."""
    placed = [Point(point.x / most if most else 0.0, point.y, point.title, point.label) for point in points]
    ticks = [f"{round(most * tick):,}" for tick in _TICKS]
    return figure(
        "Learning curve",
        "Weighted F1 of each version on what it held out, by the sentences that were there to learn from.",
        _frame("Learning curve", "Sentences", "F1", ticks, _dots(placed, "dot") + _labels(placed)),
    )


def _bins(calibration: Mapping[str, Any]) -> list[Point]:
    return [
        Point(
            row["confidence"],
            row["accuracy"],
            f"confidence {100 * row['confidence']:.0f} %, right {100 * row['accuracy']:.0f} %, {row['count']:,} times",
        )
        for row in calibration["bins"]
    ]


def _line(points: Sequence[Point], style: str) -> str:
    path = " ".join(f"{_x(point.x):.1f},{_y(point.y):.1f}" for point in points)
    return f'<polyline class="{style}" points="{path}"/>{_dots(points, "dot" if style == "one" else "two-dot")}'


def _dots(points: Sequence[Point], style: str) -> str:
    return "".join(
        f'<circle class="{style}" cx="{_x(point.x):.1f}" cy="{_y(point.y):.1f}" r="3.5"><title>{escape(point.title)}'
        "</title></circle>"
        for point in points
    )


def _labels(points: Sequence[Point]) -> str:
    """Name points on the side where there is room; of those on one spot, the last alone."""
    spots = {(round(_x(point.x)), round(_y(point.y))): point for point in points}
    return "".join(
        f'<text class="name" x="{x + (-7 if point.x > _MIDDLE else 7)}" y="{y + 14}" '
        f'text-anchor="{"end" if point.x > _MIDDLE else "start"}">{escape(point.label)}</text>'
        for (x, y), point in spots.items()
    )


def _frame(name: str, across: str, up: str, ticks: Sequence[str], inside: str) -> str:
    grid = "".join(
        f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(tick)}" y2="{_y(tick)}"/>'
        f'<text x="{_LEFT - 6}" y="{_y(tick) + 4}" text-anchor="end">{round(100 * tick)}</text>'
        for tick in _TICKS
    )
    below = "".join(
        f'<text x="{_x(tick)}" y="{_HEIGHT - _BOTTOM + 15}" text-anchor="{_anchor(tick)}">{escape(label)}</text>'
        for tick, label in zip(_TICKS, ticks, strict=True)
    )
    axis = f'<line class="axis" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(0)}" y2="{_y(0)}"/>'
    names = (
        f'<text x="{(_x(0) + _x(1)) / 2}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="0" y="12">{escape(up)} %</text>'
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)}">'
        f"{grid}{axis}{below}{names}{inside}</svg>"
    )


def _anchor(tick: float) -> str:
    return "start" if tick == 0 else "end" if tick == 1 else "middle"


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)
