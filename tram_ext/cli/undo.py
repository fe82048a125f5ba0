"""``undo`` and ``redo``: one's own last action, taken back or done again."""

from __future__ import annotations

from dataclasses import asdict

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.edits import Undone

_report = click.option(
    "--report", "report_id", metavar="ID", type=int, help="In this report. [default: what concerned several reports]"
)


@click.command("undo")
@_report
@common
def undo_command(options: Options, *, report_id: int | None) -> None:
    """Take back the last thing you did: in a report, or to all, such as an upgrade of ATT&CK.

    You are the account of the operating system, as in the log. Nothing is taken back on which others built.
    """
    with options.workbench() as workbench:
        done = workbench.services.undo.undo(_existing(workbench, report_id), workbench.actor)
    _tell(options, "Undone", done)


@click.command("redo")
@_report
@common
def redo_command(options: Options, *, report_id: int | None) -> None:
    """Do again what you took back last."""
    with options.workbench() as workbench:
        done = workbench.services.undo.redo(_existing(workbench, report_id), workbench.actor)
    _tell(options, "Done again", done)


def _existing(workbench: Workbench, report_id: int | None) -> int | None:
    return None if report_id is None else workbench.report(report_id).id


def _tell(options: Options, what: str, done: Undone) -> None:
    if options.json:
        output.write_json(asdict(done))
    else:
        output.line(f"{what}: {done.action}, {text.counted(done.changed, 'row')}.")
