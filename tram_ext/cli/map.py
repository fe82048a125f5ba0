"""``map``: reports in, techniques out; nothing is stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from tram_ext.cli import files, findings, output
from tram_ext.cli.matrix import Matrix, read_matrix
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.errors import Conflict, TramError, Unavailable
from tram_ext.domain.reports import NewReport

_AT_ONCE: Final = 2
"""Files that are worked on at once; as many as there are children for it."""


@dataclass(frozen=True)
class Mapped:
    """What became of a file: a report, or the reason why not."""

    path: Path
    report: NewReport | None = None
    warnings: tuple[str, ...] = ()
    error: str = ""


@click.command("map")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", default="default", show_default=True, help="The model that proposes.")
@click.option(
    "--sentences",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Sentences shown for each technique, the surest first; 0: all.",
)
@common
def map_command(options: Options, paths: tuple[Path, ...], model: str, sentences: int) -> None:
    """Map reports to ATT&CK and print what was found; nothing is stored.

    Reads PDF, Word, HTML, Markdown and text. The first call prepares ATT&CK and the default model, which takes a
    minute. With --format json each FILE becomes one line: TRAM's report export, or {"file", "error"}.
    Exit code 1 when a FILE failed; the others are mapped nevertheless.
    """
    with options.workbench() as workbench:
        workbench.require_model(model)
        matrix: Matrix | None = None
        failed = False
        for mapped in _mapped(workbench, paths, model):
            failed = failed or mapped.report is None
            matrix = matrix or read_matrix(workbench.services)
            _print(mapped, matrix, sentences, as_json=options.json)
    if failed:
        raise click.exceptions.Exit(1)


def _mapped(workbench: Workbench, paths: Sequence[Path], model: str) -> Iterator[Mapped]:
    """Map the files in their order; children work on the next ones while one is printed."""
    threads = ThreadPoolExecutor(_AT_ONCE, "tram-map")
    try:
        waiting = iter(paths)
        begun: deque[tuple[Path, Future[Mapped]]] = deque()

        def begin_next() -> None:
            for path in waiting:
                begun.append((path, threads.submit(_map, workbench, path, model)))
                return

        for _ in range(_AT_ONCE):
            begin_next()
        while begun:
            path, mapping = begun.popleft()
            try:
                yield mapping.result()
            except (Conflict, Unavailable):
                _prepare(workbench, model)
                yield _map(workbench, path, model, last=True)
            begin_next()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _map(workbench: Workbench, path: Path, model: str, *, last: bool = False) -> Mapped:
    """Map a file.

    Raises
    ------
    Conflict, Unavailable
        The model is not there or not of this version; `last` is when that, too, is only this file's failure.
    """
    try:
        files.check_readable(path)
        report, document = workbench.services.mapper.map_file(path, model)
    except (Conflict, Unavailable) as error:
        if not last:
            raise
        return Mapped(path, error=error.message)
    except TramError as error:
        return Mapped(path, error=error.message)
    return Mapped(path, report, document.warnings)


def _prepare(workbench: Workbench, model: str) -> None:
    """Make ATT&CK and the default model usable; another model is its user's to train.

    Asked for only when a mapping has failed: whether everything is there costs more to find out than to map.
    """
    services = workbench.services
    if model != "default":
        services.predictions.predictor(model)
        return
    with output.progress_bar() as tell:
        services.preparation.ensure(tell)


def _print(mapped: Mapped, matrix: Matrix, sentences: int, *, as_json: bool) -> None:
    if mapped.report is None:
        failure = files.failure(mapped.path, mapped.error)
        if as_json:
            output.write_json(failure, compact=True)
        return
    for warning in mapped.warnings:
        output.warn(f"{mapped.path}: {warning}")
    if as_json:
        from tram_ext.exports.tram_json import render_new

        output.write_json(render_new(mapped.report, matrix.names), compact=True)
        return
    findings.show(str(mapped.path), mapped.report, matrix, sentences)
    output.line()
