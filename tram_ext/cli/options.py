"""The options that all commands take, and the workbench that they open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from tram_ext.domain.errors import NotFound

if TYPE_CHECKING:
    from tram_ext.domain.reports import Report
    from tram_ext.domain.users import User
    from tram_ext.services.container import Services
    from tram_ext.services.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Workbench:
    """The open workbench, and who works at it."""

    services: Services
    actor: User

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
        """Let the name of a model pass.

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
    """What the options of all commands say.

    Attributes
    ----------
    json : bool
        Whether the answer is for a program.
    data_dir, db_url : Path or str, or None
        None: the environment's, or the default.
    """

    json: bool
    data_dir: Path | None
    db_url: str | None

    def settings(self) -> Settings:
        """Return the settings of the workbench: options, else Jupyter's configuration, else the environment.

        Raises
        ------
        Invalid
            A configuration file cannot be read.
        """
        from tram_ext.configuration import configured
        from tram_ext.services.settings import Settings

        chosen = configured()
        if self.data_dir is not None:
            chosen["data_dir"] = self.data_dir
        if self.db_url:
            chosen["db_url"] = self.db_url
        return Settings.configured(chosen)

    @contextmanager
    def workbench(self) -> Iterator[Workbench]:
        """Open the workbench while the block runs.

        Raises
        ------
        TramError
            Why it cannot be opened.
        """
        from tram_ext.services.container import Services

        services = Services(self.settings())
        try:
            yield Workbench(services, services.users.at_the_command_line())
        finally:
            services.close()


def common(function: F) -> F:
    """Give a command ``--format``, ``--data-dir`` and ``--db-url``, as an `Options` in its first argument."""

    def wrapped(format_: str, data_dir: Path | None, db_url: str | None, **others: Any) -> Any:
        return function(Options(format_ == "json", data_dir, db_url), **others)

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
    """Give a command what `common` does but ``--format``, which it has of its own."""

    def wrapped(data_dir: Path | None, db_url: str | None, **others: Any) -> Any:
        return function(Options(json=False, data_dir=data_dir, db_url=db_url), **others)

    return cast("F", _with_places(update_wrapper(wrapped, function)))


def _with_places(decorated: Any) -> Any:
    """Add the options that say where the data are."""
    database = click.option("--db-url", help="SQLAlchemy URL of the database. [default: $TRAM_DB_URL, or SQLite]")
    folder = click.option(
        "--data-dir",
        type=click.Path(path_type=Path),
        help="Folder of the data. [default: $TRAM_DATA_DIR, or 'tram' in Jupyter's data folder]",
    )
    return folder(database(decorated))
