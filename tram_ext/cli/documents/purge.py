"""``purge``: delete the files of old uploads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.confirmation import confirm
from tram_ext.cli.options import Options, common
from tram_ext.exports.tram_json import format_datetime

if TYPE_CHECKING:
    from tram_ext.domain.documents import Document

_MOST_DAYS: Final = 36_500


@click.command("purge")
@click.option(
    "--older-than", "days", metavar="DAYS", required=True, type=click.IntRange(0, _MOST_DAYS), help="Since the upload."
)
@click.option("--dry-run", is_flag=True, help="Show what would be deleted, and delete nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common
def purge_command(options: Options, *, days: int, dry_run: bool, yes: bool) -> None:
    """Delete the uploaded files that are older than DAYS, for good.

    Reports stay, with their text and their review; so do the names of the files. What a job waits for stays, too. A
    file that is uploaded again is there again. Backups that were made before still hold the files.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    with options.reading() if dry_run else options.workbench() as workbench:
        purging, actor = workbench.services.purging, workbench.actor
        found = purging.preview(before, actor)
        if found and not dry_run:
            if not yes:
                _show(found)
                files = text.counted(len(found), "file")
                confirm(f"Delete {files}, {text.size(_total(found))}, for good?")
            found = purging.purge(before, actor)
    if options.json:
        documents = [_document_json(document) for document in found]
        output.write_json({"dry_run": dry_run, "size": _total(found), "documents": documents})
        return
    if dry_run or yes:
        _show(found)
    what = "would be deleted" if dry_run else "deleted"
    output.note(f"{text.counted(len(found), 'file')} {what}, {text.size(_total(found))}.")


def _show(found: Sequence[Document]) -> None:
    if found:
        output.table(
            ["ID", "File", "Size", "Uploaded", "By"],
            [
                (
                    str(document.id),
                    document.name,
                    text.size(document.size),
                    f"{document.created_on:%Y-%m-%d}",
                    document.created_by or "",
                )
                for document in found
            ],
            right=["ID", "Size"],
        )


def _total(found: Sequence[Document]) -> int:
    return sum(document.size for document in found)


def _document_json(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "size": document.size,
        "sha256": document.sha256,
        "created_by": document.created_by,
        "created_on": format_datetime(document.created_on),
    }
