"""The training widget: choose a model, inspect the training set, train, compare, restore."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from tram_ext.exports.evidence import counted
from tram_ext.widgets.charts import learning_chart
from tram_ext.widgets.comparison import VersionComparison
from tram_ext.widgets.fallback import Summary
from tram_ext.widgets.panels import Panel, button, row
from tram_ext.widgets.table import Column, DataTable
from tram_ext.widgets.tasks import ONGOING, Task, TaskBar
from tram_ext.widgets.workbenches import workbench_of
from tram_ext.workbenches import frames

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_SUPPORT: Final = (
    Column("attack_id", "Technique", "id"),
    Column("name", "Name", "name"),
    Column("sentences", "Sentences", "number"),
    Column("builtin", "From ATT&CK", "number"),
    Column("left_out", "Left out"),
)
_LEFT_OUT: Final = (Column("name", "Report", "name"), Column("reason", "Left out because"))
_LATEST: Final = 20
"""Tasks among which one is looked for that is shown."""

_ALL: Final = "No report is chosen: all count that are marked for training. Hold Ctrl or Shift to choose several."
_LABELS: Final = {"description_width": "56px"}
_WIDE: Final = ipywidgets.Layout(width="640px", max_width="calc(100% - 4px)")  # less the margins of ipywidgets


class TrainingPanel(Panel):
    """Trains a model: shows its training set, the progress, and the scores beside the version before.

    Parameters
    ----------
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.

    Attributes
    ----------
    result : DataFrame or None
        The training that was followed last; None before the first.
    card : dict or None
        All that is known of the version that is shown.
    """

    def __init__(self, workbench: Workbench | None = None) -> None:
        self.workbench = workbench_of(workbench)
        self._training: int | None = None
        self._filling = False
        self.card: Mapping[str, Any] | None = None
        super().__init__()
        self._make_choices()
        self._counted = ipywidgets.HTML()
        self._support = DataTable(
            "Training set", _SUPPORT, empty="Nothing is accepted yet: there is nothing to learn.", filterable=True
        )
        self._left_out = DataTable("Reports that are left out", _LEFT_OUT, empty="No report is left out.")
        self._set = ipywidgets.Accordion(
            children=[ipywidgets.VBox([self._support, self._left_out], layout=ipywidgets.Layout(grid_gap="10px"))],
            titles=["Training set"],
            selected_index=None,
        )
        self._train = button("Train", "Train the model on these reports", self._begin, style="primary")
        self._measure = button(
            "Measure learning curve",
            "Fit the model on growing parts of these sentences and measure each; no version is made or changed",
            self._begin_curve,
        )
        self._bar = TaskBar(self, [self._train, self._measure])
        self._trains = Task(
            self.workbench.connection.training, self.workbench.connection.cancel_training, self._trained
        )
        self._measures = Task(
            self.workbench.connection.learning_curve, self.workbench.connection.cancel_learning_curve, self._measured
        )
        self._chart = ipywidgets.HTML()
        self._points: list[Mapping[str, Any]] = []
        self._comparison = VersionComparison(self.workbench.connection)
        self._make_history()
        self.children = [
            row(self._model, self._refresh),
            self._reports,
            self._counted,
            self._set,
            self._bar,
            self.said,
            self._chart,
            self._history,
            self._comparison,
        ]
        self.trying(self._preview)
        self.trying(self._read_versions)
        self.trying(self._read_curve)
        self.trying(self._resume)
        self._model.observe(lambda _change: self._chosen(), "value")
        self._reports.observe(lambda _change: self.trying(self._preview), "value")

    @property
    def result(self) -> pd.DataFrame | None:
        """The last training: columns as ``tram_ext.workbenches.frames.TRAININGS``."""
        if self._training is None:
            return None
        return self.workbench.trainings().query("id == @self._training")

    @property
    def curve(self) -> pd.DataFrame:
        """The learning curve, empty before one is computed: columns as ``tram_ext.workbenches.frames.CURVE``."""
        return frames.frame(frames.CURVE, self._points)

    @property
    def comparison(self) -> pd.DataFrame:
        """The techniques of the shown version: precision, recall, F1 and change of F1."""
        import pandas as pd

        return pd.DataFrame([row["cells"] for row in self._comparison.techniques.rows])

    def refresh(self) -> None:
        """Reload reports, training set and versions."""
        self.say("")
        self.trying(self._read_reports)
        self._chosen()

    def summary(self) -> Summary:
        """Return what is shown as text."""
        summary = self._comparison.summary()
        return Summary([*summary.lines, *self._curve_lines()], summary.columns, summary.rows)

    def _curve_lines(self) -> list[str]:
        points = [f"{100 * each['f1_weighted']:.1f} % after {each['sentences']:,}" for each in self._points]
        return [f"Learning curve, F1 weighted by sentences learned from: {', '.join(points)}"] if points else []

    def _make_choices(self) -> None:
        connection = self.workbench.connection
        models = connection.models()
        default = next((model["model"] for model in models if model["is_default"]), models[0]["model"])
        self._model = ipywidgets.Dropdown(
            options=[(f"{m['model']} (default)" if m["is_default"] else m["model"], m["model"]) for m in models],
            value=default,
            description="Model",
            tooltip="Which model is trained",
            style=_LABELS,
        )
        self._refresh = button("Refresh", "Read reports, training set and versions anew", self.refresh)
        self._reports = ipywidgets.SelectMultiple(
            description="Reports",
            rows=6,
            tooltip="Which reports it learns from. Choose none for all that are marked for training.",
            layout=_WIDE,
            style=_LABELS,
        )
        self._read_reports()

    def _read_reports(self) -> None:
        chosen = set(self._reports.value)
        options = [
            (f"{report['name']}: {report['accepted_sentences']:,} accepted", report["id"])
            for report in self.workbench.connection.reports().records
        ]
        self._reports.options = options
        self._reports.value = [key for _, key in options if key in chosen]

    def _make_history(self) -> None:
        self._version = ipywidgets.Dropdown(description="Version", tooltip="Which version is shown", style=_LABELS)
        self._beside = ipywidgets.Dropdown(
            description="Beside", tooltip="Which version it is compared with", style=_LABELS
        )
        self._restore = button("Restore", "Let this version propose again", self._bring_back)
        self._history = row(self._version, self._beside, self._restore)
        self._version.observe(lambda _change: self._show_chosen(), "value")
        self._beside.observe(lambda _change: self._show_chosen(), "value")

    def _show_chosen(self) -> None:
        if not self._filling:  # while choices are filled in, halves of them fit nothing
            self.trying(self._show_comparison)

    def _chosen(self) -> None:
        self.trying(self._preview)
        self.trying(self._read_versions)
        self.trying(self._read_curve)

    def _preview(self) -> None:
        found = self.workbench.connection.training_set(self._model.value, reports=list(self._reports.value))
        learned = [item for item in found["techniques"] if not item["left_out"]]
        rare = len(found["techniques"]) - len(learned)
        reports, techniques = counted(found["reports"], "report"), counted(len(learned), "technique")
        words = [
            f"{counted(found['sentences'], 'sentence')} of {reports}, {techniques}",
            f"{counted(found['without_technique'], 'sentence')} without a technique",
            f"{counted(found['builtin'], 'sentence')} of ATT&CK's own",
            f"{counted(rare, 'technique')} too rare to be learned",
            f"{counted(len(found['left_out']), 'report')} left out",
        ]
        shown = [words[0], *(text for text in words[1:] if not text.startswith("0 "))]
        hint = "" if self._reports.value else f'<p class="tram-Widget-faint">{escape(_ALL)}</p>'
        self._counted.value = f'<div class="tram-Widget">{hint}<p>{escape("; ".join(shown))}.</p></div>'
        self._support.show(found["techniques"], key=lambda row: row["attack_id"])
        self._left_out.show(found["left_out"], key=lambda row: row["report"])

    def _begin(self) -> None:
        def begin() -> None:
            reports = list(self._reports.value)
            self._training = self.workbench.connection.train(self._model.value, reports=reports)["id"]
            self._bar.follow(self._trains, self._training)

        self.trying(begin)

    def _begin_curve(self) -> None:
        def begin() -> None:
            reports = list(self._reports.value)
            begun = self.workbench.connection.measure_learning(self._model.value, reports=reports)
            self._bar.follow(self._measures, begun["id"])

        self.trying(begin)

    def _resume(self) -> None:
        """Follow an unfinished task of this model that another cell or notebook started."""
        connection, name = self.workbench.connection, self._model.value
        for record in connection.trainings(limit=_LATEST):
            if record["model"] == name and record["state"] in ONGOING:
                self._training = record["id"]
                self._bar.follow(self._trains, record["id"], record["state"])
                return
        for curve in connection.learning_curves(name, limit=_LATEST):
            if curve["state"] in ONGOING:
                self._bar.follow(self._measures, curve["id"], curve["state"])
                return

    def _trained(self, training: Mapping[str, Any]) -> str:
        self._read_versions()
        return f"Trained: version {training['result']['version']} proposes from now on."

    def _measured(self, curve: Mapping[str, Any]) -> str:
        self._show_curve(curve)
        if not curve["points"]:
            return "There is too little accepted to learn from a part of it: no learning curve can be drawn."
        return f"Learning curve measured on {counted(curve['sentences'], 'sentence')}."

    def _read_curve(self) -> None:
        found = self.workbench.connection.learning_curves(self._model.value, limit=_LATEST)
        self._show_curve(next((curve for curve in found if curve["points"]), None))

    def _show_curve(self, curve: Mapping[str, Any] | None) -> None:
        self._points = list(curve["points"]) if curve is not None else []
        self._chart.layout.display = "" if self._points else "none"
        if curve is None or not self._points:
            self._chart.value = ""
            return
        about = (
            f"{curve['model']} on {counted(curve['sentences'], 'sentence')}, of which the same fifth is held out for "
            f"each point. Measured on {curve['updated_on'][:10]}."
        )
        self._chart.value = (
            f'<div class="tram-Widget"><div class="tram-Charts">{learning_chart(self._points, about)}</div></div>'
        )

    def _read_versions(self) -> None:
        versions = self.workbench.connection.versions(self._model.value)
        options = [(f"{v['version']}, in use" if v["active"] else str(v["version"]), v["version"]) for v in versions]
        active = next((v["version"] for v in versions if v["active"]), None)
        older = [v["version"] for v in versions if active is not None and v["version"] < active]
        self._filling = True
        try:
            self._version.options = options
            self._version.value = active
            self._beside.options = [("no other", 0), *((str(v["version"]), v["version"]) for v in versions)]
            self._beside.value = max(older, default=0)
        finally:
            self._filling = False
        self._history.layout.display = "" if versions else "none"
        self._show_comparison()

    def _show_comparison(self) -> None:
        name, version, beside = self._model.value, self._version.value, self._beside.value
        if version is None:
            self._comparison.children = []
            return
        self.card = self.workbench.connection.model(name, version)
        self._restore.disabled = self.card["active"]
        self._comparison.show(name, version, beside if beside not in (0, version) else None)

    def _bring_back(self) -> None:
        def restore() -> None:
            restored = self.workbench.connection.restore_model(self._model.value, self._version.value)
            self._read_versions()
            self.say(f"Version {restored['version']} of {restored['model']} proposes from now on.")

        self.trying(restore)
