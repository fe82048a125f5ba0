"""Small SVG charts drawn in Python, which follow the theme and need no running widget."""

from __future__ import annotations

import math
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
_DOT: Final = 4.5
_LETTER: Final = 6.0
_ASCENT: Final = 9
_DESCENT: Final = 3
"""The size of points and letters: as wide and high as those of any font that Jupyter uses, or somewhat less."""

_BESIDE: Final = ((7, 14), (7, -6), (-7, 14), (-7, -6), (9, 4), (-9, 4), (0, 18), (0, -10))
"""Where the name of a point may begin (or end, or have its middle) beside it, the best first."""

_DOTS: Final = {"one": "dot", "two": "two-dot", "three": "three-dot"}
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_SHARES: Final = tuple((tick, f"{100 * tick:.0f}{' %' if tick == 1 else ''}") for tick in _TICKS)
_STEPS: Final = (1, 2, 2.5, 5, 10)
_MOST_TICKS: Final = 5
_CURVES: Final = {
    "f1_weighted": ("F1 weighted", "one"),
    "f1_micro": ("F1 micro", "two"),
    "f1_macro": ("F1 macro", "three"),
}
"""What a learning curve shows, and how each line looks: by dashes, too, for who does not tell the colours apart."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a chart with a tooltip `title` and a visible `label`."""

    x: float
    y: float
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in chart units; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether both overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_inside(self, other: Box) -> bool:
        """Whether it lies within `other`."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


_PLOT: Final = Box(_LEFT, _TOP - 12, _WIDTH, _HEIGHT - _BOTTOM)
"""Where names of points may stand: not over the axes' own."""


def figure(caption: str, about: str, svg: str) -> str:
    """Return a chart with its caption."""
    return (
        f'<figure class="tram-Chart"><figcaption>{escape(caption)}</figcaption>{svg}'
        f'<p class="tram-Widget-faint">{escape(about)}</p></figure>'
    )


def reliability_chart(calibration: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Return a reliability diagram: calibrated confidences lie on the diagonal.

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
        f"Calibration error {100 * calibration['ece']:.1f} points"
        + _by_chance(calibration)
        + (f" Before: {100 * before['ece']:.1f} (dashed)." if before else ""),
        _frame("Reliability diagram", "Confidence", "Right", _SHARES, lines),
    )


def _by_chance(calibration: Mapping[str, Any]) -> str:
    """Return the text on the calibration error expected by chance; older cards do not have it."""
    chance = calibration.get("ece_by_chance")
    return "." if chance is None else f"; chance alone makes about {100 * chance:.1f} on so many sentences."


def learning_chart(points: Sequence[Mapping[str, Any]], about: str) -> str:
    """Return a learning curve: scores by number of training sentences.

    Parameters
    ----------
    points : sequence of mapping
        ``sentences`` and the F1s, from the smallest part to the greatest.
    about : str
        What was measured, and when.
    """
    most, ticks = _ticks(max(point["sentences"] for point in points))
    lines = "".join(
        _line([_measured(point, name, label, most) for point in points], style)
        for name, (label, style) in _CURVES.items()
    )
    legend = "".join(
        f'<span><svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true"><line class="{style}" x1="1" y1="4" '
        f'x2="23" y2="4"/></svg>{escape(label)}</span>'
        for label, style in _CURVES.values()
    )
    drawn = _frame("Learning curve", "Sentences learned from", "F1", ticks, lines)
    return figure("Learning curve", about, f'{drawn}<p class="tram-Chart-legend">{legend}</p>')


def versions_chart(points: Sequence[Point]) -> str:
    """Return a chart of versions: scores by number of training sentences, the points' `x`."""
    most, ticks = _ticks(max(point.x for point in points))
    placed = [Point(point.x / most, point.y, point.title, point.label) for point in points]
    return figure(
        "Versions",
        "Weighted F1 of each version on what it held out, by the sentences that were there to learn from. A point that "
        "the mouse is over tells its version.",
        _frame("Versions", "Sentences", "F1", ticks, _dots(placed, "dot") + _labels(placed)),
    )


def _measured(point: Mapping[str, Any], name: str, label: str, most: float) -> Point:
    title = f"{label} {100 * point[name]:.1f} % after {point['sentences']:,} sentences"
    return Point(point["sentences"] / most, point[name], title)


def _ticks(most: float) -> tuple[float, list[tuple[float, str]]]:
    """Return the end of an axis, at least `most`, and its ticks with positions from 0 to 1."""
    size = 10.0 ** math.floor(math.log10(max(most, 1.0) / _MOST_TICKS))
    step = next(size * factor for factor in _STEPS if size * factor * _MOST_TICKS >= max(most, 1.0))
    step = max(step, 1.0)
    count = max(1, math.ceil(most / step))
    return count * step, [(number / count, f"{number * step:,.0f}") for number in range(count + 1)]


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
    return f'<polyline class="{style}" points="{path}"/>{_dots(points, _DOTS[style])}'


def _dots(points: Sequence[Point], style: str) -> str:
    return "".join(
        f'<circle class="{style}" cx="{_x(point.x):.1f}" cy="{_y(point.y):.1f}" r="3.5"><title>{escape(point.title)}'
        "</title></circle>"
        for point in points
    )


def _labels(points: Sequence[Point]) -> str:
    """Label points where there is room, the last first; of coinciding points only the last."""
    spots = {(round(_x(point.x)), round(_y(point.y))): point for point in points}
    taken = [Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in spots]
    named = ""
    for (x, y), point in reversed(spots.items()):
        width = _LETTER * len(point.label)
        for dx, dy in _BESIDE:
            left = x + dx if dx > 0 else x + dx - width if dx < 0 else x - width / 2
            box = Box(left, y + dy - _ASCENT, left + width, y + dy + _DESCENT)
            if box.is_inside(_PLOT) and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                named += f'<text class="name" x="{left:.1f}" y="{y + dy}">{escape(point.label)}</text>'
                break
    return named


def _frame(name: str, across: str, up: str, ticks: Sequence[tuple[float, str]], inside: str) -> str:
    grid = "".join(
        f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(tick)}" y2="{_y(tick)}"/>'
        f'<text x="{_LEFT - 6}" y="{_y(tick) + 4}" text-anchor="end">{round(100 * tick)}</text>'
        for tick in _TICKS
    )
    below = "".join(
        f'<text x="{_x(tick)}" y="{_HEIGHT - _BOTTOM + 15}" text-anchor="{_anchor(tick)}">{escape(label)}</text>'
        for tick, label in ticks
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
