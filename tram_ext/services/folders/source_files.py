"""Finds the reports in folders, in a fixed order and with portable names."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tram_ext.domain.errors import Invalid, NotFound, TooLarge

_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class SourceFile:
    """A file to be mapped.

    Attributes
    ----------
    name : str
        Where it is, from the folder that was asked for on, with slashes; what is not UTF-8 in it is replaced.
    key : bytes
        The same as the file system has it: no two files of one search share it.
    """

    path: Path
    name: str
    key: bytes

    @property
    def base_name(self) -> str:
        """The name without folders."""
        return self.name.rpartition("/")[2]

    def read(self, most: int) -> bytes:
        """Return the content.

        Raises
        ------
        Invalid
            It is gone, or is no file any more.
        TooLarge
            It holds more than `most` bytes.
        """
        try:
            # A link or a pipe may have taken its place since it was found: opening must neither follow nor wait.
            with os.fdopen(os.open(self.path, os.O_RDONLY | _NO_LINK), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Invalid("This is not a file.")
                data = file.read(most + 1)
        except OSError as error:
            raise Invalid(f"The file cannot be read: {error.strerror}.") from error
        if len(data) > most:
            raise TooLarge(f"The file is larger than {most:,} bytes; raise max_upload_size, or split it.")
        return data


@dataclass(frozen=True)
class Found:
    """The files to map, and the skipped ones with the reason."""

    files: tuple[SourceFile, ...]
    passed_over: tuple[tuple[str, str], ...]


def find(roots: Sequence[Path], without: Path | None = None) -> Found:
    """Find the reports in folders, at any depth, and among single files.

    In a folder links are not followed, and hidden files and those of kinds that are not read are left alone. A file
    that is named by itself is taken as it is.

    Parameters
    ----------
    without : Path, optional
        A folder that is not looked into.

    Raises
    ------
    NotFound
        There is nothing at one of `roots`.
    Invalid
        One of `roots` is neither file nor folder, or two of them hold a file of the same name.
    """
    files: dict[bytes, SourceFile] = {}
    passed_over: list[tuple[str, str]] = []
    for root in roots:
        if not root.exists():
            raise NotFound(f"There is no file or folder {str(root)!r}.")
        if not root.is_dir() and not root.is_file():
            raise Invalid(f"{str(root)!r} is neither a file nor a folder.")
        for file in _in_folder(root, without, passed_over) if root.is_dir() else [_source(root.resolve(), root.name)]:
            if files.setdefault(file.key, file).path != file.path:
                raise Invalid(
                    f"Both {str(files[file.key].path)!r} and {str(file.path)!r} would be {file.name!r}: map them apart."
                )
    return Found(tuple(files[key] for key in sorted(files)), tuple(sorted(passed_over)))


def _in_folder(root: Path, without: Path | None, passed_over: list[tuple[str, str]]) -> Iterator[SourceFile]:
    name_of_root = root.resolve().name

    def unreadable(error: OSError) -> None:
        passed_over.append((_shown(os.fspath(error.filename)), f"The folder cannot be read: {error.strerror}."))

    for folder, folders, names in os.walk(root, onerror=unreadable):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink() and not name.startswith(".")]
        folders[:] = [name for name in folders if not name.startswith(".") and (here / name).resolve() != without]
        for name in (*links, *names):
            path = here / name
            place = f"{name_of_root}/{path.relative_to(root).as_posix()}"
            if name in links or path.is_symlink():
                passed_over.append((_shown(place), "It is a link, and links are not followed."))
            elif not name.startswith(".") and _is_read(name) and path.is_file():
                yield _source(path, place)


def _is_read(name: str) -> bool:
    from tram_ext.documents.media import JSON, by_suffix

    kind = by_suffix(name)
    return kind is not None and kind != JSON


def _source(path: Path, place: str) -> SourceFile:
    return SourceFile(path, _shown(place), os.fsencode(place))


def _shown(place: str) -> str:
    return os.fsencode(place).decode("utf-8", "replace")
