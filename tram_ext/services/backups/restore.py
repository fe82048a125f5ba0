"""Restore: a backup is unpacked and verified beside the current data, then swapped with them in one step."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.errors import Conflict, Invalid, NotFound, TramError, Unavailable
from tram_ext.services.access.passwords import Passwords
from tram_ext.services.access.users import Users
from tram_ext.services.backups.backup import configuration, require_sqlite
from tram_ext.services.backups.backup_format import (
    DATABASE,
    DOCUMENTS,
    INITIAL_PASSWORD,
    MANIFEST,
    MODELS,
    SIGNING_KEY,
    Manifest,
    not_a_backup,
    read_manifest,
)
from tram_ext.services.data_folder import marks, pairing
from tram_ext.services.data_folder.marks import MARK
from tram_ext.services.files import private_files
from tram_ext.services.files.data_lock import DataLock, in_use
from tram_ext.services.files.exchange import JOURNAL, Move, exchange, finish
from tram_ext.services.processes import owners
from tram_ext.services.settings import Settings
from tram_ext.store import copies, migrate, soundness
from tram_ext.store.database import Store

_STAGING: Final = ".restore-"
_ASIDE: Final = "before-restore-"
_CHUNK: Final = 1 << 20
_LARGEST_MANIFEST: Final = 64 << 20
_MARGIN: Final = 64 << 20
"""Bytes that stay free on the disk."""

_HIGHEST_RATIO: Final = 200
_HARMLESS: Final = 1 << 30
"""What unpacks to less is no bomb, however small it was packed."""

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes
    ----------
    aside : tuple of Path
        Folders that hold what was there before.
    differences : dict
        Settings that were others when the backup was made: their values then and now.
    """

    manifest: Manifest
    aside: tuple[Path, ...]
    differences: dict[str, tuple[Any, Any]]


def restore(source: Path, settings: Settings, tell: Tell | None = None) -> Restored:
    """Replace the current data by the content of a backup; the replaced data are kept in a folder beside.

    Everything is unpacked and examined first; until then nothing is changed. All tokens end.

    Raises
    ------
    NotFound
        There is no such file.
    Invalid
        It is no backup, damaged, or of a newer version; or the database of this workbench is not SQLite.
    Conflict
        Somebody works with the data that there are.
    Unavailable
        The disk has too little room, or cannot be written; or the folder belongs to another database.
    """
    database = require_sqlite(settings)
    say = tell or (lambda _share, _stage: None)
    with _opened(source) as archive:
        manifest = _manifest_of(archive, source)
        folder = private_files.make_folder(settings.data_dir)
        lock = DataLock.alone(folder)
        try:
            finish(folder)
            pairing.require_replaceable(settings)
            if copies.is_in_use(database):
                raise in_use(folder)
            with _staging(folder, database.parent) as (own, beside):
                _unpack(archive, manifest, own, beside, say)
                say(1.0, "examining the database")
                _prepare(beside / DATABASE, own, settings, manifest)
                aside = _exchange(settings, database, own, beside)
        finally:
            lock.close()
    return Restored(manifest, aside, _differences(manifest, settings))


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """Open a file as a ZIP archive; any error in reading it is reported as a fault of the file."""
    if not source.is_file():
        raise NotFound(f"There is no file {source}.")
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except TramError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise not_a_backup(str(error) or type(error).__name__) from error
    except OSError as error:
        raise Unavailable(f"The backup cannot be restored: {error}.") from error


def _manifest_of(archive: zipfile.ZipFile, source: Path) -> Manifest:
    """Return the manifest of a backup after checking that the archive holds exactly the files that it names."""
    names = archive.namelist()
    if MANIFEST not in names:
        raise not_a_backup("there is no manifest in it")
    with archive.open(MANIFEST) as packed:
        data = packed.read(_LARGEST_MANIFEST + 1)
    if len(data) > _LARGEST_MANIFEST:
        raise not_a_backup("its manifest is absurdly long")
    manifest = read_manifest(data)
    if sorted(names) != sorted([MANIFEST, *manifest.files]):
        raise not_a_backup("it holds other files than its manifest names")
    if manifest.schema not in migrate.known_revisions():
        raise Invalid(
            f"This backup was made by a newer version of tram-ext ({manifest.tram_ext:.40}), whose database this "
            "version does not know. Upgrade tram-ext."
        )
    if manifest.size > max(_HARMLESS, _HIGHEST_RATIO * source.stat().st_size):
        raise not_a_backup(f"it would unpack to {manifest.size:,} bytes")
    return manifest


