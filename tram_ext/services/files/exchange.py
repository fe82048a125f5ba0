"""Replaces all data of a workbench atomically, by a journal of moves: a power cut leaves the old data or the new.

What is to come lies ready beside what is there. Then a journal is written, in one step, that says what is to be moved;
from that moment on the new data count. Whoever opens the workbench and finds a journal makes the moves that are left:
each of them shows by itself whether it was made.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tram_ext.domain.errors import Conflict, Unavailable
from tram_ext.services.files import private_files
from tram_ext.services.files.data_lock import DataLock

JOURNAL: Final = "restore-journal.json"


@dataclass(frozen=True, slots=True)
class Move:
    """A move: the new content of a place (None: nothing), and where the old content goes."""

    coming: Path | None
    place: Path
    aside: Path


def is_interrupted(folder: Path) -> bool:
    """Whether an exchange is under way, or was ended before it was done: then nothing in `folder` need fit together."""
    return (folder / JOURNAL).exists()


def enter(folder: Path) -> DataLock:
    """Take the shared lock of `folder`, after finishing an exchange that was interrupted.

    Raises
    ------
    Unavailable
        The data are being exchanged right now, or that cannot be brought to its end.
    """
    if is_interrupted(folder):
        try:
            lock = DataLock.alone(folder)
        except Conflict:
            pass  # somebody else is at it: wait for them
        else:
            try:
                finish(folder)
            finally:
                lock.close()
    return DataLock.shared(folder)


def exchange(folder: Path, moves: Sequence[Move], staging: Sequence[Path]) -> None:
    """Make all `moves`, or none; the folders in `staging` vanish. The caller holds the lock alone.

    Raises
    ------
    Unavailable
        A move failed; the next who opens the data tries again.
    """
    content = {
        "moves": [
            {name: None if path is None else _seen(path, folder) for name, path in asdict(move).items()}
            for move in moves
        ],
        "staging": [_seen(path, folder) for path in staging],
    }
    private_files.write(folder / JOURNAL, json.dumps(content, indent=1).encode(), overwrite=False)
    finish(folder)


def finish(folder: Path) -> None:
    """Make the remaining moves of the journal; without a journal, do nothing."""
    journal = folder / JOURNAL
    if not journal.exists():
        return
    try:
        content = json.loads(journal.read_bytes())
        touched = {folder}
        for raw in content["moves"]:
            coming = None if raw["coming"] is None else folder / raw["coming"]
            touched |= _make(Move(coming, folder / raw["place"], folder / raw["aside"]))
        for place in touched:
            private_files.sync_folder(place)
        journal.unlink()
        private_files.sync_folder(folder)
    except OSError as error:
        raise Unavailable(
            f"Restoring a backup was interrupted, and cannot be finished: {error}. What {journal} names is safe; "
            "remove the obstacle, and try again."
        ) from error
    for name in content["staging"]:
        shutil.rmtree(folder / name, ignore_errors=True)


def _seen(path: Path, folder: Path) -> str:
    """Return a path relative to `folder`, which may be mounted elsewhere later."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path.absolute())


def _make(move: Move) -> set[Path]:
    """Make a move, or the rest of it, and return the folders that changed."""
    coming, place, aside = move.coming, move.place, move.aside
    # What comes is still on its way, so what is there is old; or nothing comes, and nothing was put aside yet.
    is_old = not os.path.lexists(aside) if coming is None else os.path.lexists(coming)
    if is_old and os.path.lexists(place):
        place.rename(aside)
    if coming is not None and os.path.lexists(coming):
        coming.rename(place)
    return {place.parent, aside.parent}
