"""The notebooks that teach the workbench: part of the package, copied to whoever works with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tram_ext.domain.errors import Unavailable

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_PLACES: Final = (_PACKAGE / "notebooks", _PACKAGE.parent / "notebooks")
"""In an installed package, and in a source tree."""

_PATTERNS: Final = ("[0-9]*.ipynb", "samples/*.html", "samples/*.txt", "samples/*.docx", "samples/*.pdf")


@dataclass(frozen=True, slots=True)
class NotebookFile:
    """A notebook or a sample report.

    Attributes
    ----------
    path : str
        Where it belongs in the reader's folder, with forward slashes.
    """

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one file.

    Attributes
    ----------
    is_new : bool
        False where the reader has it already; it is left as it is.
    """

    path: Path
    is_new: bool


def files() -> Iterator[NotebookFile]:
    """Read all notebooks, then their sample reports.

    Raises
    ------
    Unavailable
        They are not part of this installation.
    """
    folder = next((place for place in _PLACES if any(place.glob(_PATTERNS[0]))), None)
    if folder is None:
        raise Unavailable("The notebooks are not part of this installation. Install tram-ext again.")
    for pattern in _PATTERNS:
        for path in sorted(folder.glob(pattern)):
            yield NotebookFile(path.relative_to(folder).as_posix(), path.read_bytes())


def copy(target: Path) -> list[Copied]:
    """Copy all to the folder `target`; what is there is the reader's, and stays.

    Raises
    ------
    Unavailable
        The folder cannot be written to, or there are no notebooks.
    """
    return [_copied(file, target) for file in files()]


def _copied(file: NotebookFile, target: Path) -> Copied:
    path = target / file.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(file.content)
    except FileExistsError:
        return Copied(path, is_new=False)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error
    return Copied(path, is_new=True)
