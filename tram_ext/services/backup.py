"""Backups: everything of a workbench in one file, as it is at one moment, while others go on working."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from tram_ext._version import __version__
from tram_ext.domain.errors import Invalid, Unavailable
from tram_ext.domain.users import Permission, User
from tram_ext.services import backup_format, owners, private_files
from tram_ext.services.backup_format import (
    DATABASE,
    DOCUMENTS,
    INITIAL_PASSWORD,
    MANIFEST,
    MODELS,
    SIGNING_KEY,
    Manifest,
    Member,
)
from tram_ext.services.policies import require
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork

_STAGING: Final = ".backup-"
"""What the names of folders begin with in which a backup is gathered; the process that does it comes next."""

_CHUNK: Final = 1 << 20
_QUICK: Final = 1
"""Level of compression: a backup waits for the disk, not for the last per cent."""

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup; `size` is that of its file."""

    path: Path
    size: int
    manifest: Manifest


class Backups:
    """Makes backups of an open workbench."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def back_up(self, target: Path, actor: User, *, overwrite: bool = False, tell: Tell | None = None) -> BackedUp:
        """Write a backup to `target`: whole or not at all, and readable by its owner only.

        Writers wait only while the files are linked into a folder of their own; then database and files are copied as
        they were at that moment, whatever others delete or add.

        Raises
        ------
        Forbidden
            The actor is no admin.
        Invalid
            The database is not SQLite.
        Conflict
            `target` is there already, and may not be overwritten.
        Unavailable
            It cannot be written.
        """
        require(actor, Permission.ADMINISTER)
        require_sqlite(self._settings)
        say = tell or (lambda _share, _stage: None)
        self.sweep()
        with private_files.drafted(target, overwrite=overwrite) as file, self._staging() as folder:
            say(0.0, "copying the database")
            schema, missing = self._gather(folder)
            manifest = self._manifest(schema, missing)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as archive:
                manifest = _pack(archive, folder, manifest, say)
                archive.writestr(MANIFEST, manifest.to_json())
        with self._store.write() as work:
            batch = secrets.token_hex(16)
            work.log.append(
                actor, "back up", report_id=None, target=("store", None), batch=batch, after={"schema": schema}
            )
        return BackedUp(target, target.stat().st_size, manifest)

    def sweep(self) -> None:
        """Remove what backups left behind whose process was killed."""
        for folder in self._settings.data_dir.glob(f"{_STAGING}*"):
            if owners.is_gone(folder.name.removeprefix(_STAGING).partition("-")[0]):
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        name = f"{_STAGING}{owners.this_process()}-{secrets.token_hex(4)}"
        folder = private_files.make_folder(self._settings.data_dir / name)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _gather(self, folder: Path) -> tuple[str, tuple[str, ...]]:
        """Bring everything of one moment into `folder`; return the schema, and which files were not there."""
        missing: list[str] = []

        def keep_files(work: UnitOfWork) -> None:
            for source, name in self._files(work):
                place = folder / name
                place.parent.mkdir(mode=0o700, exist_ok=True)
                if not _keep(source, place) and name.startswith((DOCUMENTS, MODELS)):
                    missing.append(name)

        schema = self._store.copy(folder / DATABASE, keep_files)
        return schema, tuple(missing)

    def _files(self, work: UnitOfWork) -> Iterator[tuple[Path, str]]:
        """Yield the files that belong to the store, and what they are called in a backup."""
        settings = self._settings
        for name in sorted(work.documents.stored_names()):
            yield settings.documents_dir / name, f"{DOCUMENTS}/{name}"
        for version in work.model_versions.list():
            file = settings.models_dir / version.file_name
            yield file, f"{MODELS}/{file.name}"
            yield file.with_suffix(".json"), f"{MODELS}/{file.stem}.json"
        yield settings.key_file, SIGNING_KEY
        yield settings.initial_password_file, INITIAL_PASSWORD

    def _manifest(self, schema: str, missing: tuple[str, ...]) -> Manifest:
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        return Manifest(__version__, schema, now, {}, configuration(self._settings), missing)


def configuration(settings: Settings) -> dict[str, Any]:
    """Return how a workbench is configured, without places, which are the machine's, and passwords in them."""
    values = {name: value for name, value in asdict(settings).items() if name not in {"data_dir", "db_url"}}
    return {name: getattr(value, "value", value) for name, value in values.items()}


def require_sqlite(settings: Settings) -> Path:
    """Return the file of the database.

    Raises
    ------
    Invalid
        It is not SQLite.
    """
    from tram_ext.store.copies import database_file

    path = database_file(settings.database_url)
    if path is None:
        raise Invalid(
            "Backup and restore are for SQLite. This database has tools of its own, such as pg_dump and pg_restore for "
            f"PostgreSQL; keep what they write together with the folder {settings.data_dir}, which holds the "
            "documents, the models and the key."
        )
    return path


def _keep(source: Path, place: Path) -> bool:
    """Give a file a second name, or make a copy where the file system knows no such thing; False where it is gone."""
    try:
        os.link(source, place)
    except FileNotFoundError:
        return False
    except OSError:
        try:
            shutil.copyfile(source, place)
        except OSError as error:
            raise Unavailable(f"{source} cannot be read: {error.strerror}.") from error
    return True


def _pack(archive: zipfile.ZipFile, folder: Path, manifest: Manifest, say: Tell) -> Manifest:
    """Write all files of `folder`, and return the manifest with them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    total = sum(path.stat().st_size for path in paths) or 1
    files: dict[str, Member] = {}
    written = 0
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not backup_format.is_name(name):
            raise Unavailable(f"A file of the workbench has a name that no backup can hold: {name!r}.")
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as packed:
            while chunk := source.read(_CHUNK):
                packed.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                say((written + size) / total, "packing")
        files[name] = Member(size, digest.hexdigest())
        written += size
    return Manifest(**{**vars(manifest), "files": files})
