"""Files that only their owner can read, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from tram_ext.domain.errors import Unavailable


def make_folder(path: Path) -> Path:
    """Make `path` with its parents, readable by its owner only, and return it.

    Raises
    ------
    Unavailable
        It cannot be made, or cannot be written to.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {path} cannot be made ({error.strerror}). "
            "Choose another with TRAM_DATA_DIR or --TramExtension.data_dir."
        ) from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(
            f"The folder {path} cannot be written to. Make it writable, or choose another with TRAM_DATA_DIR "
            "or --TramExtension.data_dir."
        )
    return path


def create(path: Path) -> BinaryIO:
    """Open a new file for writing that only its owner can read.

    Raises
    ------
    Unavailable
        It cannot be made.
    """
    try:
        return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error


def sync(file: BinaryIO) -> None:
    """Make sure that what was written to `file` is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def move(source: Path, target: Path) -> None:
    """Give a file its final name, durably."""
    source.replace(target)
    _sync_folder(target.parent)


def write(path: Path, data: bytes) -> None:
    """Put `data` into `path`: a reader sees the old file or the new one, also after a crash."""
    draft = _draft(path, data)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_once(path: Path, data: bytes) -> bytes:
    """Put `data` into `path` unless there is such a file; return what it holds then.

    Of two processes that do this at once, one wins and both get the winner's data.
    """
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    draft = _draft(path, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return data


def _draft(path: Path, data: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with create(draft) as file:
            file.write(data)
            sync(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error
    return draft


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system can open a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
