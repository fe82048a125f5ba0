"""Examination of the data: damaged databases, rows without files, files without rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tram_ext.cli import text
from tram_ext.cli.options import Workbench
from tram_ext.services.backups.stored_files import purged_files, stored_files, strays

_NAMED: Final = 20
"""How many files are named where a person reads; programs get all."""


def faults(workbench: Workbench) -> Iterator[str]:
    """Return the faults of the database."""
    damage, contradictions = workbench.services.store.faults()
    if damage:
        yield (
            f"The database is damaged: {'; '.join(damage)}. Put a backup in its place with 'jupyter tram restore "
            "FILE', which keeps what is there aside."
        )
    if contradictions:
        yield (
            f"The database contradicts itself: {'; '.join(contradictions)}. Compare it with an earlier backup, and "
            "report this."
        )


def missing_files(workbench: Workbench) -> Iterator[str]:
    """Return messages about uploads and models that are missing or changed; an active model's is reported elsewhere."""
    folder = workbench.data_dir
    with workbench.services.store.read() as work:
        stored = [item for item in stored_files(work) if item.is_upload]
    wrong = [said for item in stored if (said := item.fault(folder))]
    for said in wrong[:_NAMED]:
        yield f"{said[0].upper()}{said[1:]}. Bring it back out of a backup, or purge it with 'jupyter tram purge'."
    if len(wrong) > _NAMED:
        yield f"{len(wrong) - _NAMED:,} more uploaded files are gone or were changed."


def unowned_uploads(workbench: Workbench) -> list[Path]:
    """Return the uploaded files that belong to no row.

    A file has its place before its row is there for others to see; its writer holds everybody else off meanwhile.
    """
    services, folder = workbench.services, workbench.data_dir
    with services.store.read() as work:
        found = strays(folder, work)
    if found:
        with services.store.write() as work:
            found = strays(folder, work)
    return found


def about_unowned(paths: Sequence[Path]) -> str:
    """Return the message about files without a row, and what can be done."""
    number = text.counted(len(paths), "uploaded file")
    more = "" if len(paths) <= _NAMED else f" and {len(paths) - _NAMED:,} more"
    verb = "belongs" if len(paths) == 1 else "belong"
    return (
        f"{number} {verb} to no document of this database: {', '.join(path.name for path in paths[:_NAMED])}{more}, in "
        f"{paths[0].parent}. So it is where a database is older than its files: after an old copy was put in its "
        "place, or the '-wal' file beside it was lost. Copy them elsewhere, under names that end as the documents' "
        "did, and upload them again."
    )


def about_purged(workbench: Workbench) -> Iterator[str]:
    """Return the message about files that a killed purge has left."""
    with workbench.services.store.read() as work:
        left = purged_files(workbench.data_dir, work)
    if left:
        number = text.counted(len(left), "file")
        yield f"{number} of purged documents are still there. The next start of a server deletes them."
