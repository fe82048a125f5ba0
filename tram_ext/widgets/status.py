"""The status widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from tram_ext.exports.evidence import counted
from tram_ext.widgets.assets import asset
from tram_ext.widgets.fallback import StaticSummary, Summary


class StatusWidget(StaticSummary, anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no type information for mypy
    """Shows the server's work, readiness and content.

    Assign `status` anew to update what is shown; changing the dictionary in place changes nothing.

    Parameters
    ----------
    status : mapping, optional
        The answer of ``GET /api/tram/status``; empty while nothing is known yet.

    Attributes
    ----------
    status : dict
        What is shown.

    Examples
    --------
    >>> from tram_ext.widgets import StatusWidget
    >>> StatusWidget({"version": "0.1.0", "ready": False, "preparing": {"stage": "Training", "progress": 0.5}})
    ... # doctest: +SKIP
    """

    _esm = asset("status.js")
    _css = asset("status.css")

    status = traitlets.Dict().tag(sync=True)

    def __init__(self, status: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(status=dict(status or {}), **kwargs)

    def summary(self) -> Summary:
        """Return the static summary for places where widgets cannot run."""
        return Summary(summary_lines(self.status))


def summary_lines(status: Mapping[str, Any]) -> list[str]:
    """Return a status as lines of text.

    Parameters
    ----------
    status : mapping
        The answer of ``GET /api/tram/status``, or an empty mapping.

    Returns
    -------
    list of str
        At least one line, without markup.
    """
    lines = [f"TRAM {status.get('version', '')}".rstrip() + f": {_state(status)}"]
    lines += [
        f"ATT&CK {attack['domain']} {attack['version']}, {attack['techniques']:,} techniques"
        for attack in status.get("attack") or ()
    ]
    if model := status.get("default_model"):
        lines.append(f"Model {model['name']}, version {model['version']}")
    if counts := status.get("counts"):
        lines.append(f"{counted(counts['reports'], 'report')}, {counted(counts['sentences'], 'sentence')}")
        if examples := counts.get("builtin_sentences"):
            lines.append(f"{counted(examples, 'sentence')} of built-in examples")
        if counts["jobs"]:
            lines.append(f"{counted(counts['jobs'], 'document')} to read and map")
    lines += [
        f"{task['kind'].capitalize()} of {task['model']}: {task['progress']:.0%}" for task in status.get("tasks") or ()
    ]
    return lines


def _state(status: Mapping[str, Any]) -> str:
    if not status:
        return "not connected yet"
    if status.get("error"):
        return f"preparation failed: {status['error']}"
    if status.get("ready"):
        return "ready"
    preparing = status.get("preparing")
    return f"preparing: {preparing['stage']}, {preparing['progress']:.0%}" if preparing else "preparing"
