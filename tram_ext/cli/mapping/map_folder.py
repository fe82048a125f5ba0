"""``map --output``: map many reports on all cores or a cluster, into one file each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench
from tram_ext.domain.errors import Conflict, Invalid, Unavailable
from tram_ext.services.files import private_files
from tram_ext.services.folders.folder_mapping import CHILD_NEEDS, FolderMapping, Outcome
from tram_ext.services.folders.source_files import find
from tram_ext.services.processes.executors import executor_for


def map_into(
    options: Options, paths: Sequence[Path], target: Path, *, model: str, format_name: str, jobs: int | None
) -> None:
    """Map files and folders into the folder `target`; exit code 1 where one failed.

    Raises
    ------
    Invalid
        `target` is one of the folders itself.
    Unavailable
        `target` cannot be written to.
    """
    if any(path.resolve() == target.resolve() for path in paths):
        raise Invalid(f"{target} is what is to be mapped: choose another folder for what comes out.")
    found = find(paths, without=target.resolve())
    for name, reason in found.passed_over:
        output.warn(f"{name}: {reason}")
    # Before a new installation prepares its model, which takes a minute: where nothing can be written, at once.
    private_files.make_folder(target, or_else="choose another")
    with options.reading(or_empty=True) as workbench:
        services = workbench.services
        workbench.require_model(model)
        _require_usable(workbench, model)
        folders = FolderMapping(services.predictions, services.exports, services.settings)
        executor = executor_for(
            services.settings.executor, jobs, seconds=services.settings.job_timeout, preload=CHILD_NEEDS
        )
        try:
            with output.progress_bar(lines=False) as tell:
                outcomes = folders.run(
                    found.files,
                    target,
                    executor,
                    model=model,
                    format_name=format_name,
                    on_progress=lambda done, name: tell(done / len(found.files), f"{done}/{len(found.files)}: {name}"),
                )
        finally:
            executor.shutdown(cancel_futures=True)
    _print(outcomes, target, as_json=options.json)
    if any(outcome.error for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _require_usable(workbench: Workbench, model: str) -> None:
    """Load the model once here, so that its faults are reported once and not for each file.

    The default model is made ready where it is not; another is its user's to train.
    """
    try:
        workbench.services.predictions.predictor(model)
    except (Conflict, Unavailable):
        if model != "default":
            raise
        workbench.prepare()


def _print(outcomes: Sequence[Outcome], target: Path, *, as_json: bool) -> None:
    for outcome in outcomes:
        for warning in outcome.warnings:
            output.warn(f"{outcome.source.name}: {warning}")
        if outcome.error:
            output.note(f"Error: {outcome.source.name}: {outcome.error}")
        if as_json:
            output.write_json(_as_json(outcome), compact=True)
    if not as_json:
        new = sum(outcome.is_new for outcome in outcomes)
        failed = sum(bool(outcome.error) for outcome in outcomes)
        parts = [f"{text.counted(new, 'report')} written"]
        if old := len(outcomes) - new - failed:
            parts.append(f"{old:,} there already")
        if failed:
            parts.append(f"{failed:,} failed")
        output.line(f"{', '.join(parts)}: {target}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    if outcome.output is None:
        return {"file": outcome.source.name, "error": outcome.error}
    return {"file": outcome.source.name, "output": str(outcome.output), "is_new": outcome.is_new}
