"""Files that a command is given, and several of them in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from tram_ext.cli import output
from tram_ext.domain.errors import Invalid, NotFound, TramError


def check_readable(path: Path) -> None:
    """Let a file pass that can be read.

    Raises
    ------
    NotFound
        There is nothing at `path`.
    Invalid
        It is no file, or may not be read.
    """
    if not path.exists():
        raise NotFound("There is no such file.")
    if not path.is_file():
        raise Invalid("This is not a file.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise Invalid(f"The file cannot be read: {error.strerror}.") from error


def in_folders(paths: Iterable[Path]) -> list[Path]:
    """Return `paths` with the reports in folders in the place of these, and tell people what was passed over."""
    from tram_ext.services.folders.source_files import find

    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        found = find([path])
        for name, reason in found.passed_over:
            output.warn(f"{name}: {reason}")
        if not found.files:
            output.warn(f"{path}: There is no report in this folder.")
        files += [file.path for file in found.files]
    return files


def each(files: Iterable[Path], work: Callable[[Path], dict[str, Any]], *, as_json: bool) -> None:
    """Do the same work for every file, and go on after one that fails; then the exit code is 1.

    Parameters
    ----------
    work : callable
        Takes a readable file, tells people what it did, and returns it as JSON: one line a file.
    """
    failed = False
    for path in files:
        try:
            check_readable(path)
            done = work(path)
        except TramError as error:
            failed = True
            done = failure(path, error.message)
        if as_json:
            output.write_json(done, compact=True)
    if failed:
        raise click.exceptions.Exit(1)


def failure(path: Path, message: str) -> dict[str, str]:
    """Tell people that a file failed, and return it as JSON."""
    output.note(f"Error: {named(path, message)}")
    return {"file": str(path), "error": message}


def named(path: Path, message: str) -> str:
    """Say which file a message is about, where it does not begin with that."""
    return message if message.startswith(f"{path} ") else f"{path}: {message}"
