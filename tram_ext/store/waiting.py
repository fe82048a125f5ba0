"""Whether jobs wait in a store, without opening it: a server may never need it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

_PREFIX = "sqlite:///"


def jobs_wait(url: str) -> bool:
    """Whether the SQLite database at `url` holds unfinished jobs; False where that is not cheap to find out."""
    if not url.startswith(_PREFIX):
        return False
    path = Path(url.removeprefix(_PREFIX).split("?")[0])
    if not path.is_file():
        return False
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path, timeout=1)) as connection:
        row = connection.execute("SELECT 1 FROM jobs WHERE status IN ('Queued', 'Running') LIMIT 1").fetchone()
        return row is not None
    return False
