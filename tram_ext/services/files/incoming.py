"""An upload that is being received: written as it arrives, then kept as a document or discarded."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tram_ext.domain.errors import TooLarge, Unavailable
from tram_ext.services.files import private_files
from tram_ext.services.processes import owners

_INCOMING: Final = ".incoming-"
"""What the names of such files begin with; the pair of folder and database comes next, then the process."""


class Incoming:
    """A file that is being received, in the folder of documents; it is kept as a document or discarded.

    Parameters
    ----------
    pair : str
        The id of `folder` and its database; see :mod:`tram_ext.services.data_folder.pairing`.
    largest : int
        Bytes that it may hold.
    """

    def __init__(self, folder: Path, pair: str, largest: int) -> None:
        self.path = folder / f"{_INCOMING}{pair}-{owners.this_process()}-{secrets.token_hex(8)}"
        self.size = 0
        self._largest = largest
        self._hash = hashlib.sha256()
        self._file: BinaryIO = private_files.create(self.path)

    def write(self, data: bytes) -> None:
        """Add bytes.

        Raises
        ------
        TooLarge
            The file is over the limit.
        Unavailable
            The disk is full.
        """
        self.size += len(data)
        if self.size > self._largest:
            raise too_large(self._largest)
        self._hash.update(data)
        with _storing():
            self._file.write(data)

    def finish(self) -> str:
        """Sync the file to the disk, and return its SHA-256.

        Raises
        ------
        Unavailable
            The disk is full.
        """
        with _storing():
            private_files.sync(self._file)
            self._file.close()
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Remove what was received; nothing happens where it became a document."""
        with contextlib.suppress(OSError):  # a full disk may not take the last bytes of what goes anyway
            self._file.close()
        self.path.unlink(missing_ok=True)


def sweep_incoming(folder: Path, pair: str) -> None:
    """Remove what processes of `pair` were receiving when they were killed."""
    ours = f"{_INCOMING}{pair}-"
    for path in folder.glob(f"{ours}*"):
        if owners.is_gone(path.name.removeprefix(ours).partition("-")[0]):
            private_files.remove(path)


def too_large(largest: int) -> TooLarge:
    """Return the error that says what an upload may hold."""
    limit = f"{largest // 2**20:,} MB" if largest >= 2**20 else f"{largest:,} bytes"
    return TooLarge(f"The file is larger than {limit}, the limit of this workbench.")


@contextlib.contextmanager
def _storing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"The file cannot be stored: {error.strerror}.") from error
