"""Confirmation of what cannot be undone."""

from __future__ import annotations

import sys

import click

from tram_ext.cli import text


def confirm(question: str) -> None:
    """Ask on the terminal and continue only after a yes; without a terminal, ``--yes`` is required."""
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm this. Add --yes.")
    click.confirm(text.clean(question), abort=True, err=True)
