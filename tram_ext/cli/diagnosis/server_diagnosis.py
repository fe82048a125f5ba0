"""Diagnosis of the Jupyter server that started this shell or kernel, if one did."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tram_ext.api import server_file
from tram_ext.domain.errors import NotAuthenticated, TramError


@dataclass
class ServerDiagnosis:
    """The diagnosis of the server; empty outside of one.

    Attributes
    ----------
    facts : dict of str to str
        Its address, and whom TRAM takes this shell for there.
    problem : str or None
        Why it does not serve TRAM here, with what to do.
    """

    facts: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


def diagnose_server(*, ask: bool) -> ServerDiagnosis:
    """Find and examine the server that started this process.

    Parameters
    ----------
    ask : bool
        Whether to call it, as `tram_ext.workbench()` does in a kernel; that opens the workbench where it was not open.
    """
    found = ServerDiagnosis()
    hub_user = os.environ.get("JUPYTERHUB_USER")
    if hub_user:
        found.facts["JupyterHub user"] = hub_user
    path = server_file.named_in_environment()
    if path is not None:
        _look_at(found, path, ask=ask)
    elif hub_user and "JUPYTERHUB_SERVICE_PREFIX" in os.environ:
        found.problem = (
            "This server of JupyterHub does not serve TRAM. Install tram-ext into the environment that users' servers "
            "run in, and start the server again from the hub's control panel."
        )
    return found


def _look_at(found: ServerDiagnosis, path: Path, *, ask: bool) -> None:
    from tram_ext.client.access import FileAccess
    from tram_ext.client.connection import HttpConnection

    try:
        access = FileAccess(path)
        found.facts["address"] = access.address().url
        if ask:
            with closing(HttpConnection(access)) as connection:
                found.facts["user"] = connection.status()["user"]["name"]
    except NotAuthenticated as error:
        found.problem = (
            f"The server at {found.facts['address']} does not accept the token that it keeps for its kernels in "
            f"{path}: {error.message}. Start the server again."
        )
    except TramError as error:
        found.problem = f"The Jupyter server that started this shell does not answer for TRAM: {error.message}"
