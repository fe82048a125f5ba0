"""``backup`` and ``restore``: the whole workbench to one file, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, common
from tram_ext.services.backups.backup_format import DOCUMENTS, MODELS

if TYPE_CHECKING:
    from tram_ext.services.backups.backup_format import Manifest


@click.command("backup")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", "-f", is_flag=True, help="Overwrite FILE.")
@click.option("--damaged", is_flag=True, help="Write FILE although something is missing; keep an earlier backup.")
@common
def backup_command(options: Options, *, path: Path, force: bool, damaged: bool) -> None:
    """Write everything into one FILE: database, documents, models, and the key that signs tokens.

    It is as things are at one moment, while servers go on working. First all of it is examined: where the database is
    damaged, or a file is missing or is not the one that was stored, nothing is written, and FILE stays as it is.

    Keep it as safe as the data: it holds the reports, and the hashes of passwords. Configuration is Jupyter's, and
    stays with Jupyter.
    """
    with options.reading() as workbench, output.progress_bar() as tell:
        done = workbench.services.backups.back_up(path, workbench.actor, overwrite=force, damaged=damaged, tell=tell)
        left_out = [str(workbench.place(path)) for path in done.left_out]
    if options.json:
        output.write_json(
            {"file": str(done.path), "size": done.size, **_manifest_json(done.manifest), "left_out": left_out}
        )
        return
    output.line(f"Wrote {done.path}, {text.size(done.size)}: {_content(done.manifest)}.")
    _warn_of_faults(done.manifest)
    if left_out:
        number = text.counted(len(left_out), "uploaded file")
        is_not = "is not" if len(left_out) == 1 else "are not"
        output.warn(
            f"{number} of no document {is_not} in it, such as {left_out[0]}. 'jupyter tram doctor' names them all."
        )


@click.command("restore")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@common
def restore_command(options: Options, *, path: Path) -> None:
    """Put the content of a backup in the place of what is there.

    What is there is kept aside, in a folder that the answer names. Nothing is changed before the whole of FILE was
    unpacked and examined; then everything is exchanged at once: a power cut leaves the old data or the new ones. No
    server may be running on the data. Everybody logs in again.
    """
    from tram_ext.services.backups.restore import restore

    with output.progress_bar() as tell:
        done = restore(path, options.settings(), tell)
    differences = {name: {"then": then, "now": now} for name, (then, now) in done.differences.items()}
    if options.json:
        aside = [str(folder) for folder in done.aside]
        output.write_json(
            {"file": str(path), **_manifest_json(done.manifest), "aside": aside, "differences": differences}
        )
        return
    made = f"made on {done.manifest.created_on} by tram-ext {done.manifest.tram_ext}"
    output.line(f"Restored {path}, {made}: {_content(done.manifest)}.")
    for folder in done.aside:
        output.line(f"What was there before is in {folder}. Delete it when you are sure.")
    for name, (then, now) in done.differences.items():
        output.note(f"The setting {name} was {then!r} when the backup was made, and is {now!r} now.")
    _warn_of_faults(done.manifest)


def _content(manifest: Manifest) -> str:
    documents = text.counted(manifest.count(DOCUMENTS), "document")
    models = text.counted(manifest.count(MODELS), "file")
    return f"the database, {documents}, {models} of models"


def _warn_of_faults(manifest: Manifest) -> None:
    """Warn of the faults that a backup's manifest records; older versions recorded only missing files."""
    for fault in manifest.faults:
        output.warn(f"When the backup was made, something was wrong: {fault}.")
    if manifest.missing and not manifest.faults:
        number = text.counted(len(manifest.missing), "file")
        was = "was" if len(manifest.missing) == 1 else "were"
        output.warn(f"{number} that the database names {was} not there to back up, such as {manifest.missing[0]}.")


def _manifest_json(manifest: Manifest) -> dict[str, Any]:
    named = {name: value for name, value in asdict(manifest).items() if name != "files"}
    return {**named, "documents": manifest.count(DOCUMENTS), "models": manifest.count(MODELS)}
