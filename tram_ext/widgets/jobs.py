"""The queue widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from tram_ext.widgets.fallback import Summary
from tram_ext.widgets.panels import Panel, button, row
from tram_ext.widgets.table import Action, Column, DataTable
from tram_ext.widgets.workbenches import workbench_of

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_COLUMNS: Final = (
    Column("name", "Document", "name"),
    Column("status", "Status"),
    Column("progress", "Progress", "progress"),
    Column("message", "Message"),
    Column("created_by", "By"),
    Column("created_on", "Since", "moment"),
)
_ONGOING: Final = ("Queued", "Running")
_SECONDS: Final = 2.0


class JobQueue(Panel):
    """Shows waiting, running and failed jobs, and cancels them.

    Parameters
    ----------
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.
    everything : bool
        Whether to show those that are done, too.

    Attributes
    ----------
    result : DataFrame
        The jobs as they are now.
    """

    def __init__(self, workbench: Workbench | None = None, *, everything: bool = False) -> None:
        self.workbench = workbench_of(workbench)
        super().__init__()
        self._everything = ipywidgets.Checkbox(
            value=everything,
            description="Show those that are done, too",
            indent=False,
            tooltip="Show every job there was",
        )
        self._everything.observe(lambda _change: self.refresh(), "value")
        self._table = DataTable("Jobs", _COLUMNS, empty="No document waits.", sort="-created_on", act=self._act)
        refresh = button("Refresh", "Read the queue again", self.refresh)
        self.children = [row(refresh, self._everything), self._table, self.said]
        self.refresh()

    @property
    def result(self) -> pd.DataFrame:
        """The current jobs: columns as ``tram_ext.workbenches.frames.JOBS``."""
        return self.workbench.jobs(everything=self._everything.value)

    def refresh(self) -> None:
        """Read the queue, and follow it while it has unfinished jobs."""
        self.say("")
        if self.trying(self._read):
            self.repeating(self._read, _SECONDS)

    def summary(self) -> Summary:
        """Return the jobs as text."""
        return self._table.summary()

    def _read(self) -> bool:
        jobs = self.workbench.connection.jobs(everything=self._everything.value).records
        self._table.show(jobs, key=lambda job: job["id"], actions=_actions)
        return any(job["status"] in _ONGOING for job in jobs)

    def _act(self, name: str, key: str) -> None:
        def cancel() -> None:
            self.workbench.connection.cancel_job(int(key))
            self.say("Cancelled.")
            self._read()

        if name == "cancel":
            self.trying(cancel)


def _actions(job: Mapping[str, Any]) -> Sequence[Action]:
    if job["status"] not in _ONGOING:
        return ()
    return (Action("cancel", "Cancel", f"Cancel {job['name']}"),)
