"""``notebooks``: a copy of the notebooks to work in."""

from __future__ import annotations

from pathlib import Path

import click

from tram_ext.cli import output
from tram_ext.cli.options import Options, common


@click.command("notebooks")
@click.argument(
    "folder", metavar="[FOLDER]", default="tram-notebooks", type=click.Path(path_type=Path, file_okay=False)
)
@common
def notebooks_command(options: Options, folder: Path) -> None:
    """Copy the notebooks and their sample reports to FOLDER, by default tram-notebooks.

    What is there already is left as it is, so that nothing of yours is lost.
    """
    from tram_ext.services import notebooks

    copied = notebooks.copy(folder)
    if options.json:
        output.write_json([{"path": str(one.path), "is_new": one.is_new} for one in copied])
        return
    output.table(["File", ""], [(str(one.path), "" if one.is_new else "was here, and stays") for one in copied])
    output.note(f"Open them with 'jupyter lab {folder}'.")
