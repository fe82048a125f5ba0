"""``undo`` and ``redo``: undo or redo one's own last action."""

from __future__ import annotations

from dataclasses import asdict

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.edits import MOST_STEPS, Undone

_report = click.option(
    "--report", "report_id", metavar="ID", type=int, help="In this report. [default: what concerned several reports]"
)
_steps = click.option(
    "--steps", metavar="N", type=click.IntRange(1, MOST_STEPS), default=1, help="So many actions. [default: 1]"
)


@click.command("undo")
@_report
@_steps
@common
def undo_command(options: Options, *, report_id: int | None, steps: int) -> None:
    """Undo your own last action: in a report, or on all, such as an upgrade of ATT&CK.

    You are the account of the operating system, as in the log. Nothing is taken back on which others built.
    """
    with options.workbench() as workbench:
        done = workbench.services.undo.undo(_existing(workbench, report_id), workbench.actor, steps=steps)
    _tell(options, "Undone", done)


@click.command("redo")
@_report
@_steps
@common
def redo_command(options: Options, *, report_id: int | None, steps: int) -> None:
    """Redo what you undid last."""
    with options.workbench() as workbench:
        done = workbench.services.undo.redo(_existing(workbench, report_id), workbench.actor, steps=steps)
    _tell(options, "Done again", done)


def _existing(workbench: Workbench, report_id: int | None) -> int | None:
    return None if report_id is None else workbench.report(report_id).id


def _tell(options: Options, what: str, done: Undone) -> None:
    if options.json:
        output.write_json(asdict(done))
    else:
        several = f"{done.steps} actions, the last of them {done.action}"
        output.line(f"{what}: {several if done.steps > 1 else done.action}, {text.counted(done.changed, 'row')}.")
        if done.stopped:
            output.note(f"No further: {done.stopped}")
