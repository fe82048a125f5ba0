"""Asking before what cannot be taken back."""

from __future__ import annotations

import sys

import click

from tram_ext.cli import text


def confirm(question: str) -> None:
    """Ask whoever sits at the terminal, and go on after a yes only; where nobody can answer, ``--yes`` is missing."""
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm this. Add --yes.")
    click.confirm(text.clean(question), abort=True, err=True)
