"""Reading a workbench whose data cannot be written: a private copy of its database with links to its files.

Everything works on it as on any other, and what it would keep vanishes with it. So it is for what only reads, and for
what keeps nothing anyway, such as mapping a report.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from tram_ext.domain.errors import Unavailable
from tram_ext.services.files.data_lock import LOCK
from tram_ext.services.files.exchange import JOURNAL
from tram_ext.services.settings import Settings
from tram_ext.store import copies
from tram_ext.store.database_file import file_of

_ALL: Final = os.R_OK | os.W_OK | os.X_OK


def is_writable(settings: Settings) -> bool:
    """Whether the configured folder and database can be written, or created."""
    database = file_of(settings.database_url)
    if not _can_hold(settings.data_dir):
        return False
    if database is None:
        return True
    return _can_hold(database.parent) and (not database.exists() or os.access(database, os.R_OK | os.W_OK))


@contextmanager
def readable(settings: Settings, *, or_empty: bool = False) -> Iterator[Settings]:
    """Yield settings that can be opened: `settings` itself, or those of a temporary copy where nothing can be written.

    Parameters
    ----------
    or_empty : bool
        Where there is no database to copy, let an empty workbench be made that vanishes; otherwise the `settings` are
        yielded, and whoever opens them is told what is wrong with them.

    Raises
    ------
    Unavailable
        The data cannot be read either, or not be copied.
    """
    database = file_of(settings.database_url)
    is_there = database is None or database.exists()
    if is_writable(settings) or not (is_there or or_empty):
        yield settings
        return
    if (settings.data_dir / JOURNAL).exists():
        raise Unavailable(
            f"Restoring a backup was interrupted, and can be finished only where {settings.data_dir} can be written to."
        )
    with _temporary_folder() as folder:
        try:
            _lay_out(settings, folder, without=database)
            copy = replace(settings, data_dir=folder, db_url=settings.db_url if database is None else "")
            place = file_of(copy.database_url)
            if database is not None and place is not None and is_there:
                copies.snapshot(database, place)
        except OSError as error:
            raise Unavailable(
                f"The data in {settings.data_dir} cannot be written to, and cannot be copied either: {error}. The "
                "environment's TMPDIR names the place for copies."
            ) from error
        yield copy


def _can_hold(folder: Path) -> bool:
    """Whether files can be created in `folder`, which may have to be created first."""
    for place in (folder, *folder.parents):
        if os.path.lexists(place):
            return place.is_dir() and os.access(place, _ALL)
    return False


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="tram-", ignore_cleanup_errors=True)
    except OSError as error:
        raise Unavailable(f"There is no place for temporary files: {error}. TMPDIR may name one.") from error
    with folder as name:
        yield Path(name)


def _lay_out(settings: Settings, target: Path, *, without: Path | None) -> None:
    """Link the files of a data folder, except its database, into `target`.

    Beside a copied database, folders get files of their own, such as a model that is trained for the moment. A database
    on a server is no copy: what vanishes must not be named in it, so that its folders stay as closed as they are.
    """
    if without is None:
        for path in (settings.documents_dir, settings.models_dir):
            (target / path.name).symlink_to(path.absolute(), target_is_directory=True)
    source = settings.data_dir
    if not source.is_dir():
        return
    left_out = {LOCK} if without is None else {LOCK, *(f"{without.name}{end}" for end in ("", *copies.SIDE_FILES))}
    for entry in source.iterdir():
        if entry.name in left_out or os.path.lexists(target / entry.name):
            continue
        if entry.is_dir() and not entry.name.startswith("."):
            (target / entry.name).mkdir(mode=0o700)
            for item in entry.iterdir():
                _show(item, target / entry.name / item.name)
        else:
            _show(entry, target / entry.name)


def _show(source: Path, place: Path) -> None:
    """Link a file or folder to another path."""
    try:
        place.symlink_to(source.absolute(), target_is_directory=source.is_dir())
    except OSError:  # Windows lets only some people do that
        if source.is_file():
            shutil.copyfile(source, place)
