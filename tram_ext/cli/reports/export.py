"""``export``: export reports to files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench, located
from tram_ext.exports import Rendered, formats
from tram_ext.services.files import private_files

if TYPE_CHECKING:
    from tram_ext.domain.reports import Report

_LONGEST: Final = 100
"""Characters of a report's name in the name of its file: file systems bear 255 bytes."""

_TEXTS: Final = ("text/", "json")


@dataclass(frozen=True)
class _Wish:
    """The request of an export command.

    Attributes
    ----------
    report_ids : sequence of int or None
        None is all.
    target : Path or None
        A file, or a folder for a file of each report; None is the standard output.
    """

    report_ids: Sequence[int] | None
    format_name: str
    target: Path | None
    force: bool
    accepted_only: bool


@click.command("export")
@click.argument("report_ids", metavar="[REPORT]...", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All reports.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([item.name for item in formats()]),
    default="json",
    show_default=True,
    help="; ".join(f"{item.name}: {item.title}" for item in formats()) + ".",
)
@click.option(
    "--output",
    "-o",
    "target",
    metavar="FILE|DIR",
    help="A file; or a folder that exists or ends with a slash, which gets a file for each report.",
)
@click.option("--force", "-f", is_flag=True, help="Overwrite files.")
@click.option("--accepted-only", is_flag=True, help="Leave out what nobody accepted; TRAM's JSON is always whole.")
@located
def export_command(
    options: Options,
    *,
    report_ids: tuple[int, ...],
    everything: bool,
    format_name: str,
    target: str | None,
    force: bool,
    accepted_only: bool,
) -> None:
    """Export reports: those whose numbers are given, or all.

    Without --output the export goes to the standard output; what is no text only into a pipe or a file. Several reports
    in one file are a list of them, a bundle or a table; a Word document holds one. Files are written whole or not at
    all, readable by their owner only, and nothing is overwritten without --force.
    """
    if everything == bool(report_ids):
        raise click.UsageError("Name reports by their numbers, or add --all.")
    chosen = None if everything else list(dict.fromkeys(report_ids))
    place = None if target is None else Path(target)
    wish = _Wish(chosen, format_name, place, force, accepted_only)
    with options.reading() as workbench:
        if target is not None and place is not None and (place.is_dir() or target.endswith(("/", "\\"))):
            _write_each(workbench, wish, place)
            return
        rendered = _rendered(workbench, wish)
    if place is None:
        _print(rendered)
    else:
        private_files.write(place, rendered.content, overwrite=force)
        output.note(f"Wrote {place}, {text.size(len(rendered.content))}.")


def _rendered(workbench: Workbench, wish: _Wish) -> Rendered:
    """Return the requested export as one file."""
    exports = workbench.services.exports
    if wish.report_ids is not None and len(wish.report_ids) == 1:
        return _one(workbench, wish, wish.report_ids[0])[1]
    rendered, _ = exports.reports(
        wish.format_name, workbench.actor, report_ids=wish.report_ids, accepted_only=wish.accepted_only
    )
    return rendered


def _one(workbench: Workbench, wish: _Wish, report_id: int) -> tuple[Report, Rendered]:
    workbench.report(report_id)
    export = partial(workbench.services.exports.report, accepted_only=wish.accepted_only)
    return export(report_id, wish.format_name, workbench.actor)


def _write_each(workbench: Workbench, wish: _Wish, folder: Path) -> None:
    """Write a file for each report; the number in its name distinguishes reports of the same name."""
    chosen = wish.report_ids
    if chosen is None:
        found, _ = workbench.services.reports.list(workbench.actor)
        chosen = [report.id for report in found]
    private_files.make_folder(folder, or_else="choose another")
    for report_id in chosen:
        report, rendered = _one(workbench, wish, report_id)
        path = folder / f"{report.id}-{_file_name(report.name)}{rendered.suffix}"
        private_files.write(path, rendered.content, overwrite=wish.force)
        output.line(str(path))
    output.note(f"Wrote {text.counted(len(chosen), 'file')}.")


def _print(rendered: Rendered) -> None:
    is_text = any(part in rendered.media_type for part in _TEXTS)
    if not sys.stdout.isatty():
        click.echo(rendered.content, nl=False)
    elif is_text:
        for line in rendered.content.decode().splitlines():
            output.line(line)  # a report is a stranger's: on a terminal nothing of it is obeyed
    else:
        raise click.UsageError(f"This is no text for a terminal. Name a file: --output report{rendered.suffix}")


def _file_name(name: str) -> str:
    """Return the name of a report as part of a file name that is valid on any system."""
    kept = "".join(character if character.isalnum() or character in "-_.+" else " " for character in name)
    return "-".join(kept.split()).strip(".-")[:_LONGEST] or "report"
