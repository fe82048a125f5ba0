"""STIX bundle files, read within limits."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.errors import Invalid, NotFound, TooLarge

MAX_BYTES: Final = 512 * 1024 * 1024
"""The largest bundle that is read; all of Enterprise ATT&CK has about 50 MB."""


def read_bundle(path: Path, *, name: str | None = None, max_bytes: int = MAX_BYTES) -> tuple[dict[str, Any], list[Any]]:
    """Read a STIX bundle.

    Parameters
    ----------
    path : Path
        A JSON file.
    name : str, optional
        What errors call it, if not by its path.
    max_bytes : int
        The largest file that is read.

    Returns
    -------
    bundle : dict
        The bundle itself.
    objects : list
        Its objects, of whatever type: nobody has looked at them.

    Raises
    ------
    NotFound
        There is no such file.
    TooLarge
        The file is larger than `max_bytes`.
    Invalid
        It cannot be read, is no JSON, or is no bundle.
    """
    shown = name or str(path)
    content = _parse(_read(path, shown, max_bytes), shown)
    if not isinstance(content, dict) or content.get("type") != "bundle":
        found = (
            f"its type is {str(content.get('type'))[:40]!r}" if isinstance(content, dict) else "it is no JSON object"
        )
        raise Invalid(f'{shown} is not a STIX bundle: {found}, where "type": "bundle" is expected.')
    objects = content.get("objects")
    if not isinstance(objects, list) or not objects:
        raise Invalid(f"{shown} is an empty STIX bundle: it has no list of objects.")
    return content, objects


def _read(path: Path, shown: str, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes`."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise Invalid(f"{shown} is {kind}; name the JSON file of a STIX bundle.")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise NotFound(f"{shown} does not exist.") from error
    except (OSError, ValueError) as error:
        raise Invalid(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > max_bytes:
        raise TooLarge(f"{shown} is larger than {max_bytes / 2**20:,.0f} MB, the limit for a STIX bundle.")
    if not data.strip():
        raise Invalid(f"{shown} is empty; a STIX bundle is expected.")
    return data


def _parse(data: bytes, shown: str) -> Any:
    """Parse JSON of any Unicode encoding."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if _is_cut(error):
            raise Invalid(f"{shown} is cut off: its JSON ends too early ({place}). Download it again.") from error
        raise Invalid(f"{shown} is not JSON: {error.msg} at {place}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{shown} is not JSON: byte {error.start} is no valid {error.encoding} text.") from error
    except RecursionError as error:
        raise Invalid(f"{shown} is nested too deeply to be a STIX bundle.") from error
    except ValueError as error:
        raise Invalid(f"{shown} holds a value that cannot be read: {error}.") from error


def _is_cut(error: json.JSONDecodeError) -> bool:
    """Whether the parser reached the end of the text inside a JSON object or list."""
    document = error.doc.rstrip()
    if not document.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    return error.pos >= len(document) - len("false") or error.msg.startswith("Unterminated string")
