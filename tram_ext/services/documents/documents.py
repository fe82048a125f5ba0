"""Turns uploads into documents and jobs; the same content is stored once."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tram_ext.domain.documents import Document
from tram_ext.domain.errors import Conflict, Invalid, NotFound, TramError, UnsupportedMediaType
from tram_ext.domain.jobs import Job, JobStatus
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.data_folder.pairing import STORED_DOCUMENT
from tram_ext.services.files import private_files
from tram_ext.services.files.incoming import Incoming, sweep_incoming
from tram_ext.services.reports.imports import Imported, Imports
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork

_log = logging.getLogger(__name__)

_CHUNK: Final = 1 << 20
LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The result of an upload: a job on a document, or an imported report.

    Attributes
    ----------
    is_new : bool
        False where the same file was here already: then `job` is the one that there was.
    """

    job: Job | None
    imported: Imported | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """The kind of a received file."""

    name: str
    sha256: str
    kind: str
    size: int


class Documents:
    """The uploaded files."""

    def __init__(self, store: Store, settings: Settings, imports: Imports, wake: Callable[[], None], pair: str) -> None:
        self._store = store
        self._settings = settings
        self._imports = imports
        self._wake = wake
        self._pair = pair

    def receive(self, actor: User) -> Incoming:
        """Begin to receive a file.

        Raises
        ------
        Forbidden
            The actor may not upload.
        """
        require(actor, Permission.REVIEW)
        folder = private_files.make_folder(self._settings.documents_dir)
        return Incoming(folder, self._pair, self._settings.max_upload_size)

    def sweep(self) -> None:
        """Remove partial uploads of killed processes, and files that were given up.

        A file that no row names stays: the database may have lost the row, and the file be all that is left.
        """
        folder = self._settings.documents_dir
        sweep_incoming(folder, self._pair)
        with self._store.read() as work:
            given_up = work.stored_files.given_up()
        gone = [name for name in given_up if private_files.remove(folder / name)]
        if gone:
            with self._store.write() as work:
                work.stored_files.forget(gone)

    def accept(self, incoming: Incoming, name: str, model: str | None, actor: User) -> Uploaded:
        """Create a document and a job from a received file, or a report from an export.

        Parameters
        ----------
        name : str
            What its owner calls the file; kept, and never used as a path.
        model : str or None
            The model that is to map it; None: the configured one.

        Raises
        ------
        Invalid
            Of a type that is not read here, empty, or an unknown model; nothing is kept.
        Conflict
            The model was never trained.
        """
        try:
            sha256 = incoming.finish()
            shown = _shown_name(name)
            kind = _media_type(incoming.path, shown)
            if kind == "application/json":
                imported = self._imports.import_report(incoming.path.read_bytes(), actor)
                return Uploaded(None, imported, imported.is_new)
            found = _Found(shown, sha256, kind, incoming.size)
            return self._queue(incoming.path, found, self._model(model), actor)
        finally:
            incoming.discard()

    def add_file(self, path: Path, model: str | None, actor: User) -> Uploaded:
        """Upload the file at `path`; see :meth:`accept`.

        Raises
        ------
        NotFound
            There is no such file.
        """
        incoming = self.receive(actor)
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    incoming.write(chunk)
        except OSError as error:
            incoming.discard()
            raise NotFound(f"The file {str(path)!r} cannot be read: {error.strerror}.") from error
        except BaseException:
            incoming.discard()
            raise
        return self.accept(incoming, path.name, model, actor)

    def open(self, document_id: int, actor: User) -> tuple[Document, Path]:
        """Return a document and where its bytes are.

        Raises
        ------
        NotFound
            There is none with this number, or its file was purged.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            document = work.documents.get(document_id)
        if document is None:
            raise NotFound("No Document matches the given query.")
        if document.purged_on is not None:
            raise NotFound(
                f"The file of this document was purged on {document.purged_on:%Y-%m-%d}; what was read out of it is "
                "in its report.",
                code="purged",
            )
        path = self._settings.documents_dir / document.stored_name
        if not path.is_file():
            raise NotFound("The file of this document is not here any more.")
        return document, path

    def _model(self, name: str | None) -> str | None:
        """Check the model before a job is made that would fail."""
        if name in (None, "", "default", self._settings.default_model):
            return None
        from tram_ext.ml import registry

        try:
            registry.model_class(str(name))
        except NotFound as error:
            raise Invalid.field("model", f"{name!r} is not a model. Known: {', '.join(registry.names())}.") from error
        with self._store.read() as work:
            if work.model_versions.active_key(str(name)) is None:
                raise Conflict(f"The model {name!r} was not trained yet. Train it first.")
        return name

    def _queue(self, path: Path, found: _Found, model: str | None, actor: User) -> Uploaded:
        stored_name = f"{secrets.token_hex(16)}{STORED_DOCUMENT}"
        try:
            uploaded = self._record(path, stored_name, found, model, actor)
        except BaseException:
            self._take_back(stored_name)
            raise
        if uploaded.is_new:
            self._wake()
        return uploaded

    def _take_back(self, stored_name: str) -> None:
        """Remove a file whose row could not be written."""
        path = self._settings.documents_dir / stored_name
        if not path.exists():
            return
        try:
            with self._store.write() as work:  # after a commit of which no answer came: its row may be there
                is_named = stored_name in work.documents.stored_names()
        except TramError as error:
            _log.warning("%s is left over, perhaps: %s", path, error.message)
            return
        if not is_named:
            private_files.remove(path)

    def _record(self, path: Path, stored_name: str, found: _Found, model: str | None, actor: User) -> Uploaded:
        """Store a received file, unless its content is stored already, and queue a job on it."""
        with self._store.write() as work:
            there = work.documents.same(found.sha256, found.name)
            if there is not None:
                if there.purged_on is not None:
                    # Under another name: whoever purges may still be removing the old one.
                    private_files.move(path, self._settings.documents_dir / stored_name)
                    work.documents.bring_back(there.id, stored_name)
                job = work.jobs.latest_of(there.id, model)
                if job is not None and _still_counts(work, job):
                    return Uploaded(job, None, is_new=False)
                document_id = there.id
            else:
                # The file is in its place before the row names it: a row without a file can never be seen.
                private_files.move(path, self._settings.documents_dir / stored_name)
                document_id = work.documents.add(
                    name=found.name,
                    sha256=found.sha256,
                    size=found.size,
                    content_type=found.kind,
                    stored_name=stored_name,
                    created_by=actor.id,
                )
            job_id = work.jobs.add(document_id, name=found.name, model=model, created_by=actor.id)
            job = work.jobs.get(job_id)
        return Uploaded(job, None, is_new=True)


def _still_counts(work: UnitOfWork, job: Job) -> bool:
    """Whether an earlier job on the same file makes a new one unnecessary: it waits, runs, or its report exists."""
    if job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
        return not job.cancel_requested
    return job.status is JobStatus.DONE and job.report_id is not None and work.reports.get(job.report_id) is not None


def _shown_name(name: str) -> str:
    """Return the base name without control characters, shortened before its suffix."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(character for character in last if character.isprintable()).strip() or "unnamed"
    if len(clean) <= LONGEST_NAME:
        return clean
    suffix = Path(clean).suffix[:16]
    return clean[: LONGEST_NAME - len(suffix) - 1] + "…" + suffix


def _media_type(path: Path, name: str) -> str:
    from tram_ext.documents import media_type

    try:
        with path.open("rb") as file:
            return media_type(file, name)
    except UnsupportedMediaType as error:
        raise Invalid(error.message) from error
