"""``adopt``: pair a data folder with a database."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tram_ext.cli import output, text
from tram_ext.cli.confirmation import confirm
from tram_ext.cli.options import Options, common

if TYPE_CHECKING:
    from tram_ext.services.data_folder.pairing import Survey


@click.command("adopt")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common
def adopt_command(options: Options, *, yes: bool) -> None:
    """Let the data folder and the database belong together from now on, whatever they belonged to.

    A folder and a database know each other, and one is not opened with a stranger: a variable that somebody forgot to
    set would mix two workbenches. This is for moves that are meant, such as a database that went to another server and
    back, or a folder that was put together from a copy. No file and no row is changed or deleted. No server may be
    running on either.
    """
    from tram_ext.services.data_folder.adoption import adopt
    from tram_ext.services.data_folder.pairing import survey

    settings = options.settings()
    found = survey(settings)
    if not found.is_pair:
        if not yes:
            _show(found)
            confirm("Let the two belong together?")
        found = adopt(settings)
    if options.json:
        output.write_json({**asdict(found), "folder": str(found.folder), "adopted": not found.is_pair})
        return
    if found.is_pair:
        output.line(f"{found.folder} and {found.database} belong together already.")
        return
    if yes:
        _show(found)
    output.line(f"{found.folder} and {found.database} belong together now.")


def _show(found: Survey) -> None:
    output.facts(
        [
            ("Folder", str(found.folder)),
            ("its database so far", str(found.of_folder or "none")),
            ("Database", found.database),
            ("its folder so far", str(found.of_database or "none")),
        ]
    )
    if found.missing:
        files = text.counted(found.named, "stored file")
        output.warn(f"The database names {files}, of which {found.missing:,} are not in the folder.")
    if found.strange:
        files = text.counted(found.strange, "file")
        output.warn(f"The folder holds {files} that the database does not name; they stay, and nobody sees them.")
