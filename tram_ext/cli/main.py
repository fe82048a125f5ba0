"""The entry point of ``jupyter tram``: a subcommand, or else the server."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tram_ext import __version__
from tram_ext.cli.commands import LazyGroup

_HELP = ("-h", "--help", "--version")


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    lazy={
        "map": ("mapping.map:map_command", "Map reports to ATT&CK; nothing is stored."),
        "import": ("reports.imports:import_command", "Import TRAM's report exports."),
        "train": ("training.train:train_command", "Train a model on what was accepted."),
        "evaluate": ("training.evaluate:evaluate_command", "Measure a model over folds and seeds."),
        "next": ("training.labels:next_command", "List the sentences whose review teaches a model most."),
        "check-labels": ("training.labels:check_command", "Find accepted sentences whose technique may be wrong."),
        "models": ("training.models:models_group", "List models, show and compare model cards, restore."),
        "reports": ("reports.reports:reports_group", "List, show, delete reports; choose what is trained on."),
        "review": ("review.review:review_command", "Accept, reject and correct what a model proposes."),
        "export": ("reports.export:export_command", "Export reports: JSON, Word, Navigator layer, STIX, CSV."),
        "attack": ("attack.attack:attack_group", "Look ATT&CK up; load a STIX bundle, or upgrade to it."),
        "log": ("review.log:log_command", "Show who did what, when."),
        "undo": ("review.undo:undo_command", "Undo your own last action."),
        "redo": ("review.undo:redo_command", "Redo what you undid."),
        "user": ("access.users:user_group", "Add users, change passwords and roles."),
        "purge": ("documents.purge:purge_command", "Delete old uploaded files; what was made of them stays."),
        "backup": ("backups.backup:backup_command", "Write everything into one file, while servers work."),
        "restore": ("backups.backup:restore_command", "Put a backup in the place of what is there."),
        "adopt": ("backups.adopt:adopt_command", "Let a data folder and a database belong together."),
        "notebooks": ("notebooks:notebooks_command", "Copy the notebooks to a folder, to work in them."),
        "doctor": ("diagnosis.doctor:doctor_command", "Say what is installed, where the data are, what is wrong."),
    },
)
@click.version_option(__version__, prog_name="jupyter tram")
def tram() -> None:
    """Map cyber threat reports to MITRE ATT&CK.

    Without a command this starts JupyterLab with the workbench, and every option of Jupyter Server works: --port 8000,
    --no-browser, --allow-root, --ServerApp.base_url=/tram/ and so on; --help-all lists them.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``jupyter tram`` with `arguments`, by default those of the command line."""
    _open_closed_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in _HELP):
        from tram_ext.cli.server import launch

        launch(given)
        return
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a sentence in Cyrillic must not break a Latin-1 pipe
    tram(given, prog_name="jupyter tram")


def _open_closed_streams() -> None:
    """Reopen output streams that a shell closed (``>&-``), which libraries do not expect."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the command ends
