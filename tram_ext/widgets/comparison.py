"""Comparison of a model version with an earlier one: scores, techniques, confusions, charts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

import ipywidgets

from tram_ext.api.connection import Connection
from tram_ext.widgets.charts import Point, reliability_chart, versions_chart
from tram_ext.widgets.fallback import Summary
from tram_ext.widgets.table import Column, DataTable

_FIGURES: Final = {
    "f1_weighted": "F1 weighted",
    "f1_micro": "F1 micro",
    "f1_macro": "F1 macro",
    "ece": "Calibration error",
}
_LESS_IS_MORE: Final = ("ece",)
_NOTHING: Final = 0.0005
"""A change that shows as none."""

_TECHNIQUES: Final = (
    Column("attack_id", "Technique", "id"),
    Column("name", "Name", "name"),
    Column("f1", "F1", "percent"),
    Column("change", "Change", "change"),
    Column("precision", "Precision", "percent"),
    Column("recall", "Recall", "percent"),
    Column("support", "Held out", "number"),
)
_CONFUSIONS: Final = (
    Column("truth", "Is", "name"),
    Column("predicted", "Was taken for", "name"),
    Column("rows", "Sentences", "number"),
)


class VersionComparison(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no type information for mypy
    """Shows a version of a model beside another one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lines = ["No version is shown yet."]
        self._headline = ipywidgets.HTML()
        self._charts = ipywidgets.HTML()
        self.techniques = DataTable(
            "Techniques", _TECHNIQUES, empty="Too little was held out to measure techniques.", filterable=True
        )
        self._confusions = DataTable("Frequent confusions", _CONFUSIONS, empty="Nothing was confused.", sort="-rows")
        super().__init__(layout=ipywidgets.Layout(grid_gap="10px"))

    def show(self, name: str, version: int, before: int | None) -> None:
        """Show a version of a model, and its differences from an older one.

        Raises
        ------
        NotFound
            There is no such version.
        """
        connection = self._connection
        card = connection.model(name, version)
        other = None if before is None else connection.model(name, before)
        compared = None if other is None else connection.compare_models(f"{name}:{before}", f"{name}:{version}")
        names = {item["attack_id"]: item["name"] for item in connection.techniques(everything=True)}
        self._headline.value = _headline(card, other, compared)
        self._charts.value = _charts(card["card"], other["card"] if other else None, connection, name)
        self._show_tables(card["card"], compared, names)
        self._lines = _lines(card, compared)
        self.children = [self._headline, self._charts, self.techniques, self._confusions]

    def summary(self) -> Summary:
        """Return scores and techniques as text."""
        table = self.techniques.summary()
        return Summary(self._lines, table.columns, table.rows)

    def _show_tables(self, card: Mapping[str, Any], compared: Any, names: Mapping[str, str]) -> None:
        changes = {item["attack_id"]: item["change"] for item in compared["techniques"]} if compared else {}
        techniques = [
            {**score, "name": names.get(score["attack_id"], ""), "change": changes.get(score["attack_id"])}
            for score in card["techniques"]
        ]
        self.techniques.sort = self.techniques.sort or "f1"
        self.techniques.show(techniques, key=lambda row: row["attack_id"])
        pairs = [
            {
                "truth": _named(pair["truth"], names),
                "predicted": _named(pair["predicted"], names),
                "rows": pair["count"],
            }
            for pair in card["details"].get("confusions") or ()
        ]
        self._confusions.show(pairs, key=lambda row: f"{row['truth']} {row['predicted']}")


def _headline(card: Any, other: Any, compared: Any) -> str:
    title = f"{card['model']}, version {card['version']}"
    beside = f"beside version {other['version']}" if other else ""
    figures = "".join(_figure(name, label, card, compared) for name, label in _FIGURES.items())
    different = compared is not None and not compared["same_data"]
    caution = "Both were measured on what they held out of different training sets." if different else ""
    notes = "".join(f"<p>{escape(str(text))}</p>" for text in (caution, *card["card"]["warnings"]) if text)
    return (
        f'<div class="tram-Widget"><h3>{escape(title)} <span class="tram-Widget-faint">{escape(beside)}</span></h3>'
        f'<div class="tram-Figures">{figures}</div><div class="tram-Widget-faint">{notes}</div></div>'
    )


def _figure(name: str, label: str, card: Any, compared: Any) -> str:
    calibration = card["card"]["details"].get("calibration") or {}
    value = calibration.get("ece") if name == "ece" else card[name]
    change = compared["figures"].get(name, {}).get("change") if compared else None
    shown = "-" if value is None else f"{100 * value:.1f} %"
    return f'<div class="tram-Figure">{escape(label)}<strong>{shown}</strong>{_change(name, change)}</div>'


def _change(name: str, change: float | None) -> str:
    if change is None:
        return ""
    if abs(change) < _NOTHING:
        return '<span class="tram-Widget-faint">as before</span>'
    is_better = (change > 0) is not (name in _LESS_IS_MORE)
    tone, arrow = ("good", "better") if is_better else ("bad", "worse")
    return f'<span class="tram-Widget-{tone}">{"▲" if change > 0 else "▼"} {100 * abs(change):.1f}, {arrow}</span>'


def _charts(card: Mapping[str, Any], other: Mapping[str, Any] | None, connection: Connection, name: str) -> str:
    charts = []
    calibration = card["details"].get("calibration")
    if calibration:
        charts.append(reliability_chart(calibration, other["details"].get("calibration") if other else None))
    points = _history(connection, name)
    if len(points) > 1:  # one alone tells no more than its figures do
        charts.append(versions_chart(points))
    return f'<div class="tram-Widget"><div class="tram-Charts">{"".join(charts)}</div></div>'


def _history(connection: Connection, name: str) -> list[Point]:
    """Return a chart of all versions by number of training sentences."""
    found = []
    for version in connection.versions(name):
        if version["f1_weighted"] is not None:
            sentences = connection.model(name, version["version"])["card"]["counts"].get("sentences", 0)
            title = f"version {version['version']}: {sentences:,} sentences, F1 {100 * version['f1_weighted']:.1f} %"
            found.append(Point(float(sentences), version["f1_weighted"], title, f"version {version['version']}"))
    return found[::-1]


def _lines(card: Any, compared: Any) -> list[str]:
    figures = ", ".join(
        f"{label} {100 * card[name]:.1f} %" for name, label in _FIGURES.items() if card.get(name) is not None
    )
    lines = [f"Model {card['model']}, version {card['version']}: {figures or 'too little was held out to measure it'}"]
    if compared is not None and compared["figures"]["f1_weighted"]["change"] is not None:
        change = 100 * compared["figures"]["f1_weighted"]["change"]
        lines.append(f"F1 weighted {change:+.1f} points against version {compared['a']['version']}")
    return lines


def _named(attack_id: str, names: Mapping[str, str]) -> str:
    return f"{attack_id} {names.get(attack_id, '')}".strip() or "no technique"
