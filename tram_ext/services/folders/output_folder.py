"""The output folder: a file for each report, with a record of its inputs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.errors import Conflict
from tram_ext.services.files import private_files
from tram_ext.services.files.data_lock import DataLock
from tram_ext.services.folders.source_files import SourceFile

RECORDS: Final = ".tram-map"
"""The folder of records in a folder of mapped reports."""

_LONGEST: Final = 80
_STRANGE: Final = re.compile(r"[^A-Za-z0-9._+-]+")
_DRAFT: Final = re.compile(r"\..+-[0-9a-f]{12}\..+\.[0-9a-f]{8}")


class OutputFolder:
    """The folder of mapped reports, locked for one command; close it when done.

    Parameters
    ----------
    path : Path
        Made where it is not there.
    suffix : str
        What the names of the files end with.

    Raises
    ------
    Unavailable
        It cannot be written to.
    Conflict
        Another command writes to it.
    """

    def __init__(self, path: Path, suffix: str) -> None:
        self._path = private_files.make_folder(path, or_else="choose another")
        self._records = private_files.make_folder(path / RECORDS, or_else="choose another")
        self._suffix = suffix
        try:
            self._lock = DataLock.alone(self._records)
        except Conflict as error:
            raise Conflict(
                f"Another command writes to {path} already. Wait for it, or choose another folder."
            ) from error
        for folder in (self._path, self._records):  # what a command left that was killed
            for draft in folder.glob(".*"):
                if _DRAFT.fullmatch(draft.name):
                    draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Release the lock."""
        self._lock.close()

    def file_of(self, source: SourceFile) -> Path:
        """Return the file of a report: a portable part of the source's name, and its hash."""
        readable = _STRANGE.sub("-", source.base_name).strip(".-")[:_LONGEST] or "report"
        return self._path / f"{readable}-{hashlib.sha256(source.key).hexdigest()[:12]}{self._suffix}"

    def has(self, source: SourceFile, made_of: Mapping[str, Any]) -> bool:
        """Whether the file of `source` exists unchanged, and was made of the same inputs."""
        try:
            record = json.loads(self._record_of(source).read_bytes())
            written = hashlib.sha256(self.file_of(source).read_bytes()).hexdigest()
        except (OSError, ValueError):
            return False
        return bool(record == {**made_of, "source": source.name, "sha256": written})

    def keep(self, source: SourceFile, data: bytes, made_of: Mapping[str, Any]) -> Path:
        """Write the file of `source`, and then the record of it; return the file."""
        file = self.file_of(source)
        record = {**made_of, "source": source.name, "sha256": hashlib.sha256(data).hexdigest()}
        private_files.write(file, data)
        private_files.write(self._record_of(source), json.dumps(record, indent=1, sort_keys=True).encode())
        return file

    def drop(self, source: SourceFile) -> None:
        """Remove the file of a source whose inputs changed."""
        for path in (self._record_of(source), self.file_of(source)):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()

    def _record_of(self, source: SourceFile) -> Path:
        return self._records / f"{self.file_of(source).name}.json"
