"""Jupyter's configuration files in Jupyter's order, and their sections about the workbench."""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tram_ext.configuration.options import SECTION

_BEFORE_THE_SERVERS: Final = (
    "jupyter_tram_ext_config",
    "jupyter_notebook_config",
    "jupyter_lab_config",
    "jupyter_config",
)
"""Names of files that count less than the server's own, the least first: of extensions, then of all Jupyter."""

_SERVERS: Final = "jupyter_server_config"

_MARKS: Final = (SECTION, "load_subconfig")
"""A file without any of these says nothing of the workbench, and is not run."""


class Unreadable(Exception):
    """A configuration file cannot be read; the message names it."""


def drop_ins() -> list[Path]:
    """Return the JSON files in the ``.d`` folders, lowest precedence first.

    Jupyter itself takes nothing from them but which extensions are enabled.
    """
    return [
        path
        for name in (*_BEFORE_THE_SERVERS, _SERVERS)
        for folder in _folders()
        for path in sorted(_listed(folder / f"{name}.d"))
    ]


def files(chosen: str = "") -> list[Path]:
    """Return the configuration files that Jupyter's applications read, lowest precedence first.

    Parameters
    ----------
    chosen : str
        The file that ``--config`` names; it takes the place of the server's own.

    Raises
    ------
    Unreadable
        The chosen file is not there.
    """
    names = _BEFORE_THE_SERVERS if chosen else (*_BEFORE_THE_SERVERS, _SERVERS)
    found = [path for name in names for folder in _folders() for path in _pair(folder / name)]
    if not chosen:
        return found
    named = list(_pair(Path(chosen).expanduser().absolute().with_suffix("")))
    if not named:
        raise Unreadable(f"The configuration file {chosen} that --config names is not there, as .py or .json.")
    return [*found, *named]


def _folders() -> list[Path]:
    """Return Jupyter's configuration folders, lowest precedence first."""
    from jupyter_core.paths import jupyter_config_path

    return [Path(folder) for folder in reversed(jupyter_config_path())]


def _pair(stem: Path) -> Iterator[Path]:
    """Yield the Python and the JSON file of a name; JSON takes precedence, so it comes last."""
    for suffix in (".py", ".json"):
        path = stem.with_name(f"{stem.name}{suffix}")
        if path.is_file():
            yield path


def _listed(folder: Path) -> Iterator[Path]:
    return folder.glob("*.json") if folder.is_dir() else iter(())


def section(path: Path) -> dict[str, Any]:
    """Return a file's section about the workbench as written; empty where it has none.

    Raises
    ------
    Unreadable
        The file is not to be read, is malformed, or fails when it is run.
    """
    try:
        text = path.read_bytes().decode(errors="replace")
    except OSError as error:
        raise Unreadable(f"The configuration file {path} cannot be read: {error.strerror}.") from error
    if not any(mark in text for mark in _MARKS):
        return {}
    try:
        found = _loaded(path)
    except (Exception, SystemExit) as error:  # a configuration file is code of its owner's
        raise Unreadable(f"The configuration file {path} cannot be read: {_reason(error, path)}.") from error
    if not isinstance(found, dict):
        raise Unreadable(f"{SECTION} in {path} has to be a table of options, and is {found!r}.")
    return said(found)


def _loaded(path: Path) -> Any:
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    loader = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    if path.suffix == ".json" and not isinstance(json.loads(path.read_bytes()), dict):
        raise ValueError(f'it has to hold an object, such as {{"{SECTION}": {{"max_pages": 500}}}}')
    with contextlib.redirect_stdout(sys.stderr):  # what a file prints is not what a command answers
        config = loader(path.name, path=str(path.parent)).load_config()
    return config.get(SECTION, {})


def said(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section without lazily created entries: traitlets makes one for each attribute that is read."""
    from traitlets.config.loader import LazyConfigValue

    return {
        name: value for name, value in found.items() if not (isinstance(value, LazyConfigValue) and not value.to_dict())
    }


def _reason(error: BaseException, path: Path) -> str:
    """Return the reason of an error in a file, with its line."""
    if isinstance(error, SystemExit):
        return "it ends the program"
    reason = (
        f"{error}".rstrip(".") if isinstance(error, ValueError | SyntaxError) else f"{type(error).__name__}: {error}"
    )
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    if lines and not isinstance(error, SyntaxError):  # which names its line itself
        return f"{reason} (line {lines[-1]})"
    return reason
