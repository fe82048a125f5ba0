"""The widget of models and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tram_ext.widgets.fallback import Summary
from tram_ext.widgets.panels import Panel, button, row
from tram_ext.widgets.table import Action, Column, DataTable
from tram_ext.widgets.workbenches import workbench_of

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_COLUMNS: Final = (
    Column("model", "Model"),
    Column("version", "Version", "number"),
    Column("state", "Use", "name"),
    Column("f1_weighted", "F1 weighted", "percent"),
    Column("f1_micro", "F1 micro", "percent"),
    Column("f1_macro", "F1 macro", "percent"),
    Column("megabytes", "MB", "number"),
    Column("created_by", "By"),
    Column("created_on", "Trained", "moment"),
)


class ModelTable(Panel):
    """Shows all versions of all models with their scores, and restores older ones.

    Parameters
    ----------
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.

    Attributes
    ----------
    result : DataFrame
        The versions as they are now.
    """

    def __init__(self, workbench: Workbench | None = None) -> None:
        self.workbench = workbench_of(workbench)
        super().__init__()
        self._table = DataTable("Models", _COLUMNS, empty="No model was trained yet.", act=self._act)
        refresh = button("Refresh", "Read the models again", self.refresh)
        self.children = [row(refresh), self._table, self.said]
        self.refresh()

    @property
    def result(self) -> pd.DataFrame:
        """All current versions: columns as ``tram_ext.workbenches.frames.VERSIONS``."""
        import pandas as pd

        names = [model["model"] for model in self.workbench.connection.models() if model["versions"]]
        found = [self.workbench.versions(name) for name in names]
        return pd.concat(found, ignore_index=True) if found else self.workbench.versions("default")

    def refresh(self) -> None:
        """Read the models."""
        self.say("")
        self.trying(self._read)

    def summary(self) -> Summary:
        """Return the versions as text."""
        return self._table.summary()

    def _read(self) -> None:
        connection = self.workbench.connection
        rows = [
            {**version, "state": _use(version, model), "megabytes": round(version["size"] / 1e6, 2)}
            for model in connection.models()
            for version in (connection.versions(model["model"]) if model["versions"] else [])
        ]
        self._table.show(rows, key=lambda row: f"{row['model']}:{row['version']}", actions=_actions)

    def _act(self, name: str, key: str) -> None:
        def restore() -> None:
            model, _, version = key.rpartition(":")
            restored = self.workbench.connection.restore_model(model, int(version))
            self._read()
            self.say(f"Version {restored['version']} of {restored['model']} proposes from now on.")

        if name == "restore":
            self.trying(restore)


def _use(version: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    if not version["active"]:
        return "kept"
    return "in use, the default" if model["is_default"] else "in use"


def _actions(row: Mapping[str, Any]) -> Sequence[Action]:
    if row["active"]:
        return ()
    return (Action("restore", "Restore", f"Let version {row['version']} of {row['model']} propose again"),)
