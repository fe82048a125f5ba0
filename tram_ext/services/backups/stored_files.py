"""The files that a database refers to (uploads and models): their paths, and whether they are intact."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tram_ext.services.backups.backup_format import DOCUMENTS, MODELS
from tram_ext.store.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a row of the database refers to.

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
        """Whether the file is an upload; otherwise it is a model."""
        return self.place.startswith(f"{DOCUMENTS}/")

    def fault(self, folder: Path) -> str:
        """Return what is wrong with the file in `folder`, without reading it; empty where nothing is."""
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
        """Return a phrase that identifies the file to a person."""
        return f"the file of {self.owner} ({self.place}) {what}"


def stored_files(work: UnitOfWork) -> list[StoredFile]:
    """Return all files that rows of a database refer to."""
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
    """Return the uploads in `folder` that no row refers to.

    What is being received is none of them, nor what a purge is about to remove.
    """
    place = folder / DOCUMENTS
    if not place.is_dir():
        return []
    there = sorted(path for path in place.iterdir() if not path.name.startswith("."))
    known = work.documents.known_names()
    return [path for path in there if path.name not in known]


def purged_files(folder: Path, work: UnitOfWork) -> list[Path]:
    """Return the files in `folder` of purged documents, left by a purge that was killed."""
    place = folder / DOCUMENTS
    gone = work.documents.known_names() - work.documents.stored_names()
    return [path for name in sorted(gone) if (path := place / name).exists()]
