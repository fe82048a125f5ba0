"""Backups: a consistent copy of all data of a workbench in one file, made while others go on working."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tram_ext._version import __version__
from tram_ext.domain.errors import Invalid, Unavailable
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.backups import backup_format
from tram_ext.services.backups.backup_format import (
    DATABASE,
    INITIAL_PASSWORD,
    MANIFEST,
    SIGNING_KEY,
    Manifest,
    Member,
)
from tram_ext.services.backups.stored_files import StoredFile, stored_files, strays
from tram_ext.services.files import private_files
from tram_ext.services.processes import owners
from tram_ext.services.settings import Settings
from tram_ext.store import soundness
from tram_ext.store.database import Store, UnitOfWork
from tram_ext.store.database_file import file_of

_STAGING: Final = ".backup-"
"""What the names of folders begin with in which a backup is gathered; the pair comes next, then the process."""

_CHUNK: Final = 1 << 20
_QUICK: Final = 1
"""Level of compression: a backup waits for the disk, not for the last per cent."""

_NAMED: Final = 5
"""How many faults are named."""

_REFUSED: Final = "Nothing was written, and an earlier backup is as it was"

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup.

    Attributes
    ----------
    size : int
        Bytes of its file.
    left_out : tuple of Path
        Uploaded files that no row of the database owns, so that no backup of it has them.
    """

    path: Path
    size: int
    manifest: Manifest
    left_out: tuple[Path, ...] = ()


class Backups:
    """Makes backups of an open workbench.

    Parameters
    ----------
    pair : str
        The id of folder and database; see :mod:`tram_ext.services.data_folder.pairing`.
    """

    def __init__(self, store: Store, settings: Settings, pair: str) -> None:
        self._store = store
        self._settings = settings
        self._prefix = f"{_STAGING}{pair}-"

    def back_up(
        self,
        target: Path,
        actor: User,
        *,
        overwrite: bool = False,
        damaged: bool = False,
        tell: Tell | None = None,
    ) -> BackedUp:
        """Write a backup to `target`: whole or not at all, and readable by its owner only.

        Writers wait only while the files are linked into a folder of their own; then database and files are copied as
        they were at that moment, whatever others delete or add. The copies are examined before anything has the name
        `target`.

        Parameters
        ----------
        damaged : bool
            Write it although something is missing or contradicts itself. A database that SQLite cannot read to its end
            is never written: nobody could restore it.

        Raises
        ------
        Forbidden
            The actor is no admin.
        Invalid
            The database is not SQLite.
        Conflict
            `target` is there already, and may not be overwritten.
        Unavailable
            It cannot be written, or something is damaged: what was at `target` is there as before.
        """
        require(actor, Permission.ADMINISTER)
        require_sqlite(self._settings)
        say = tell or (lambda _share, _stage: None)
        self.sweep()
        with private_files.drafted(target, overwrite=overwrite) as file, self._staging() as folder:
            say(0.0, "copying the database")
            schema, stored, left_out = self._gather(folder)
            say(0.0, "examining the database")
            faults = _faults_of(folder / DATABASE)
            missing = tuple(item.place for item in stored if not (folder / item.place).exists())
            faults += [said for item in stored if (said := item.fault(folder))]
            if not damaged:
                _refuse(faults)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as archive:
                files = _pack(archive, folder, say)
                faults += [said for item in stored if (said := _changed(item, files))]
                if not damaged:
                    _refuse(faults)
                manifest = self._manifest(schema, files, missing, faults)
                archive.writestr(MANIFEST, manifest.to_json())
        with self._store.write() as work:
            batch = secrets.token_hex(16)
            work.log.append(
                actor, "back up", report_id=None, target=("store", None), batch=batch, after={"schema": schema}
            )
        return BackedUp(target, target.stat().st_size, manifest, left_out)

    def sweep(self) -> None:
        """Remove temporary files of backups whose process was killed."""
        for folder in self._settings.data_dir.glob(f"{self._prefix}*"):
            if owners.is_gone(folder.name.removeprefix(self._prefix).partition("-")[0]):
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        name = f"{self._prefix}{owners.this_process()}-{secrets.token_hex(4)}"
        folder = private_files.make_folder(self._settings.data_dir / name)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _gather(self, folder: Path) -> tuple[str, list[StoredFile], tuple[Path, ...]]:
        """Collect database, files and configuration in `folder`, all as of one moment.

        Returns
        -------
        schema : str
            The revision of the database.
        stored : list of StoredFile
            What belongs to its rows.
        left_out : tuple of Path
            Uploads that belong to none.
        """
        stored: list[StoredFile] = []
        left_out: list[Path] = []

        def keep_files(work: UnitOfWork) -> None:
            stored.extend(stored_files(work))
            left_out.extend(strays(self._settings.data_dir, work))
            for place in [*(item.place for item in stored), SIGNING_KEY, INITIAL_PASSWORD]:
                (folder / place).parent.mkdir(mode=0o700, exist_ok=True)
                _keep(self._settings.data_dir / place, folder / place)

        schema = self._store.copy(folder / DATABASE, keep_files)
        return schema, stored, tuple(left_out)

    def _manifest(self, schema: str, files: dict[str, Member], missing: tuple[str, ...], faults: list[str]) -> Manifest:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Manifest(__version__, schema, now, files, configuration(self._settings), missing, tuple(faults))


