"""Waiting and running work of the workbench, in words."""

from __future__ import annotations

from tram_ext.cli import text
from tram_ext.domain.status import WorkInProgress


def in_progress(work: WorkInProgress) -> list[str]:
    """Return one line for each unfinished training, label check and learning curve, and one for all documents."""
    lines = [f"{text.counted(work.jobs, 'document')} to read and map"] if work.jobs else []
    for task in work.tasks:
        stage = f", {task.stage}" if task.stage else ""
        lines.append(f"{task.kind.value} of {task.model}, {task.progress:.0%}{stage}")
    return lines
