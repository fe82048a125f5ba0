"""Training in a notebook: choose, look at the training set, train, compare, go back."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from tram_ext.exports.evidence import counted
from tram_ext.widgets.comparison import VersionComparison
from tram_ext.widgets.fallback import Summary
from tram_ext.widgets.panels import Panel, button
from tram_ext.widgets.table import Column, DataTable
from tram_ext.widgets.workbenches import workbench_of

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_SUPPORT: Final = (
    Column("attack_id", "Technique", "id"),
    Column("name", "Name"),
    Column("sentences", "Sentences", "number"),
    Column("builtin", "of them ATT&CK's", "number"),
    Column("left_out", "Left out"),
)
_LEFT_OUT: Final = (Column("name", "Report"), Column("reason", "Left out because"))
_ONGOING: Final = ("Queued", "Running")
_SECONDS: Final = 0.5
_WIDE: Final = ipywidgets.Layout(width="640px")


class TrainingPanel(Panel):
    """Choose a model and reports, see what it would learn from, train it, and see whether it got better.

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
            children=[ipywidgets.VBox([self._support, self._left_out])], titles=["Training set"], selected_index=None
        )
        self._progress = ipywidgets.FloatProgress(max=1.0, layout=ipywidgets.Layout(width="300px"))
        self._train = button("Train", "Train the model on these reports", self._begin, style="primary")
        self._cancel = button("Cancel", "End the training; nothing is changed by it", self._stop)
        self._comparison = VersionComparison(self.workbench.connection)
        self._make_history()
        self._rest()
        self.children = [
            ipywidgets.HBox([self._model, self._refresh]),
            self._reports,
            self._counted,
            self._set,
            ipywidgets.HBox([self._train, self._cancel, self._progress]),
            self.said,
            self._history,
            self._comparison,
        ]
        self.trying(self._preview)
        self.trying(self._read_versions)
        self._model.observe(lambda _change: self._chosen(), "value")
        self._reports.observe(lambda _change: self.trying(self._preview), "value")

    @property
    def result(self) -> pd.DataFrame | None:
        """The training that was followed last: columns as ``tram_ext.workbenches.frames.TRAININGS``."""
        if self._training is None:
            return None
        return self.workbench.trainings().query("id == @self._training")

    @property
    def comparison(self) -> pd.DataFrame:
        """The techniques of the version that is shown: precision, recall, F1, and how F1 has changed."""
        import pandas as pd

        return pd.DataFrame([row["cells"] for row in self._comparison.techniques.rows])

    def refresh(self) -> None:
        """Read reports, training set and versions anew."""
        self.say("")
        self.trying(self._read_reports)
        self._chosen()

    def summary(self) -> Summary:
        """Return what is shown as text."""
        return self._comparison.summary()

    def _make_choices(self) -> None:
        connection = self.workbench.connection
        models = connection.models()
        default = next((model["model"] for model in models if model["is_default"]), models[0]["model"])
        self._model = ipywidgets.Dropdown(
            options=[(f"{m['model']} (default)" if m["is_default"] else m["model"], m["model"]) for m in models],
            value=default,
            description="Model",
            tooltip="Which model is trained",
        )
        self._refresh = button("Refresh", "Read reports, training set and versions anew", self.refresh)
        self._reports = ipywidgets.SelectMultiple(
            description="Reports",
            rows=6,
            tooltip="Which reports it learns from. Choose none for all that are marked for training.",
            layout=_WIDE,
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
        self._version = ipywidgets.Dropdown(description="Version", tooltip="Which version is shown")
        self._beside = ipywidgets.Dropdown(description="Beside", tooltip="Which version it is compared with")
        self._restore = button("Restore", "Let this version propose again", self._bring_back)
        self._history = ipywidgets.HBox([self._version, self._beside, self._restore])
        self._version.observe(lambda _change: self._show_chosen(), "value")
        self._beside.observe(lambda _change: self._show_chosen(), "value")

    def _show_chosen(self) -> None:
        if not self._filling:  # while choices are filled in, halves of them fit nothing
            self.trying(self._show_comparison)

    def _chosen(self) -> None:
        self.trying(self._preview)
        self.trying(self._read_versions)

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
        ]
        shown = [words[0], *(text for text in words[1:] if not text.startswith("0 "))]
        self._counted.value = f'<div class="tram-Widget"><p>{escape("; ".join(shown))}.</p></div>'
        self._support.show(found["techniques"], key=lambda row: row["attack_id"])
        self._left_out.show(found["left_out"], key=lambda row: row["report"])

    def _begin(self) -> None:
        def begin() -> None:
            reports = list(self._reports.value)
            self._training = self.workbench.connection.train(self._model.value, reports=reports)["id"]
            self._train.disabled, self._cancel.disabled = True, False
            self._progress.layout.visibility = "visible"
            self._progress.bar_style, self._progress.value = "info", 0.0
            self.say("Queued")
            self.repeating(self._follow, _SECONDS)

        self.trying(begin)

    def _follow(self) -> bool:
        assert self._training is not None
        training = self.workbench.connection.training(self._training)
        self._progress.value = training["progress"]
        if training["state"] in _ONGOING:
            self.say(f"{training['stage'].capitalize() or training['state']}, {training['progress']:.0%}")
            return True
        self._rest()
        result = training["result"]
        if training["state"] == "Done" and result is not None:
            self._read_versions()
            self.say(f"Trained: version {result['version']} proposes from now on.")
        else:
            self.say(training["message"] or training["state"], is_wrong=training["state"] == "Error")
        return False

    def _rest(self) -> None:
        self._train.disabled, self._cancel.disabled = False, True
        self._progress.layout.visibility = "hidden"

    def _stop(self) -> None:
        training = self._training
        if training is not None:
            self.trying(lambda: self.workbench.connection.cancel_training(training))

    def _read_versions(self) -> None:
        versions = self.workbench.connection.versions(self._model.value)
        options = [(f"{v['version']}, in use" if v["active"] else str(v["version"]), v["version"]) for v in versions]
        active = next((v["version"] for v in versions if v["active"]), None)
        older = [v["version"] for v in versions if active is not None and v["version"] < active]
        self._filling = True
        try:
            self._version.options = options
            self._version.value = active
            self._beside.options = [("no other", None), *((str(v["version"]), v["version"]) for v in versions)]
            self._beside.value = max(older, default=None)
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
        self._comparison.show(name, version, None if beside == version else beside)

    def _bring_back(self) -> None:
        def restore() -> None:
            restored = self.workbench.connection.restore_model(self._model.value, self._version.value)
            self._read_versions()
            self.say(f"Version {restored['version']} of {restored['model']} proposes from now on.")

        self.trying(restore)
