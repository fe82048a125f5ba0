"""File arguments of a command, and work on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from tram_ext.cli import output
from tram_ext.domain.errors import Invalid, NotFound, TramError


def check_readable(path: Path) -> None:
    """Raise an error unless a file can be read.

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
    """Return `paths` with folders replaced by the reports in them, and note what was skipped."""
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
    """Process every file, continuing after a failure; the exit code is then 1.

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
    """Print that a file failed, and return the failure as JSON."""
    output.note(f"Error: {named(path, message)}")
    return {"file": str(path), "error": message}


def named(path: Path, message: str) -> str:
    """Prefix a message with the name of its file, unless it begins with it."""
    return message if message.startswith(f"{path} ") else f"{path}: {message}"
