"""``import``: import TRAM's report exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tram_ext.cli import files, output, text
from tram_ext.cli.options import Options, common
from tram_ext.cli.shapes import report_json


@click.command("import")
@click.argument("paths", metavar="FILE.json...", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def import_command(options: Options, paths: tuple[Path, ...]) -> None:
    """Import TRAM's report exports, such as its bootstrap training data.

    A file enters whole or not at all; what is wrong with it is named with its place. The same content again changes
    nothing and is no failure. Exit code 1 when a file was refused; the others are imported nevertheless.
    """
    with options.workbench() as workbench:
        with output.progress_bar() as tell:
            workbench.load_attack(tell)

        def work(path: Path) -> dict[str, Any]:
            done = workbench.services.imports.import_report(path.read_bytes(), workbench.actor)
            for warning in done.warnings:
                output.warn(f"{path}: {warning}")
            if not options.json:
                report = done.report
                said = "imported as" if done.is_new else "was imported before, and is unchanged, as"
                output.line(
                    f"{path} {said} report {report.id}, {report.name!r}: "
                    f"{text.counted(report.total_sentences, 'sentence')}, {report.accepted_sentences:,} accepted."
                )
            return {
                "file": str(path),
                "is_new": done.is_new,
                "report": report_json(done.report),
                "warnings": list(done.warnings),
            }

        files.each(paths, work, as_json=options.json)
