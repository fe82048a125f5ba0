"""Background tasks of a panel: a bar that shows the progress and cancels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ipywidgets

from tram_ext.widgets.panels import Panel, button

ONGOING: Final = ("Queued", "Running")
"""States of work that has not ended."""

_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Task:
    """A task that is started once and then polled.

    Attributes
    ----------
    ask : callable
        Returns the record with this number: ``state``, ``stage``, ``progress``, ``message``.
    cancel : callable
        Ends the one with this number.
    done : callable
        Is given the record of one that ended well, and returns what is said of it.
    """

    ask: Callable[[int], Mapping[str, Any]]
    cancel: Callable[[int], None]
    done: Callable[[Mapping[str, Any]], str]


class TaskBar(ipywidgets.HBox):  # type: ignore[misc]  # ipywidgets has no type information for mypy
    """Buttons that start tasks, one at a time, with a progress bar and a button to cancel.

    Parameters
    ----------
    panel : Panel
        Says what comes of it, and ends following when it is closed.
    starters : sequence of Button
        Are disabled while a task goes on.
    """

    def __init__(self, panel: Panel, starters: Sequence[ipywidgets.Button]) -> None:
        self._panel = panel
        self.starters = tuple(starters)
        self.cancel = button("Cancel", "End it; nothing is changed by it", self._stop)
        self.progress = ipywidgets.FloatProgress(max=1.0, layout=ipywidgets.Layout(width="300px"))
        self._going: tuple[Task, int] | None = None
        super().__init__(layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 8px"))
        self._rest()
        self.children = [*self.starters, self.cancel, self.progress]

    def follow(self, task: Task, key: int, said: str = "Queued") -> None:
        """Follow a started task until it has ended."""
        self._going = task, key
        for starter in self.starters:
            starter.disabled = True
        self.cancel.disabled = False
        self.progress.layout.visibility = "visible"
        self.progress.bar_style, self.progress.value = "info", 0.0
        self._panel.say(said)
        self._panel.repeating(self._look, _SECONDS)

    def _look(self) -> bool:
        assert self._going is not None
        task, key = self._going
        found = task.ask(key)
        self.progress.value = found["progress"]
        if found["state"] in ONGOING:
            self._panel.say(f"{found['stage'].capitalize() or found['state']}, {found['progress']:.0%}")
            return True
        self._rest()
        if found["state"] == "Done":
            self._panel.say(task.done(found))
        else:
            self._panel.say(found["message"] or found["state"], is_wrong=found["state"] == "Error")
        return False

    def _rest(self) -> None:
        for starter in self.starters:
            starter.disabled = False
        self.cancel.disabled = True
        self.progress.layout.visibility = "hidden"

    def _stop(self) -> None:
        if self._going is not None:
            task, key = self._going
            self._panel.trying(lambda: task.cancel(key))
