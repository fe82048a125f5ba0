"""Opens a workbench: behind a server, in this process, or whichever is available."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tram_ext.api import server_file
from tram_ext.domain.errors import Unreachable
from tram_ext.workbenches.workbench import Workbench

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.client.access import Access
    from tram_ext.services.settings import Settings


def connect(
    url: str, token: str | None = None, *, username: str | None = None, password: str | None = None
) -> Workbench:
    """Connect to a workbench behind a Jupyter server.

    Parameters
    ----------
    url : str
        The address with its base URL, such as ``http://localhost:8888/``, also as Jupyter prints it.
    token : str, optional
        TRAM's access token or Jupyter's; by default the one in `url`.
    username, password : str, optional
        A TRAM user's, instead of a token; they log in once, and stay logged in for a day.

    Raises
    ------
    Unreachable
        Nobody answers there.
    NotAuthenticated
        Token or password are not right.
    NotFound
        There is no TRAM at that address.
    """
    from tram_ext.client.access import Address, LoginAccess, TokenAccess

    address = Address.parsed(url, token)
    if username is not None:
        return _connected(LoginAccess(address, username, password or ""))
    return _connected(TokenAccess(address))


def open_workbench(path: str | Path | None = None) -> Workbench:
    """Open a workbench in this process, as the command line does; servers may work on the same data beside it.

    Documents are read and trainings run while it is open. Who acts is the operating system's user, as admin.

    Parameters
    ----------
    path : path, optional
        The data folder, as ``--data-dir`` of the command line; by default the one that Jupyter's configuration or
        ``TRAM_DATA_DIR`` names.

    Raises
    ------
    Unavailable
        The folder or the database cannot be used, or the configuration is wrong (the code is ``misconfigured`` then).
    """
    return _opened(_settings(path))


def workbench() -> Workbench:
    """Return the workbench of the server that started this kernel or terminal; without one, open it in this process.

    Raises
    ------
    NotAuthenticated
        The server does not let this user in.
    Unavailable
        There is no server, and the data folder or the database cannot be used.
    """
    return _behind_server() or open_workbench()


def map_text(text: str, *, model: str | None = None) -> pd.DataFrame:
    """Propose techniques for a sentence or a whole text, in one call; nothing is kept.

    The first call on a new installation prepares ATT&CK and the default model, which takes a minute. For many texts,
    keep a :func:`workbench` and call its ``map_text``.

    Parameters
    ----------
    model : str, optional
        Who proposes; by default the default model.

    Returns
    -------
    DataFrame
        A row a proposal: columns as `tram_ext.workbenches.frames.PROPOSALS`.

    Raises
    ------
    Invalid
        The text holds no words.

    Examples
    --------
    >>> import tram_ext
    >>> tram_ext.map_text("An encoded PowerShell command downloaded the payload.")  # doctest: +SKIP
    """
    found = _behind_server()
    if found is not None:
        with found:
            return found.map_text(text, model=model)
    from tram_ext.services.data_folder.read_only import readable

    # Nothing is kept: it works where nothing can be, too.
    with readable(_settings(None), or_empty=True) as settings, _opened(settings) as opened:
        return opened.map_text(text, model=model)


def _settings(path: str | Path | None) -> Settings:
    from tram_ext.configuration.reading import Given, read

    chosen = {}
    if path is not None:
        chosen["data_dir"] = Given(Path(path).expanduser().absolute(), "the call", "The data folder")
    return read(chosen).settings()


def _opened(settings: Settings) -> Workbench:
    from tram_ext.services.container import Services
    from tram_ext.workbenches.local import LocalConnection

    services = Services(settings)
    try:
        return Workbench(LocalConnection(services, services.users.at_the_command_line()))
    except BaseException:
        services.close()
        raise


def _behind_server() -> Workbench | None:
    """Return the workbench of the server that started this process, None where there is none any more."""
    from tram_ext.client.access import FileAccess

    path = server_file.named_in_environment()
    if path is None:
        return None
    try:
        return _connected(FileAccess(path))
    except Unreachable:  # it has ended: its data are still here
        return None


def _connected(access: Access) -> Workbench:
    from tram_ext.client.connection import HttpConnection

    found = Workbench(HttpConnection(access))
    try:
        found.status()
    except BaseException:
        found.close()
        raise
    return found
