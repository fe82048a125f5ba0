"""Pairing marks: the id that a data folder and its database share, and each one's location.

The folder keeps it in a file, the database among its single values. A new id is written in three steps: a draft of the
file, the database, the file. Whoever finds the draft of the id that the database has makes the last step; any other
draft means nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.errors import Unavailable
from tram_ext.services.files import private_files
from tram_ext.services.settings import Settings
from tram_ext.store import addresses
from tram_ext.store.database import Store, UnitOfWork
from tram_ext.store.database_file import file_of

MARK: Final = "workbench.json"
"""The file that says which database a folder belongs to."""

ADVICE: Final = (
    "Check TRAM_DB_URL, TRAM_DATA_DIR and Jupyter's configuration. If the two are to belong together from now on, run "
    "'jupyter tram adopt'."
)
NOT_PAIRED: Final = "not_paired"
"""The code of errors about folders and databases that do not belong together."""

_KEY: Final = "data_folder"
_DRAFT: Final = ".workbench-"
_ID: Final = re.compile(r"[0-9a-f]{32}")
_LARGEST: Final = 1 << 16
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """One half's mark: the shared id, and the location of the other half."""

    id: str
    place: str
    machine: str = ""

    def __str__(self) -> str:
        """Return the location of the other half, in words."""
        where = f"{self.place} on {self.machine}" if self.machine else self.place
        return f"{where} (id {self.id[:_SHOWN]})"


def mark_of_folder(settings: Settings) -> Mark | None:
    """Read the mark of a folder; its location is the URL of the database."""
    path = settings.data_dir / MARK
    try:
        with path.open("rb") as file:
            found = _parsed(json.loads(file.read(_LARGEST)), "database")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}. Is the folder yours?") from error
    except (ValueError, RecursionError):
        found = None
    if found is None:
        raise Unavailable(
            f"{path} is damaged, so that nobody can tell which database the folder belongs to. {ADVICE}",
            code=NOT_PAIRED,
        )
    if "://" in found.place:
        return found
    return Mark(found.id, f"sqlite:///{settings.data_dir.absolute() / found.place}")


def mark_of_database(work: UnitOfWork) -> Mark | None:
    """Read the mark of a database; its location is the path of the folder."""
    return _parsed(work.settings.get(_KEY), "folder")


def _parsed(value: Any, other: str) -> Mark | None:
    if not isinstance(value, dict):
        return None
    shared, place, machine = (str(value.get(name, "")) for name in ("id", other, "machine"))
    return Mark(shared, place, machine) if place and _ID.fullmatch(shared) else None


def is_drafted(folder: Path, shared: str) -> bool:
    """Whether this id is still a draft: written in both halves, its last step not yet made."""
    return _draft_file(folder, shared).is_file()


def write_draft(work: UnitOfWork, settings: Settings) -> str:
    """Write a new id as a draft to folder and database, and return it; `work` has to be committed."""
    shared = secrets.token_hex(16)
    _write(_draft_file(settings.data_dir, shared), shared, settings)
    _set(work, shared, settings)
    return shared


def finish(folder: Path, shared: str) -> None:
    """Turn the draft of an id into the id, unless another process has done so, and remove obsolete drafts."""
    draft = _draft_file(folder, shared)
    try:
        private_files.move(draft, folder / MARK)
    except Unavailable:
        if draft.exists():
            raise
    for left in (*folder.glob(f"{_DRAFT}*"), *folder.glob(f".{MARK}.*")):
        private_files.remove(left)


def follow(store: Store, settings: Settings, shared: str) -> None:
    """Update the locations of a pair that was moved or copied; they are used in messages only, so this may fail."""
    with store.read() as work:
        of_database = mark_of_database(work)
    of_folder, folder = mark_of_folder(settings), settings.data_dir
    with contextlib.suppress(Unavailable):
        if of_database is not None and of_database.place != str(folder.absolute()):
            with store.write() as work:
                _set(work, shared, settings)
        if of_folder is not None and of_folder.place != database_url(settings):
            private_files.write(folder / MARK, _content(shared, settings))


def mark_restored(work: UnitOfWork, settings: Settings, staged: Path) -> None:
    """Give a database that is being restored and its files in `staged` a new id."""
    shared = secrets.token_hex(16)
    _set(work, shared, settings)
    _write(staged / MARK, shared, settings)


def _set(work: UnitOfWork, shared: str, settings: Settings) -> None:
    folder = str(settings.data_dir.absolute())
    work.settings.set(_KEY, {"id": shared, "folder": folder, "machine": socket.gethostname()})


def _content(shared: str, settings: Settings) -> bytes:
    """Return the text of a folder's mark; a database inside the folder is given by its relative path."""
    url, inside = database_url(settings), f"sqlite:///{settings.data_dir.absolute()}/"
    return json.dumps({"id": shared, "database": url.removeprefix(inside)}, indent=1).encode()


def _write(path: Path, shared: str, settings: Settings) -> None:
    """Write a mark under a temporary name, so that a partial one has no effect."""
    with private_files.create(path) as file:
        file.write(_content(shared, settings))
        private_files.sync(file)
    private_files.sync_folder(path.parent)


def _draft_file(folder: Path, shared: str) -> Path:
    return folder / f"{_DRAFT}{shared}.json"


def database_url(settings: Settings) -> str:
    """Return the URL of the database without passwords; a file's with its absolute path."""
    file = file_of(settings.database_url)
    return addresses.shown(settings.database_url) if file is None else f"sqlite:///{file.absolute()}"


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Lock the folder while an id is written; where folders cannot be locked, the database's lock has to suffice."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