@contextmanager
def _staging(*parents: Path) -> Iterator[list[Path]]:
    """Make one staging folder in each distinct folder of `parents`, after removing those of earlier restores."""
    made: dict[Path, Path] = {}
    for parent in parents:
        if parent not in made:
            _sweep(parent)
            name = f"{_STAGING}{owners.this_process()}-{secrets.token_hex(4)}"
            made[parent] = private_files.make_folder(parent / name)
    try:
        yield [made[parent] for parent in parents]
    finally:
        for folder in made.values():
            if not (parents[0] / JOURNAL).exists():  # else what lies there is what counts
                shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove staging folders of restores killed before the swap, unless another process still uses them."""
    for left in parent.glob(f"{_STAGING}*-*"):
        if owners.is_gone(left.name.removeprefix(_STAGING).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    for draft in parent.glob(f".{JOURNAL}.*"):
        private_files.remove(draft)
    for left in parent.glob(f"{_ASIDE}*"):
        _remove_empty(left)


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, own: Path, beside: Path, say: Tell) -> None:
    for folder in {own, beside}:
        free = shutil.disk_usage(folder).free
        if manifest.size + _MARGIN > free:
            raise Unavailable(f"The backup needs {manifest.size:,} bytes, and {free:,} are free in {folder.parent}.")
    written = 0
    for name, member in sorted(manifest.files.items()):
        place = (beside if name == DATABASE else own) / name
        place.parent.mkdir(mode=0o700, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as packed, private_files.create(place) as file:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > member.size:
                    raise not_a_backup(f"{name} is longer than its manifest says")
                digest.update(chunk)
                file.write(chunk)
                say((written + size) / (manifest.size or 1), "unpacking")
            private_files.sync(file)
        if size != member.size or digest.hexdigest() != member.sha256:
            raise not_a_backup(f"{name} is not what was packed")
        written += size
        private_files.sync_folder(place.parent)


def _prepare(database: Path, files: Path, settings: Settings, manifest: Manifest) -> None:
    """Check a restored database, migrate it, pair it with its `files`, revoke all tokens, and log the restore."""
    soundness.require_sound(database)
    store = Store.open(f"sqlite:///{database}")
    try:
        actor = Users(store, settings, Passwords()).at_the_command_line()
        with store.write() as work:
            marks.mark_restored(work, settings, files)
            work.users.withdraw_tokens()
            work.log.append(
                actor,
                "restore backup",
                report_id=None,
                target=("store", None),
                batch=secrets.token_hex(16),
                after={"created_on": manifest.created_on, "tram_ext": manifest.tram_ext},
            )
    finally:
        store.close()
    copies.make_single_file(database)


def _exchange(settings: Settings, database: Path, own: Path, beside: Path) -> tuple[Path, ...]:
    stamp = f"{_ASIDE}{time.strftime('%Y%m%dT%H%M%S')}-{secrets.token_hex(2)}"
    pairs = [
        *((None, database.with_name(f"{database.name}{suffix}")) for suffix in copies.SIDE_FILES),
        (beside / DATABASE, database),
        *((own / name, settings.data_dir / name) for name in (DOCUMENTS, MODELS, SIGNING_KEY, INITIAL_PASSWORD, MARK)),
    ]
    for _, place in pairs:
        if os.path.ismount(place):
            raise Conflict(
                f"{place} is a disk of its own, and cannot be moved aside. Restore into another data folder."
            )
    folders = dict.fromkeys(place.parent / stamp for _, place in pairs)
    for folder in folders:
        private_files.make_folder(folder)
        private_files.sync_folder(folder.parent)
    moves = [
        Move(coming if coming is not None and coming.exists() else None, place, place.parent / stamp / place.name)
        for coming, place in pairs
    ]
    exchange(settings.data_dir, moves, list({own, beside}))
    return tuple(folder for folder in folders if not _remove_empty(folder))


def _remove_empty(folder: Path) -> bool:
    """Remove a folder if it is empty, and return whether it was."""
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _differences(manifest: Manifest, settings: Settings) -> dict[str, tuple[Any, Any]]:
    today = configuration(settings)
    return {
        name: (value, today[name])
        for name, value in manifest.settings.items()
        if name in today and today[name] != value
    }
