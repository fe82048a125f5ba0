"""Files that only their owner can read, written whole or not at all."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tram_ext.domain.errors import Conflict, Unavailable

_log = logging.getLogger(__name__)


_ELSEWHERE = "choose another with TRAM_DATA_DIR or --TramExtension.data_dir"


def make_folder(path: Path, *, or_else: str = _ELSEWHERE) -> Path:
    """Make `path` with its parents, readable by its owner only, and return it.

    Parameters
    ----------
    or_else : str
        What to do where that fails; by default, what helps where it is the folder of the data.

    Raises
    ------
    Unavailable
        It cannot be made, or cannot be written to.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {path} cannot be made ({error.strerror}). {or_else[0].upper()}{or_else[1:]}."
        ) from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(f"The folder {path} cannot be written to. Make it writable, or {or_else}.")
    return path


def create(path: Path, *, called: Path | None = None) -> BinaryIO:
    """Open a new file for writing that only its owner can read.

    Parameters
    ----------
    called : Path, optional
        The name that people know it by, where that is another.

    Raises
    ------
    Unavailable
        It cannot be made.
    """
    try:
        return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except OSError as error:
        raise Unavailable(f"{called or path} cannot be written: {error.strerror}.") from error


def sync(file: BinaryIO) -> None:
    """Sync a file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def remove(path: Path) -> bool:
    """Delete a file that is not needed any more, and return whether it is gone; the log says why it is not."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("A file that is left over cannot be removed: %s", error)
        return False
    return True


def move(source: Path, target: Path) -> None:
    """Give a file its final name, durably.

    Raises
    ------
    Unavailable
        It cannot have it.
    """
    try:
        source.replace(target)
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror}.") from error
    sync_folder(target.parent)


@contextlib.contextmanager
def drafted(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Open a file that becomes `path` when the block ends; where the block fails, nothing has happened.

    A reader of `path` sees what was there before or the whole of what comes, also after a crash.

    Raises
    ------
    Conflict
        `path` is there already, and may not be overwritten.
    Unavailable
        It cannot be written.
    """
    if path.exists() and not path.is_file():
        raise Unavailable(f"{path} cannot be written: it is no file.")
    if not overwrite and path.exists():  # found out before the work, and again after it
        raise _is_there(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with create(draft, called=path) as file:
            yield file
            sync(file)
        if overwrite:
            draft.replace(path)
        else:
            _settle(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):  # there is no draft any more, or never was one
            draft.unlink()


def write(path: Path, data: bytes, *, overwrite: bool = True) -> None:
    """Put `data` into `path`; see :func:`drafted`."""
    with drafted(path, overwrite=overwrite) as file:
        file.write(data)


def write_once(path: Path, data: bytes) -> bytes:
    """Put `data` into `path` unless there is such a file; return what it holds then.

    Of two processes that do this at once, one wins and both get the winner's data.
    """
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    try:
        write(path, data, overwrite=False)
    except Conflict:
        return path.read_bytes()
    return data


def _settle(draft: Path, path: Path) -> None:
    """Give a draft its name unless something has it."""
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise _is_there(path) from error
    except OSError:  # not every file system knows hard links: take the name first
        try:
            create(path).close()
        except Unavailable:
            raise _is_there(path) from None
        draft.replace(path)


def _is_there(path: Path) -> Conflict:
    return Conflict(f"{path} is there already, and is overwritten only with --force.")


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder to the disk."""
    with contextlib.suppress(OSError):  # not every system can open a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
