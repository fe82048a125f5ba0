"""``map``: map reports to techniques without storing anything."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

import click

from tram_ext.cli import files, output
from tram_ext.cli.attack.matrix import Matrix, read_matrix
from tram_ext.cli.mapping import findings
from tram_ext.cli.mapping.reasons import Reasons
from tram_ext.cli.options import Options, Workbench, located
from tram_ext.domain.errors import Conflict, TramError, Unavailable
from tram_ext.domain.reports import NewReport
from tram_ext.exports import formats

if TYPE_CHECKING:
    from tram_ext.services.mapping.mapping import Mapper

_AT_ONCE: Final = 2
"""Files that are worked on at once, unless --jobs says otherwise."""

_TABLE: Final = "table"
_PATIENCE: Final = 2.0
"""Seconds after which a file is worth a progress bar."""

_POLL: Final = 0.2
_CHILD_NEEDS: Final = ("tram_ext.documents.child", "tram_ext.ml.files")


@dataclass(frozen=True)
class Mapped:
    """The outcome of one file: a report, or the reason of its failure."""

    path: Path
    report: NewReport | None = None
    warnings: tuple[str, ...] = ()
    error: str = ""


@click.command("map")
@click.argument("paths", metavar="FILE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", metavar="NAME", default="default", show_default=True, help="The model that proposes.")
@click.option(
    "--sentences",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Sentences shown for each technique, the surest first; 0: all.",
)
@click.option("--explain", is_flag=True, help="Say which words weighed most, and which accepted sentences are alike.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([_TABLE, *(item.name for item in formats())]),
    default=_TABLE,
    show_default=True,
    help=f"{_TABLE}: for people; json: for programs; the others, and json as well, are what --output writes.",
)
@click.option(
    "--output",
    "-o",
    "target",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write a file for each report into this folder; what is there already is not done again.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), help="Files at once. [default: with --output all cores, else 2]"
)
@located
def map_command(
    options: Options,
    *,
    paths: tuple[Path, ...],
    model: str,
    sentences: int,
    explain: bool,
    format_name: str,
    target: Path | None,
    jobs: int | None,
) -> None:
    """Map reports to ATT&CK, and print what was found or write it to files; nothing is stored.

    Reads PDF, Word, HTML, Markdown and text, in a FOLDER at any depth. The first call prepares ATT&CK and the default
    model, which takes a minute. With --format json each report becomes one line: TRAM's report export, or
    {"file", "error"}. Exit code 1 when a file failed; the others are mapped nevertheless. Where nothing can be written
    to the folder of the data, what it holds is used, and what is missing is prepared in a temporary one.

    With --output each report becomes a file, TRAM's report export unless --format names another. A command that was
    interrupted goes on where it was; a file or a model that has changed since is mapped anew. The files are the same
    however many --jobs there are, and on a Dask cluster (--TramExtension.executor, or TRAM_EXECUTOR).
    """
    options = replace(options, json=format_name == "json")
    if target is not None:
        if explain:
            raise click.UsageError("--explain prints what it finds: leave --output out.")
        from tram_ext.cli.mapping.map_folder import map_into

        written = "json" if format_name == _TABLE else format_name
        map_into(options, paths, target, model=model, format_name=written, jobs=jobs)
        return
    if format_name not in {_TABLE, "json"}:
        raise click.UsageError(f"--format {format_name} writes files: add --output DIR.")
    shown = _Shown(sentences, explain=explain, as_json=options.json)
    _map_and_print(options, files.in_folders(paths), model, shown, jobs or _AT_ONCE)


def _map_and_print(options: Options, paths: Sequence[Path], model: str, shown: _Shown, at_once: int) -> None:
    from tram_ext.services.processes.pool import ChildPool

    # The children start before the store is opened: both take half a second, and nobody should wait for their sum.
    with closing(ChildPool(max(1, min(at_once, len(paths))), preload=_CHILD_NEEDS)) as children:
        children.warm_up()
        with options.reading(or_empty=True) as workbench:
            from tram_ext.services.mapping.mapping import Mapper

            services = workbench.services
            workbench.require_model(model)
            line = _Line(workbench, Mapper(children, services.predictions, services.settings), paths, model, at_once)
            printer = _Printer(workbench, model, shown)
            try:
                failed = False
                for mapped in line:
                    failed = not printer.show(mapped) or failed
            finally:
                line.close()
    if failed:
        raise click.exceptions.Exit(1)


class _Line:
    """A pipeline of files: mapped in threads that wait for child processes, returned in order."""

    def __init__(self, workbench: Workbench, mapper: Mapper, paths: Sequence[Path], model: str, at_once: int) -> None:
        self._workbench = workbench
        self._services = workbench.services
        self._mapper = mapper
        self._model = model
        self._waiting = iter(paths)
        self._stopped = Event()
        self._said: dict[Path, tuple[float, str]] = {}
        self._begun: deque[tuple[Path, Future[Mapped]]] = deque()
        self._threads = ThreadPoolExecutor(at_once, "tram-map")
        for _ in range(at_once):
            self._begin_next()

    def __iter__(self) -> Iterator[Mapped]:
        while self._begun:
            path, mapping = self._begun.popleft()
            try:
                self._follow(path, mapping)
                mapped = mapping.result()
            except (Conflict, Unavailable):
                self._prepare()
                mapped = self._map(path, last=True)
            self._begin_next()
            yield mapped

    def _follow(self, path: Path, mapping: Future[Mapped]) -> None:
        """Show the progress of a slow file, on a terminal only; the line is erased afterwards."""
        if wait([mapping], timeout=_PATIENCE).done:
            return
        with output.progress_bar(lines=False) as tell:
            while not wait([mapping], timeout=_POLL).done:
                share, stage = self._said.get(path, (0.0, "waiting"))
                tell(share, f"{path.name}: {stage}")

    def close(self) -> None:
        """Cancel running work before its child processes are ended."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def _begin_next(self) -> None:
        path = next(self._waiting, None)
        if path is not None:
            self._begun.append((path, self._threads.submit(self._map, path)))

    def _map(self, path: Path, *, last: bool = False) -> Mapped:
        """Map a file.

        Raises
        ------
        Conflict, Unavailable
            The model is not there or not of this version; `last` is when that, too, is only this file's failure.
        """
        try:
            files.check_readable(path)
            report, document = self._mapper.map_file(
                path,
                self._model,
                on_progress=lambda share, stage: self._said.update({path: (share, stage)}),
                cancelled=self._stopped.is_set,
            )
        except (Conflict, Unavailable) as error:
            if not last:
                raise
            return Mapped(path, error=error.message)
        except TramError as error:
            return Mapped(path, error=error.message)
        return Mapped(path, report, document.warnings)

    def _prepare(self) -> None:
        """Prepare ATT&CK and the default model; other models are trained by their users.

        Only a mapping that failed leads here: whether everything is there costs more to find out than to map.
        """
        if self._model != "default":
            self._services.predictions.predictor(self._model)
            return
        self._workbench.prepare()


