"""The command group, which imports a command when it is called, and reports its errors."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any, Final

import click

from tram_ext.cli import text
from tram_ext.domain.errors import TramError

INTERRUPTED: Final = 128 + signal.SIGINT
"""What a shell expects of a program that Ctrl+C ended."""


@contextmanager
def stops_end_the_block() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an exit within the block, so that what it opened is closed."""
    if threading.current_thread() is not threading.main_thread():  # only there signals can be set
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {}
    for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
        if signal.getsignal(number) is signal.SIG_DFL:  # not what nohup has passed over
            before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class LazyGroup(click.Group):
    """A group that lists its commands by name and summary, and imports the one that is called.

    Parameters
    ----------
    lazy : mapping of str to (str, str)
        For each name ``module:attribute``, the module below ``tram_ext.cli``, and what ``--help`` says of it.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the command names in the order of the table."""
        return list(self._lazy)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._lazy:
            return None
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"tram_ext.cli.{module}"), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; expected errors end in one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except TramError as error:
            raise Failed(error.message) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read this has enough, as ``head`` has; click ends quietly
                raise
            raise Failed(_said_by_the_system(error)) from error
        except (KeyboardInterrupt, click.Abort) as error:
            click.echo("\nInterrupted.", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from error


def _said_by_the_system(error: OSError) -> str:
    """Return the message for an operating-system error, such as a full disk when the result is printed."""
    what = error.filename if error.filename is not None else "Something could not be read or written"
    return f"{os.fsdecode(what) if isinstance(what, bytes) else what}: {error.strerror or error}."


class Failed(click.ClickException):
    """A command failed: exit code 1, and the reason on stderr."""

    def show(self, file: Any = None) -> None:
        """Print the reason, with control characters escaped."""
        click.echo(f"Error: {text.clean(self.format_message())}", file=file or sys.stderr)
