"""Static summaries of widgets for places where none can run: a notebook on GitHub, nbconvert, a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

MOST_ROWS: Final = 50
"""Rows that a saved notebook carries; more would weigh more than they tell."""


_WIDE: Final = 40
_NUMBER: Final = re.compile(r"[+-]?[\d,.]+( %)?|-")


@dataclass(frozen=True)
class Summary:
    """Lines of text and optionally a table, all without markup.

    Attributes
    ----------
    lines : sequence of str
        The first is the headline.
    columns : sequence of str
        Names of the columns; empty where there is no table.
    rows : sequence of sequence of str
        Cells, a row as long as there are columns.
    """

    lines: Sequence[str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)

    def text(self) -> str:
        """Return it as plain text."""
        shown = [list(map(_one_line, row)) for row in (self.columns, *self.rows[:MOST_ROWS])] if self.columns else []
        return "\n".join([*self.lines, *("\t".join(row) for row in shown), *self._rest()])

    def html(self) -> str:
        """Return it as HTML without scripts; styles are inline, since pages bring rules of their own."""
        words = "<p>" + "<br>".join(map(escape, self.lines)) + "</p>"
        rest = "".join(f"<p>{escape(line)}</p>" for line in self._rest())
        return f"<div>{words}{self._table()}{rest}</div>"

    def _table(self) -> str:
        if not self.columns:
            return ""
        shown = self.rows[:MOST_ROWS]
        styles = [_style(column) for column in zip(*shown, strict=True)] or [_style(())] * len(self.columns)
        head = "".join(
            f'<th scope="col" style="{style}">{escape(name)}</th>'
            for name, style in zip(self.columns, styles, strict=True)
        )
        body = "".join(f"<tr>{_cells(row, styles)}</tr>" for row in shown)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _rest(self) -> list[str]:
        hidden = len(self.rows) - MOST_ROWS
        return [f"… and {hidden:,} more"] if hidden > 0 else []


class StaticSummary:
    """Adds plain text and HTML beside the widget's view."""

    def summary(self) -> Summary:
        """Return the static summary for places where the widget cannot run."""
        raise NotImplementedError(f"{type(self).__name__} has no summary.")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]  # the widget beside this class in the bases
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        summary = self.summary()
        return {**data, "text/plain": summary.text(), "text/html": summary.html()}, metadata


def _style(column: Sequence[str]) -> str:
    """Return the style of a cell: numbers align right, words left, and very long words break."""
    if column and all(_NUMBER.fullmatch(cell) for cell in column):
        return "text-align: right"
    is_wide = any(len(word) > _WIDE for cell in column for word in cell.split())
    return "text-align: left; overflow-wrap: anywhere" if is_wide else "text-align: left"


def _cells(row: Iterable[str], styles: Iterable[str]) -> str:
    return "".join(f'<td style="{style}">{escape(cell)}</td>' for cell, style in zip(row, styles, strict=True))


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
