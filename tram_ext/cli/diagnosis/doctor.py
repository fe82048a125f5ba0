"""``doctor``: the diagnosis, printed."""

from __future__ import annotations

from dataclasses import asdict

import click

from tram_ext.cli import output
from tram_ext.cli.options import Options, common


@click.command("doctor")
@common
def doctor_command(options: Options) -> None:
    """Show installed versions, place and size of the data, problems, and what to do about them.

    Exit code 1 when something is wrong.
    """
    from tram_ext.cli.diagnosis.diagnosis import diagnose

    found = diagnose(options)
    if options.json:
        output.write_json({"ok": not found.problems, **asdict(found)})
    else:
        chosen = {name: f"{_as_text(item.value)}  ({item.source})" for name, item in found.configuration.items()}
        sections = {
            "Installed": found.installed,
            "Configuration": chosen,
            "Data": found.data,
            "Server": found.server,
            "Content": found.content,
        }
        for title, facts in sections.items():
            if facts:
                output.heading(title)
                output.facts(list(facts.items()))
                output.line()
        for note in found.notes:
            output.line(f"Note: {note}")
        for problem in found.problems:
            output.line(f"Problem: {problem}")
        if not found.problems:
            output.line("Nothing is wrong.")
    if found.problems:
        raise click.exceptions.Exit(1)


def _as_text(value: object) -> str:
    return "-" if value in {None, ""} else str(value)
