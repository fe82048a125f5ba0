"""The format of a backup: a ZIP file with a manifest that names every file in it, with size and hash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tram_ext.domain.errors import Invalid

FORMAT: Final = "tram-ext backup"
VERSION: Final = 1
"""Raised when an older version of the project could not read it any more."""

MANIFEST: Final = "manifest.json"
DATABASE: Final = "tram.sqlite3"
DOCUMENTS: Final = "documents"
MODELS: Final = "models"
SIGNING_KEY: Final = "signing-key"
INITIAL_PASSWORD: Final = "initial-admin-password"  # noqa: S105 - the name of a file

_NAMES: Final = re.compile(
    rf"{re.escape(DATABASE)}|{SIGNING_KEY}|{INITIAL_PASSWORD}|(?:{DOCUMENTS}|{MODELS})/[A-Za-z0-9][A-Za-z0-9._+-]{{0,199}}"
)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES: Final = 1 << 50


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The manifest of a backup.

    Attributes
    ----------
    tram_ext : str
        The version of the project that made it.
    schema : str
        The revision of the database in it.
    created_on : str
        ISO 8601.
    settings : dict
        How the workbench was configured; for people, as the configuration itself is Jupyter's.
    missing : tuple of str
        Files that the database names, and that were not there.
    faults : tuple of str
        What was wrong when it was made, and what it was made in spite of.
    """

    tram_ext: str
    schema: str
    created_on: str
    files: Mapping[str, Member]
    settings: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(member.size for member in self.files.values())

    def count(self, folder: str) -> int:
        """Return the number of files in one folder of the backup."""
        return sum(name.startswith(f"{folder}/") for name in self.files)

    def to_json(self) -> bytes:
        """Return the manifest as JSON."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=1).encode()


def is_name(name: str) -> bool:
    """Whether `name` is allowed for a file in a backup: a manifest from elsewhere must not write outside its folder."""
    return _NAMES.fullmatch(name) is not None


def read_manifest(data: bytes) -> Manifest:
    """Parse and validate the manifest of a backup, which is untrusted.

    Raises
    ------
    Invalid
        It is no manifest, or of a newer version, or names what no backup has.
    """
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise not_a_backup("its manifest is no JSON") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or type(raw.get("version")) is not int:
        raise not_a_backup("its manifest is another program's")
    if raw["version"] > VERSION:
        made_by = raw.get("tram_ext")
        raise Invalid(f"This backup was made by a newer version of tram-ext ({made_by!s:.40}). Upgrade tram-ext.")
    texts = [raw.get(name) for name in ("tram_ext", "schema", "created_on")]
    files, settings, missing = raw.get("files"), raw.get("settings"), raw.get("missing")
    faults = raw.get("faults", [])
    if not all(isinstance(value, str) and len(value) < 100 for value in texts):  # noqa: PLR2004 - a version, a date
        raise not_a_backup("its manifest does not say what made it")
    if (
        not isinstance(files, dict)
        or not isinstance(settings, dict)
        or not isinstance(missing, list)
        or not isinstance(faults, list)
    ):
        raise not_a_backup("its manifest does not say what is in it")
    members = {name: _member(name, value) for name, value in files.items()}
    if DATABASE not in members:
        raise not_a_backup("there is no database in it")
    tram_ext, schema, created_on = (str(value) for value in texts)
    lost, wrong = (tuple(str(item) for item in found) for found in (missing, faults))
    return Manifest(tram_ext, schema, created_on, members, settings, lost, wrong)


def not_a_backup(why: str) -> Invalid:
    """Return the error that says why a file is refused."""
    return Invalid(f"This is not a backup of tram-ext, or is damaged: {why}.")


def _member(name: str, value: Any) -> Member:
    if not is_name(name):
        raise not_a_backup(f"no backup has a file named {name[:80]!r}")
    size, sha256 = (value.get("size"), value.get("sha256")) if isinstance(value, dict) else (None, None)
    if type(size) is not int or not 0 <= size < _MOST_BYTES:
        raise not_a_backup(f"the size of {name} is not said")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise not_a_backup(f"the hash of {name} is not said")
    return Member(size, sha256)
