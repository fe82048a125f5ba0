"""``reports add``: upload files through the queue, as a server does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tram_ext.cli import output, text
from tram_ext.cli.commands import stops_end_the_block
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.errors import TramError
from tram_ext.domain.jobs import Job, JobStatus


@dataclass(frozen=True)
class Added:
    """The outcome of one file.

    Attributes
    ----------
    note : str
        What a person should know: warnings of the reader, or that the file was here already.
    """

    path: Path
    report_id: int | None = None
    note: str = ""
    error: str = ""


@click.command("add")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", metavar="NAME", default=None, help="The model that proposes. [default: the default model]")
@common
def add_command(options: Options, paths: tuple[Path, ...], model: str | None) -> None:
    """Upload reports, map them, and keep them for review.

    A file that is here already is not added again. TRAM's report exports are imported. Every FILE is a job: whatever
    happens to this command, a server that runs on the same data finishes it. Ctrl+C cancels the jobs that are not done;
    SIGTERM and SIGHUP leave them to others.
    Exit code 1 when a FILE failed; the others are added nevertheless.
    """
    with stops_end_the_block(), options.workbench() as workbench:
        workbench.services.queue.start()
        begun = [_begin(workbench, path, model) for path in paths]
        failed = False
        try:
            for waiting in begun:
                added = waiting if isinstance(waiting, Added) else _follow(workbench, *waiting)
                failed = failed or bool(added.error)
                _print(added, as_json=options.json)
        except KeyboardInterrupt as interrupt:
            _cancel(workbench, [waiting[1] for waiting in begun if not isinstance(waiting, Added)])
            raise click.Abort from interrupt
    if failed:
        raise click.exceptions.Exit(1)


def _begin(workbench: Workbench, path: Path, model: str | None) -> Added | tuple[Path, Job, str]:
    try:
        uploaded = workbench.services.documents.add_file(path, model, workbench.actor)
    except TramError as error:
        return Added(path, error=error.message)
    note = "" if uploaded.is_new else "It was here already; nothing was added."
    if uploaded.imported is not None:
        return Added(path, uploaded.imported.report.id, " ".join([note, *uploaded.imported.warnings]).strip())
    assert uploaded.job is not None
    return path, uploaded.job, note


def _follow(workbench: Workbench, path: Path, job: Job, note: str) -> Added:
    """Wait for a job and show its progress, whichever process works on it."""
    with output.progress_bar(lines=False) as tell:

        def on_progress(now: Job) -> None:
            stage = now.stage or now.status.value.lower()
            if stage == "preparing" and workbench.services.preparation.state.stage:
                stage = workbench.services.preparation.state.stage
            tell(now.progress, f"{path.name}: {stage}")

        done = workbench.services.queue.wait(job.id, workbench.actor, on_progress)
    if done.status is not JobStatus.DONE:
        return Added(path, error=done.message or done.status.value)
    return Added(path, done.report_id, " ".join(part for part in (note, done.message) if part))


def _cancel(workbench: Workbench, jobs: Sequence[Job]) -> None:
    for job in jobs:
        workbench.services.queue.cancel(job.id, workbench.actor)


def _print(added: Added, *, as_json: bool) -> None:
    name = text.one_line(str(added.path))
    if as_json:
        value: dict[str, Any] = {"file": str(added.path)}
        value |= {"error": added.error} if added.error else {"report_id": added.report_id, "note": added.note}
        output.write_json(value, compact=True)
    elif added.error:
        click.echo(f"Error: {name}: {text.clean(added.error)}", err=True)
    else:
        output.line(f"{name}: report {added.report_id}. {added.note}".rstrip())
