"""Maps many files on an executor, one report file each; finished files are skipped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tram_ext._version import __version__
from tram_ext.domain.errors import TramError
from tram_ext.domain.reports import NewReport
from tram_ext.exports import Format, formats
from tram_ext.services.folders.folder_work import map_bytes
from tram_ext.services.folders.output_folder import OutputFolder
from tram_ext.services.folders.source_files import SourceFile
from tram_ext.services.mapping.mapping import report_of
from tram_ext.services.mapping.mapping_work import MappedDocument
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.services.processes.bulk_executor import BulkExecutor
from tram_ext.services.processes.model_file import ModelFile
from tram_ext.services.reports.exporting import Exports
from tram_ext.services.reports.unsaved import render_unsaved
from tram_ext.services.settings import Settings

CHILD_NEEDS: Final = ("tram_ext.services.folders.folder_work", "tram_ext.documents.child", "tram_ext.ml.files")
"""Modules that a child process imports to map."""

_DATED: Final = {"docx", "stix"}
"""Formats that cannot be without a date; they get that of the file, since that of the run would differ each time."""

_WAITING: Final = 2
"""Files in hand for each that is worked on: enough to keep every process busy, and few enough for the memory."""


@dataclass(frozen=True)
class Outcome:
    """The result of a file.

    Attributes
    ----------
    output : Path or None
        The file of the report; None where it failed.
    is_new : bool
        Whether it was written now, and not by an earlier command.
    """

    source: SourceFile
    output: Path | None = None
    is_new: bool = False
    warnings: tuple[str, ...] = ()
    error: str = ""


class FolderMapping:
    """Maps files into a folder, without the store."""

    def __init__(self, predictions: Predictions, exports: Exports, settings: Settings) -> None:
        self._predictions = predictions
        self._exports = exports
        self._settings = settings

    def run(
        self,
        files: Sequence[SourceFile],
        target: Path,
        executor: BulkExecutor,
        *,
        model: str = "default",
        format_name: str = "json",
        on_progress: Callable[[int, str], None] | None = None,
    ) -> list[Outcome]:
        """Map `files` into the folder `target`.

        What is written depends on the files, the model and the loaded ATT&CK alone: not on the executor, nor on the
        order in which its tasks end. A file whose report is there, made of the same content by the same version of the
        model, is passed by.

        Parameters
        ----------
        on_progress : callable, optional
            Told how many files are done, and the name of the last.

        Returns
        -------
        list of Outcome
            In the order of `files`. One that fails does not stop the others; nothing of an older state of it is left.

        Raises
        ------
        NotFound
            There is no such model.
        Conflict
            The model was never trained, or another command writes to `target`.
        Unavailable
            `target` cannot be written to.
        """
        file = self._predictions.file_of(model)
        executor.lend(file.path)
        chosen = next(item for item in formats() if item.name == format_name)
        folder = OutputFolder(target, chosen.suffix)
        try:
            work = _Work(
                self._exports,
                settings=self._settings,
                model=file,
                format_=chosen,
                folder=folder,
                executor=executor,
            )
            found: dict[bytes, Outcome] = {}
            for outcome in work.outcomes(files):
                found[outcome.source.key] = outcome
                if on_progress is not None:
                    on_progress(len(found), outcome.source.name)
        finally:
            folder.close()
        return [found[source.key] for source in files]


@dataclass(frozen=True)
class _InHand:
    """A file being mapped: the inputs of its report, and its date."""

    source: SourceFile
    made_of: dict[str, Any]
    dated: datetime


class _Work:
    def __init__(
        self,
        exports: Exports,
        *,
        settings: Settings,
        model: ModelFile,
        format_: Format,
        folder: OutputFolder,
        executor: BulkExecutor,
    ) -> None:
        from tram_ext.documents import Limits

        self._limits = Limits(pages=settings.max_pages, file_bytes=settings.max_upload_size)
        self._model = model
        self._format = format_
        self._folder = folder
        self._executor = executor
        self._around = exports.without_reports()

    def outcomes(self, files: Sequence[SourceFile]) -> Iterator[Outcome]:
        """Yield the result of each file as soon as it is known."""
        begun: dict[Future[MappedDocument], _InHand] = {}
        try:
            for source in files:
                while len(begun) >= _WAITING * self._executor.size:
                    yield from self._finish(begun)
                ended = self._begin(source, begun)
                if ended is not None:
                    yield ended
            while begun:
                yield from self._finish(begun)
        finally:
            for future in begun:
                future.cancel()

    def _begin(self, source: SourceFile, begun: dict[Future[MappedDocument], _InHand]) -> Outcome | None:
        try:
            data = source.read(self._limits.file_bytes)
            changed = datetime.fromtimestamp(int(source.path.lstat().st_mtime), UTC)
        except (TramError, OSError) as error:
            return self._failed(source, error)
        made_of = self._made_of(data, changed)
        if self._folder.has(source, made_of):
            return Outcome(source, self._folder.file_of(source))
        future = self._executor.submit(map_bytes, data, source.base_name, self._limits, self._model)
        begun[future] = _InHand(source, made_of, changed)
        return None

    def _finish(self, begun: dict[Future[MappedDocument], _InHand]) -> Iterator[Outcome]:
        """Wait for the next result, and write it."""
        for future in wait(begun, return_when=FIRST_COMPLETED).done:
            item = begun.pop(future)
            try:
                mapped = future.result()
                output = self._folder.keep(item.source, self._rendered(mapped, item), item.made_of)
                yield Outcome(item.source, output, is_new=True, warnings=mapped.document.warnings)
            except Exception as error:  # a worker that is gone, a file that no format can hold: the others go on
                yield self._failed(item.source, error)

    def _rendered(self, mapped: MappedDocument, item: _InHand) -> bytes:
        report: NewReport = replace(report_of(mapped, item.source.base_name), created_on=None, updated_on=None)
        return render_unsaved(report, self._format.name, self._around, item.dated)

    def _failed(self, source: SourceFile, error: Exception) -> Outcome:
        self._folder.drop(source)
        message = error.message if isinstance(error, TramError) else f"This failed unexpectedly: {error!r}."
        return Outcome(source, error=message)

    def _made_of(self, data: bytes, changed: datetime) -> dict[str, Any]:
        """Return all inputs of a report, besides the name of its source."""
        return {
            "content": hashlib.sha256(data).hexdigest(),
            "model": self._model.sha256,
            "threshold": self._model.threshold,
            "attack": self._around.attack_version(),
            "format": self._format.name,
            "date": changed.isoformat() if self._format.name in _DATED else None,
            "pages": self._limits.pages,
            "tram_ext": __version__,
        }