def configuration(settings: Settings) -> dict[str, Any]:
    """Return the configuration of a workbench without paths and URLs, which may hold passwords."""
    values = {name: value for name, value in asdict(settings).items() if name not in {"data_dir", "db_url"}}
    return {name: getattr(value, "value", value) for name, value in values.items()}


def require_sqlite(settings: Settings) -> Path:
    """Return the file of the database.

    Raises
    ------
    Invalid
        It is not SQLite.
    """
    path = file_of(settings.database_url)
    if path is None:
        raise Invalid(
            "Backup and restore are for SQLite. This database has tools of its own, such as pg_dump and pg_restore for "
            f"PostgreSQL; keep what they write together with the folder {settings.data_dir}, which holds the "
            "documents, the models and the key."
        )
    return path


def _keep(source: Path, place: Path) -> None:
    """Hard-link a file, or copy it where the file system has no hard links; do nothing if it is gone."""
    with contextlib.suppress(FileNotFoundError):
        try:
            os.link(source, place)
        except FileNotFoundError:
            raise
        except OSError:
            try:
                shutil.copyfile(source, place)
            except FileNotFoundError:
                raise
            except OSError as error:
                raise Unavailable(f"{source} cannot be read: {error.strerror}.") from error


def _faults_of(database: Path) -> list[str]:
    """Return the faults of a copy of the database: integrity errors, rows whose files are missing or changed.

    Raises
    ------
    Unavailable
        It is damaged.
    """
    with soundness.unchanging(database) as connection:
        if found := soundness.damage(connection):
            raise Unavailable(
                f"{_REFUSED}: the database is damaged ({'; '.join(found)}). Put a backup in its place with "
                "'jupyter tram restore FILE', which keeps what is there aside."
            )
        return soundness.contradictions(connection)


def _changed(item: StoredFile, files: dict[str, Member]) -> str:
    """Return a sentence that says how a file in a backup differs from what was stored; empty where it does not."""
    packed = files.get(item.place)
    is_other = packed is not None and item.size in (None, packed.size) and item.sha256 not in ("", packed.sha256)
    return item.said("is not the one that was stored") if is_other else ""


def _refuse(faults: list[str]) -> None:
    """Raise an error unless the backup is complete and consistent.

    Raises
    ------
    Unavailable
        There are faults.
    """
    if faults:
        named = "; ".join(faults[:_NAMED]) + ("" if len(faults) <= _NAMED else f"; and {len(faults) - _NAMED:,} more")
        raise Unavailable(
            f"{_REFUSED}. What is wrong: {named}. Bring back what is missing, or write another file with --damaged and "
            "keep the earlier one."
        )


def _pack(archive: zipfile.ZipFile, folder: Path, say: Tell) -> dict[str, Member]:
    """Write all files of `folder` to the archive, and return its members by name."""
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
    return files
