"""Pairing of data folder and database: both store the same random id, and a pair that does not match is not opened."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tram_ext.domain.errors import TramError, Unavailable
from tram_ext.services.data_folder import marks
from tram_ext.services.data_folder.marks import ADVICE, MARK, NOT_PAIRED, Mark
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork, peek

STORED_DOCUMENT: Final = ".bin"
_STORED_MODEL: Final = ".skops"


@dataclass(frozen=True, slots=True)
class Survey:
    """A folder and a database with their marks, and how they relate.

    Attributes
    ----------
    is_pair : bool
        Whether they belong together already.
    of_folder, of_database : Mark or None
        What each knows; None where it belongs to nothing.
    named, missing, strange : int
        Files that the database names, those of them that the folder lacks, and files of the folder that it does not
        name.
    """

    folder: Path
    database: str
    is_pair: bool
    of_folder: Mark | None
    of_database: Mark | None
    named: int
    missing: int
    strange: int


def require_pair(settings: Settings) -> None:
    """Raise an error unless folder and database belong together or are both unpaired; nothing is written.

    A folder that belongs to nothing goes with a database that belongs to nothing where the database names files that
    the folder holds, or where there are no files on either side.

    Raises
    ------
    Unavailable
        They do not belong together, or one of them cannot be read.
    """
    try:
        with peek(settings.database_url) as work:
            _shared_id(work, settings)
    except Unavailable:
        if not settings.data_dir.is_dir():
            raise
        with marks.alone_in(settings.data_dir), peek(settings.database_url) as work:
            _shared_id(work, settings)  # somebody may have been just giving them their id


def settle(store: Store, settings: Settings) -> str:
    """Return the id that a folder and its database share; unpaired ones are given one.

    Raises
    ------
    Unavailable
        As :func:`require_pair`; or the folder cannot be written to.
    """
    with marks.alone_in(settings.data_dir):
        with store.read() as work:
            shared = _shared_id(work, settings)
        if shared is None or not (settings.data_dir / MARK).exists() or marks.is_drafted(settings.data_dir, shared):
            with store.write() as work:
                shared = _shared_id(work, settings) or marks.write_draft(work, settings)
            marks.finish(settings.data_dir, shared)
    marks.follow(store, settings, shared)
    return shared


def renew(store: Store, settings: Settings, note: Callable[[UnitOfWork], None]) -> str:
    """Pair a folder and a database under a new id, whatever they were paired with, and return it.

    Parameters
    ----------
    note : callable
        Called within the same unit of work.

    Raises
    ------
    Unavailable
        The folder cannot be written to.
    """
    with marks.alone_in(settings.data_dir):
        with store.write() as work:
            shared = marks.write_draft(work, settings)
            note(work)
        marks.finish(settings.data_dir, shared)
    return shared


def survey(settings: Settings) -> Survey:
    """Compare a folder and a database, whether or not they belong together; nothing is written.

    Raises
    ------
    Unavailable
        The database cannot be read.
    """
    documents, models = _stored(settings)
    try:
        of_folder = marks.mark_of_folder(settings)
    except Unavailable:  # damaged: it says nothing
        of_folder = None
    with peek(settings.database_url) as work:
        of_database = None if work is None else marks.mark_of_database(work)
        named = (set[str](), set[str]()) if work is None else work.stored_files.named()
        count = 0 if work is None else work.stored_files.count()
    return Survey(
        folder=settings.data_dir,
        database=marks.database_url(settings),
        is_pair=of_folder is not None and of_database is not None and of_folder.id == of_database.id,
        of_folder=of_folder,
        of_database=of_database,
        named=count,
        missing=max(0, count - len(documents & named[0]) - len(models & named[1])),
        strange=len(documents - named[0]) + len(models - named[1]),
    )


def require_replaceable(settings: Settings) -> None:
    """Raise an error unless folder and database may be replaced together, as a restore does.

    They belong together, or one is damaged or lost, or belongs to nothing. What is the other half of a third is spared.

    Raises
    ------
    Unavailable
        The folder belongs to a database elsewhere, or the database to a folder elsewhere.
    """
    folder = settings.data_dir
    of_folder = of_database = None
    with contextlib.suppress(TramError):  # damaged: what there is to be restored for
        of_folder = marks.mark_of_folder(settings)
    with contextlib.suppress(TramError), peek(settings.database_url) as work:
        of_database = None if work is None else marks.mark_of_database(work)
    if of_folder is not None and of_database is not None and of_folder.id == of_database.id:
        return
    is_elsewhere = of_folder is not None and of_folder.place != marks.database_url(settings)
    if is_elsewhere or (of_database is not None and of_database.place != str(folder.absolute())):
        raise _refusal(settings, _owners(of_folder, of_database))


def _shared_id(work: UnitOfWork | None, settings: Settings) -> str | None:
    """Return the id that folder and database share, or None where both are unpaired and may be given one.

    Raises
    ------
    Unavailable
        They do not belong together.
    """
    mark = marks.mark_of_folder(settings)
    known = None if work is None else marks.mark_of_database(work)
    if known is not None and (
        (mark is not None and mark.id == known.id) or marks.is_drafted(settings.data_dir, known.id)
    ):
        return known.id
    if mark is not None or known is not None:
        raise _refusal(settings, _owners(mark, known))
    documents, models = _stored(settings)
    if documents or models:
        of_documents, of_models = (set[str](), set[str]()) if work is None else work.stored_files.named()
        if not (documents & of_documents or models & of_models):
            what = "does not exist yet" if work is None else "names none of them"
            raise _refusal(settings, f"the folder holds {_files(documents, models)}, and the database {what}")
    elif work is not None and (number := work.stored_files.count()):
        raise _refusal(settings, f"the database names {number:,} stored files, and the folder holds none")
    return None


def _owners(of_folder: Mark | None, of_database: Mark | None) -> str:
    """Return a sentence that says what each of the two is paired with."""
    folder = "has no id" if of_folder is None else f"belongs to the database {of_folder}"
    database = "has none" if of_folder is None else "has none, or is not there"
    if of_database is not None:
        database = f"belongs to the folder {of_database}"
    return f"the folder {folder}, and the database {database}"


def _refusal(settings: Settings, why: str) -> Unavailable:
    return Unavailable(
        f"The data folder {settings.data_dir} and the database {marks.database_url(settings)} do not belong "
        f"together: {why}. Nothing was changed. {ADVICE}",
        code=NOT_PAIRED,
    )


def _files(documents: set[str], models: set[str]) -> str:
    counts = [(len(documents), "uploaded file"), (len(models), "model")]
    return " and ".join(f"{number:,} {what}{'s' * (number != 1)}" for number, what in counts if number)


def _stored(settings: Settings) -> tuple[set[str], set[str]]:
    """Return the names of the uploads and models in the folder."""
    return (
        {path.name for path in settings.documents_dir.glob(f"*{STORED_DOCUMENT}")},
        {path.name for path in settings.models_dir.glob(f"*{_STORED_MODEL}")},
    )
