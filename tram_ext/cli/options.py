"""The options shared by all commands, and the workbench that they open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import click

from tram_ext.configuration.options import OPTIONS, SECTION
from tram_ext.domain.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from tram_ext.configuration.reading import Configuration
    from tram_ext.domain.reports import Report
    from tram_ext.domain.users import User
    from tram_ext.services.container import Services
    from tram_ext.services.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_PREFIX: Final = "tram_extension_"
"""Keeps the names of the configuration's options apart from those of a command."""


@dataclass(frozen=True)
class Workbench:
    """The open workbench and its user."""

    services: Services
    actor: User
    data_dir: Path
    """Where the data are, also where the workbench is a copy of them."""

    @property
    def is_copy(self) -> bool:
        """Whether the workbench is a temporary copy, because its data cannot be written."""
        return self.services.settings.data_dir != self.data_dir

    def place(self, path: Path) -> Path:
        """Return the path of a data file to show, which is never that of a temporary copy."""
        return self.data_dir / path.relative_to(self.services.settings.data_dir)

    def prepare(self) -> None:
        """Prepare ATT&CK and the default model, and show the progress.

        Raises
        ------
        Unavailable
            The database is on a server, and the files of its models cannot be written.
        """
        from tram_ext.cli import output

        if self.is_copy and self.services.settings.db_url:
            raise Unavailable(
                f"ATT&CK and the default model are not ready, and nothing can be written to {self.data_dir}. Make the "
                "folder writable, or name no database with TRAM_DB_URL to prepare them in a temporary one."
            )
        if self.is_copy:
            output.note(
                f"Nothing can be written to {self.data_dir}: ATT&CK and the default model are prepared in a temporary "
                "folder, each time anew. Make the folder writable, or choose another with TRAM_DATA_DIR."
            )
        with output.progress_bar() as tell:
            self.services.preparation.ensure(tell)

    def load_attack(self, tell: Callable[[float, str], None]) -> None:
        """Load the ATT&CK that ships with the project, unless some is there."""
        if not self.services.attack.is_loaded():
            tell(0.0, "loading ATT&CK")
            self.services.attack.load_default()

    def report(self, report_id: int) -> Report:
        """Return a report.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        try:
            return self.services.reports.get(report_id, self.actor)
        except NotFound as error:
            raise NotFound(
                f"There is no report {report_id}. 'jupyter tram reports list' shows what there is."
            ) from error

    def require_model(self, name: str) -> None:
        """Raise an error for an unknown model name.

        Raises
        ------
        NotFound
            No such model is registered.
        """
        names = [entry.name for entry in self.services.models.list(self.actor)]
        if name not in {"default", *names}:
            raise NotFound(f"There is no model {name!r}. There are: {', '.join(names)}.")


@dataclass(frozen=True)
class Options:
    """The values of the shared options.

    Attributes
    ----------
    json : bool
        Whether the answer is for a program.
    data_dir, db_url : Path or str, or None
        None: the configuration's, the environment's, or the default.
    config_file : str
        The file that ``--config`` names; empty: Jupyter's own.
    chosen : mapping of str to str
        The options of the workbench that stand on the command line in Jupyter's words, ``--TramExtension.NAME=VALUE``.
    """

    json: bool
    data_dir: Path | None
    db_url: str | None
    config_file: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    def configuration(self) -> Configuration:
        """Return the configuration: options before Jupyter's files before the environment."""
        from tram_ext.configuration.reading import option, read

        chosen = {name: option(name, value) for name, value in self.chosen.items()}
        if self.data_dir is not None:
            chosen["data_dir"] = option("data_dir", self.data_dir, "--data-dir")
        if self.db_url:
            chosen["db_url"] = option("db_url", self.db_url, "--db-url")
        return read(chosen, self.config_file)

    def settings(self) -> Settings:
        """Return the settings of the workbench.

        Raises
        ------
        Unavailable
            The configuration is wrong.
        """
        return self.configuration().settings()

    @contextmanager
    def workbench(self) -> Iterator[Workbench]:
        """Open the workbench while the block runs.

        Raises
        ------
        TramError
            Why it cannot be opened.
        """
        with self._opened(self.settings()) as workbench:
            yield workbench

    @contextmanager
    def reading(self, *, or_empty: bool = False) -> Iterator[Workbench]:
        """Open the workbench for a command that stores nothing; as a temporary copy where it cannot be written.

        Parameters
        ----------
        or_empty : bool
            Where there are no data and none can be made either, open an empty workbench that vanishes.

        Raises
        ------
        TramError
            Why it cannot be opened.
        """
        from tram_ext.services.data_folder.read_only import readable

        settings = self.settings()
        with readable(settings, or_empty=or_empty) as found, self._opened(found, settings.data_dir) as workbench:
            yield workbench

    @contextmanager
    def _opened(self, settings: Settings, data_dir: Path | None = None) -> Iterator[Workbench]:
        from tram_ext.services.container import Services

        services = Services(settings)
        try:
            yield Workbench(services, services.users.at_the_command_line(), data_dir or settings.data_dir)
        finally:
            services.close()


def common(function: F) -> F:
    """Add ``--format`` and the options of `located` to a command, as an `Options` in its first argument."""

    def wrapped(format_: str, **others: Any) -> Any:
        return function(_taken(others, as_json=format_ == "json"), **others)

    shape = click.option(
        "--format",
        "format_",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="For people or for programs.",
    )
    return cast("F", shape(_with_places(update_wrapper(wrapped, function))))


def located(function: F) -> F:
    """Add the options of `common` except ``--format`` to a command that has its own."""

    def wrapped(**others: Any) -> Any:
        return function(_taken(others, as_json=False), **others)

    return cast("F", _with_places(update_wrapper(wrapped, function)))


def from_here(folder: str) -> str:
    """Return the absolute path of a folder given relative to the working directory."""
    return os.path.abspath(os.path.expanduser(folder))  # noqa: PTH100, PTH111 - Path.absolute() keeps the dots


def _taken(given: dict[str, Any], *, as_json: bool) -> Options:
    """Take the shared options out of the arguments of a command."""
    folder, url, file = given.pop("data_dir"), given.pop("db_url"), given.pop("config_file")
    chosen = {name: given.pop(f"{_PREFIX}{name}") for name in OPTIONS}
    return Options(
        as_json,
        Path(from_here(folder)) if folder else None,
        url,
        file or "",
        {name: value for name, value in chosen.items() if value is not None},
    )


def _with_places(decorated: Any) -> Any:
    """Add the options for the place of the data, and Jupyter's options."""
    for name in reversed(OPTIONS):
        decorated = click.option(f"--{SECTION}.{name}", f"{_PREFIX}{name}", hidden=True)(decorated)
    file = click.option(
        "--config",
        "config_file",
        metavar="FILE",
        help="Configuration file of Jupyter. [default: jupyter_server_config.py and .json]",
    )
    database = click.option("--db-url", help="SQLAlchemy URL of the database. [default: $TRAM_DB_URL, or SQLite]")
    folder = click.option(
        "--data-dir",
        help="Folder of the data. [default: $TRAM_DATA_DIR, or 'tram' in Jupyter's data folder]",
    )
    return folder(database(file(decorated)))
