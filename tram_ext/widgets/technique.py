"""The widget of a technique's sentences over all reports, for consistent decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from tram_ext.exports.evidence import counted
from tram_ext.widgets.fallback import Summary
from tram_ext.widgets.panels import Panel, button, row
from tram_ext.widgets.table import Column, DataTable
from tram_ext.widgets.workbenches import workbench_of
from tram_ext.workbenches import rows

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_COLUMNS: Final = (
    Column("text", "Sentence", "long"),
    Column("review", "Review"),
    Column("confidence", "Confidence", "percent"),
    Column("others", "Other techniques", "id"),
    Column("source", "By"),
    Column("report_name", "Report", "name"),
)
_REVIEW: Final = {"accept": "accepted", "reject": "rejected", None: "awaits review"}
_SOURCES: Final = {
    "model": "the model",
    "person": "a person",
    "import": "an import",
    "attack": "ATT&CK",
    "text": "the text itself",
}
_CHOICES: Final = (("All", ""), ("Accepted", "accept"), ("Rejected", "reject"), ("Awaiting review", "none"))


class TechniqueSentences(Panel):
    """Shows all sentences of a technique over all reports.

    Parameters
    ----------
    technique : str or row
        Its id, such as ``T1059.001``, or its row of ``workbench.techniques()``.
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.

    Attributes
    ----------
    result : DataFrame
        The sentences as they are now.

    Raises
    ------
    NotFound
        There is no such technique.
    """

    def __init__(self, technique: Any, workbench: Workbench | None = None) -> None:
        self.workbench = workbench_of(workbench)
        found = self.workbench.connection.technique(rows.text_of(technique, "attack_id"))
        self.attack_id = found["attack_id"]
        super().__init__()
        self._table = DataTable(
            f"{found['attack_id']} {found['name']}",
            _COLUMNS,
            empty="No sentence bears this technique.",
            filterable=True,
        )
        self._review = ipywidgets.Dropdown(
            options=_CHOICES,
            description="Review",
            tooltip="Which sentences are shown",
            layout=ipywidgets.Layout(width="240px"),
            style={"description_width": "initial"},
        )
        self._review.observe(lambda _change: self.refresh(), "value")
        refresh = button("Refresh", "Read the sentences again", self.refresh)
        self.children = [row(self._review, refresh), self._table, self.said]
        self.refresh()

    @property
    def result(self) -> pd.DataFrame:
        """The current sentences: columns as ``tram_ext.workbenches.frames.SENTENCES``."""
        return self.workbench.sentences(technique=self.attack_id, disposition=self._review.value or None)

    def refresh(self) -> None:
        """Read the sentences."""
        self.say("")
        self.trying(self._read)

    def summary(self) -> Summary:
        """Return the sentences as text."""
        return self._table.summary()

    def _read(self) -> None:
        connection = self.workbench.connection
        names = {report["id"]: report["name"] for report in connection.reports().records}
        query: Any = {"technique": self.attack_id, "disposition": self._review.value}
        found = connection.sentences({name: value for name, value in query.items() if value}).records  # type: ignore[arg-type]  # the names are the query's
        self._table.show([self._row(item, names) for item in found], key=lambda row: row["id"])
        decided = sum(item["disposition"] is not None for item in found)
        self.say(f"{counted(len(found), 'sentence')}, {decided:,} of them decided." if found else "")

    def _row(self, sentence: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
        own = next(item for item in sentence["mappings"] if item["attack_id"] == self.attack_id)
        others = [item["attack_id"] for item in sentence["mappings"] if item is not own]
        return {
            "id": sentence["id"],
            "text": sentence["text"],
            "review": _REVIEW[sentence["disposition"]],
            "confidence": float(own["confidence"]) / 100,
            "others": " ".join(others),
            "source": _SOURCES.get(own["source"], own["source"]),
            "report_name": names.get(sentence["report"], f"report {sentence['report']}"),
        }