@dataclass(frozen=True)
class _Shown:
    """Print options: sentences per technique, with explanations or not, as JSON or not."""

    sentences: int
    explain: bool
    as_json: bool


class _Printer:
    """Prints outcomes; loads what it needs for that while the first file is being mapped."""

    def __init__(self, workbench: Workbench, model: str, shown: _Shown) -> None:
        self._workbench = workbench
        self._model = model
        self._shown = shown
        self._matrix: Matrix | None = None
        if workbench.services.attack.is_loaded():
            self._matrix = read_matrix(workbench.services)
            if not shown.as_json:
                output.make_ready()

    def show(self, mapped: Mapped) -> bool:
        """Print an outcome, and return whether it is a report."""
        if mapped.report is None:
            failure = files.failure(mapped.path, mapped.error)
            if self._shown.as_json:
                output.write_json(failure, compact=True)
            return False
        for warning in mapped.warnings:
            output.warn(f"{mapped.path}: {warning}")
        self._matrix = self._matrix or read_matrix(self._workbench.services)
        reasons = Reasons(self._workbench, self._model, self._matrix) if self._shown.explain else None
        if self._shown.as_json:
            output.write_json(_as_json(mapped.report, self._matrix, reasons), compact=True)
        else:
            findings.show(str(mapped.path), mapped.report, self._matrix, self._shown.sentences, reasons)
            output.line()
        return True


def _as_json(report: NewReport, matrix: Matrix, reasons: Reasons | None) -> dict[str, Any]:
    """Return a report as an export, with an ``explanation`` in each mapping where `reasons` are given."""
    from tram_ext.api.learning_responses import explanation_body
    from tram_ext.exports.tram_json import render_new

    rendered = render_new(report, matrix.names)
    if reasons is not None:
        found = reasons.of([(each["text"], m["attack_id"]) for each in rendered["sentences"] for m in each["mappings"]])
        for sentence in rendered["sentences"]:
            for mapping in sentence["mappings"]:
                mapping["explanation"] = explanation_body(found[sentence["text"], mapping["attack_id"]])
    return rendered
