"""The files that a database names, uploads and models: where they lie, and whether they are what was stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tram_ext.services.backups.backup_format import DOCUMENTS, MODELS
from tram_ext.store.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that belongs to a row.

    Attributes
    ----------
    place : str
        Its place in the folder of the data, such as ``documents/0123.bin``.
    owner : str
        What it is to people.
    size : int or None
        Bytes; None where nobody noted that.
    sha256 : str
        Its hash; empty where nobody noted that.
    """

    place: str
    owner: str
    size: int | None = None
    sha256: str = ""

    @property
    def is_upload(self) -> bool:
        """Whether somebody uploaded it; else it is a model's."""
        return self.place.startswith(f"{DOCUMENTS}/")

    def fault(self, folder: Path) -> str:
        """Say what is wrong with it in `folder`, as far as that shows without reading it; empty: nothing."""
        try:
            found = (folder / self.place).stat().st_size
        except FileNotFoundError:
            return self.said("is gone")
        except OSError as error:
            return self.said(f"cannot be read: {error.strerror}")
        if self.size not in (None, found):
            return self.said(f"has {found:,} bytes, and had {self.size:,} when it was stored")
        return ""

    def said(self, what: str) -> str:
        """Say something of it, so that people know which file that is."""
        return f"the file of {self.owner} ({self.place}) {what}"


def stored_files(work: UnitOfWork) -> list[StoredFile]:
    """Return all files that the rows of a database name."""
    found = [
        StoredFile(f"{DOCUMENTS}/{item.stored_name}", f"document {item.id}, {item.name!r}", item.size, item.sha256)
        for item in work.documents.stored()
    ]
    for version in work.model_versions.list():
        place = PurePosixPath(MODELS, version.file_name)
        owner = f"version {version.number} of model {version.model!r}"
        found.append(StoredFile(str(place), owner, version.size, version.sha256))
        found.append(StoredFile(str(place.with_suffix(".json")), f"the card of {owner}"))
    return found


def strays(folder: Path, work: UnitOfWork) -> list[Path]:
    """Return the files among the uploads in `folder` that belong to no row.

    What is being received is none of them, nor what a purge is about to remove.
    """
    place = folder / DOCUMENTS
    if not place.is_dir():
        return []
    there = sorted(path for path in place.iterdir() if not path.name.startswith("."))
    known = work.documents.known_names()
    return [path for path in there if path.name not in known]


def purged_files(folder: Path, work: UnitOfWork) -> list[Path]:
    """Return the files in `folder` of documents that were purged: a purge that was killed did not come to them."""
    place = folder / DOCUMENTS
    gone = work.documents.known_names() - work.documents.stored_names()
    return [path for name in sorted(gone) if (path := place / name).exists()]
