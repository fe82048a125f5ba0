"""The table widget: sorts, filters and offers actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import anywidget
import traitlets

from tram_ext.widgets.assets import asset
from tram_ext.widgets.fallback import StaticSummary, Summary

_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes
    ----------
    kind : str
        ``text``, ``name``, ``long``, ``id``, ``number``, ``percent`` and ``change`` (both 0 to 1), ``progress``
        or ``moment``.
    """

    key: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Action:
    """An action on a row, with a short label and a full title for screen readers."""

    name: str
    label: str
    title: str


class DataTable(StaticSummary, anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no type information for mypy
    """Shows rows.

    Parameters
    ----------
    caption : str
        What the rows are.
    columns : sequence of Column
    empty : str
        What is said where there are no rows.
    sort : str
        The key of a column, with a minus before it where the greatest comes first.
    act : callable, optional
        Called with the name of an action and the key of its row.
    """

    _esm = asset("table.js")
    _css = asset("table.css")

    caption = traitlets.Unicode().tag(sync=True)
    empty = traitlets.Unicode().tag(sync=True)
    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    filterable = traitlets.Bool().tag(sync=True)
    sort = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        caption: str,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing is here.",
        sort: str = "",
        filterable: bool = False,
        act: Callable[[str, str], None] | None = None,
        **kwargs: Any,
    ) -> None:
        shown = [{"key": column.key, "label": column.label, "kind": column.kind} for column in columns]
        super().__init__(caption=caption, columns=shown, empty=empty, sort=sort, filterable=filterable, **kwargs)
        if act is not None:
            self.on_msg(lambda _widget, content, _buffers: self._act(act, content))

    def show(
        self,
        rows: Sequence[Mapping[str, Any]],
        *,
        key: Callable[[Mapping[str, Any]], object],
        actions: Callable[[Mapping[str, Any]], Sequence[Action]] = lambda _row: (),
    ) -> None:
        """Replace the rows.

        Parameters
        ----------
        key : callable
            Returns what tells a row from the others.
        actions : callable
            Returns what can be done to a row.
        """
        names = [column["key"] for column in self.columns]
        self.rows = [
            {
                "key": str(key(row)),
                "cells": {name: row.get(name) for name in names},
                "actions": [
                    {"name": action.name, "label": action.label, "title": action.title} for action in actions(row)
                ],
            }
            for row in rows
        ]

    def summary(self) -> Summary:
        """Return the rows as text."""
        return Summary(
            lines=[self.caption if self.rows else f"{self.caption}: {self.empty}"],
            columns=[column["label"] for column in self.columns] if self.rows else (),
            rows=[[_text(row["cells"][c["key"]], c["kind"]) for c in self.columns] for row in self.rows],
        )

    def _act(self, act: Callable[[str, str], None], content: object) -> None:
        if isinstance(content, dict) and isinstance(content.get("action"), str):
            act(content["action"], str(content.get("key")))


def _text(value: object, kind: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, int | float) and kind in {"percent", "progress"}:
        return f"{_HUNDRED * value:.1f} %"
    if isinstance(value, int | float) and kind == "change":
        return f"{_HUNDRED * value:+.1f}"
    if kind == "moment" and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{value:,}" if isinstance(value, int) else str(value)
