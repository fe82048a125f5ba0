"""The paths of the widgets' built JavaScript and style sheets."""

from __future__ import annotations

from pathlib import Path

_STATIC = Path(__file__).parent / "static"


def asset(name: str) -> Path:
    """Return the path of a built file.

    Parameters
    ----------
    name : str
        The file's name, such as ``status.js``.

    Raises
    ------
    ImportError
        If the package was put on the path without having been built.
    """
    path = _STATIC / name
    if not path.is_file():
        raise ImportError(
            f"The notebook widgets are not built: {path} does not exist. "
            "Install the package with `pip install .`, or run `npm ci && npm run build:prod` in labextension/."
        )
    return path
