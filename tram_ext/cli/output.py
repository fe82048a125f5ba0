"""Output: results as tables or JSON on stdout; progress, warnings and errors on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

import click

from tram_ext.cli import text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

WIDTH_OF_FILES: Final = 100
"""Columns of a table that goes into a file or a pipe, unless the environment's ``COLUMNS`` says otherwise."""

Progress = Callable[[float, str], None]


def line(message: str = "") -> None:
    """Print a line of the result."""
    click.echo(text.clean(message))


def heading(message: str) -> None:
    """Print a heading."""
    click.secho(text.one_line(message), bold=True)


def warn(message: str) -> None:
    """Print a warning to stderr."""
    click.echo(f"Warning: {text.clean(message)}", err=True)


def note(message: str) -> None:
    """Print a note to stderr."""
    click.echo(text.clean(message), err=True)


def write_json(value: Any, *, compact: bool = False) -> None:
    """Print JSON in ASCII, safe in any terminal, pipe and encoding; `compact` is one line."""
    click.echo(json.dumps(value) if compact else json.dumps(value, indent=2))


def make_ready() -> None:
    """Import the libraries for tables ahead of their use."""
    from rich import box, console, table, text  # noqa: F401 - the import is the point


def show(renderable: RenderableType) -> None:
    """Print a table or another rich renderable."""
    from rich.console import Console

    if sys.stdout.isatty():
        Console(file=sys.stdout, highlight=False, markup=False, emoji=False).print(renderable)
        return
    width = _width_of_files()
    page = StringIO()
    Console(file=page, width=width, highlight=False, markup=False, emoji=False, no_color=True).print(renderable)
    for printed in page.getvalue().splitlines():
        click.echo(printed.rstrip())


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print a table whose cells are plain text.

    Parameters
    ----------
    right : sequence of str
        Columns of numbers.
    """
    made = new_table()
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", no_wrap=column in right)
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    show(made)


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair a line."""
    from rich.table import Table

    made = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs:
        made.add_row(cell(name), cell(value))
    show(made)


def new_table() -> Table:
    """Return an empty table in the style of all tables."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)


def cell(value: str, style: str = "") -> Text:
    """Return text for a table cell, with control characters and rich markup escaped."""
    from rich.text import Text

    return Text(text.clean(value), style=style)


@contextmanager
def progress_bar(*, lines: bool = True) -> Iterator[Progress]:
    """Show progress on stderr: a bar on a terminal, one line per stage elsewhere.

    Parameters
    ----------
    lines : bool
        False: nothing where there is no terminal.
    """
    if not sys.stderr.isatty() and not lines:
        yield lambda _share, _stage: None
        return
    shown = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        yield shown.tell
    finally:
        shown.close()


class _Bar:
    def __init__(self) -> None:
        self._progress: Any = None
        self._task: Any = None

    def tell(self, share: float, stage: str) -> None:
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task("", total=1.0)
            self._progress.start()
        self._progress.update(self._task, completed=share, description=text.one_line(_sentence(stage)))

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()


class _Lines:
    """Progress as one line per stage, so that a log stays readable."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, _share: float, stage: str) -> None:
        stage = stage.partition(":")[0]
        if stage and stage != self._last:
            self._last = stage
            note(f"{_sentence(stage)} …")

    def close(self) -> None:
        """Do nothing: lines need no closing."""


def _width_of_files() -> int:
    named = os.environ.get("COLUMNS", "")
    return max(int(named), 1) if named.isdigit() else WIDTH_OF_FILES


def _sentence(stage: str) -> str:
    return stage[:1].upper() + stage[1:]
