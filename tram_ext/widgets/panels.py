"""The base of control panels: a message line, buttons, and threads that end with the panel."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from html import escape
from typing import Any, Final

import ipywidgets

from tram_ext.domain.errors import TramError, Unavailable
from tram_ext.widgets.fallback import StaticSummary

_HOST: Final = "tram-Controls"
"""What holds the controls: the views of tables keep the keys that are typed in it from the notebook."""

_log: Final = logging.getLogger(__name__)


class Panel(StaticSummary, ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no type information for mypy
    """A column of controls with a live message line below for screen readers."""

    def __init__(self, **kwargs: Any) -> None:
        self.said = ipywidgets.HTML()
        self._ended = threading.Event()
        self._turn = 0
        layout = ipywidgets.Layout(grid_gap="6px", padding="4px 2px")
        super().__init__(layout=layout, _dom_classes=(_HOST,), **kwargs)

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Show a message; the text is shown verbatim."""
        tone = "tram-Widget-bad" if is_wrong else "tram-Widget-faint"
        sign = "✕ " if is_wrong else ""
        shown = f'<span class="{tone}">{sign}{escape(text)}</span>' if text else ""
        self.said.value = f'<div class="tram-Widget" role="status">{shown}</div>'

    def trying(self, work: Callable[[], Any]) -> Any:
        """Call a function; show its error and return None where it fails."""
        try:
            return work()
        except TramError as error:
            self.say(error.message, is_wrong=True)
        except Exception:  # a fault of ours must not vanish in a callback, where nobody sees it
            _log.exception("A control of %s failed.", type(self).__name__)
            self.say("Something went wrong in the kernel; its log says what.", is_wrong=True)
        return None

    def repeating(self, work: Callable[[], bool], seconds: float) -> None:
        """Call `work` repeatedly in a thread until it returns False, the panel is closed, or this is called again.

        While nobody answers, that is said, and it goes on.
        """
        self._turn += 1
        turn = self._turn

        def run() -> None:
            while not self._ended.wait(seconds) and turn == self._turn and self._goes_on(work):
                pass

        threading.Thread(target=run, name="tram-panel", daemon=True).start()

    def _goes_on(self, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except TramError as error:
            self.say(error.message, is_wrong=True)
            return isinstance(error, Unavailable)

    def close(self) -> None:
        """Close the panel."""
        if hasattr(self, "_ended"):  # not where the constructor failed
            self._ended.set()
        super().close()


def row(*controls: ipywidgets.Widget) -> ipywidgets.HBox:
    """Return controls in a row that wraps where there is no room."""
    return ipywidgets.HBox(
        controls, layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 8px")
    )


def button(label: str, tooltip: str, on_click: Callable[[], Any], *, style: str = "") -> ipywidgets.Button:
    """Return a button that is as wide as its label."""
    made = ipywidgets.Button(
        description=label, tooltip=tooltip, button_style=style, layout=ipywidgets.Layout(width="auto")
    )
    made.on_click(lambda _button: on_click())
    return made
