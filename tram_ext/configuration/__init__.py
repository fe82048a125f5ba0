"""What Jupyter's configuration files say of the workbench: the command line and the server must share one store."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tram_ext.domain.errors import Invalid

_NAMES: Final = ("jupyter_config", "jupyter_server_config", "jupyter_tram_ext_config")
_SECTION: Final = "TramExtension"


def configured() -> dict[str, Any]:
    """Return the values of ``c.TramExtension`` in the files that a Jupyter server would read.

    Only files that name the section are run, so that nobody waits for the others.

    Raises
    ------
    Invalid
        Such a file cannot be read.
    """
    from jupyter_core.paths import jupyter_config_path

    found: dict[str, Any] = {}
    # The first folder of the list counts most, and a .json more than a .py, as Jupyter has it.
    for folder in reversed(jupyter_config_path()):
        for name in _NAMES:
            for suffix in (".py", ".json"):
                path = Path(folder) / f"{name}{suffix}"
                if path.is_file() and _SECTION in path.read_text(errors="replace"):
                    found |= _load(path)
    return found


def _load(path: Path) -> dict[str, Any]:
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    loader = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    try:
        config = loader(path.name, path=str(path.parent)).load_config()
    except Exception as error:  # a configuration file is code of its owner's
        raise Invalid(f"Jupyter's configuration file {path} cannot be read: {error}") from error
    section: dict[str, Any] = dict(config[_SECTION]) if _SECTION in config else {}
    return section
