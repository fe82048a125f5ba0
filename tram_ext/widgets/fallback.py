"""What stands for a widget where none can run: a notebook on a forge, nbconvert, a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

MOST_ROWS: Final = 50
"""Rows that a saved notebook carries; more would weigh more than they tell."""


@dataclass(frozen=True)
class Summary:
    """Words, and perhaps a table; all of it text without markup.

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
        """Return it as HTML without styles or scripts."""
        words = "<p>" + "<br>".join(map(escape, self.lines)) + "</p>"
        rest = "".join(f"<p>{escape(line)}</p>" for line in self._rest())
        return f"<div>{words}{self._table()}{rest}</div>"

    def _table(self) -> str:
        if not self.columns:
            return ""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in self.rows[:MOST_ROWS])
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _rest(self) -> list[str]:
        hidden = len(self.rows) - MOST_ROWS
        return [f"… and {hidden:,} more"] if hidden > 0 else []


class StaticSummary:
    """Adds plain text and HTML beside the widget's view."""

    def summary(self) -> Summary:
        """Return what stands for the widget where it cannot run."""
        raise NotImplementedError(f"{type(self).__name__} has no summary.")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]  # the widget beside this class in the bases
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        summary = self.summary()
        return {**data, "text/plain": summary.text(), "text/html": summary.html()}, metadata


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td>{escape(cell)}</td>" for cell in row)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
