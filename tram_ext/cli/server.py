"""Starting JupyterLab with the workbench."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_OWN = {"--data-dir": "--TramExtension.data_dir", "--db-url": "--TramExtension.db_url"}
"""Options of the other commands, in the server's own words."""


def launch(arguments: Sequence[str]) -> None:
    """Start the server with `arguments`, and return when it ends."""
    from tram_ext.app import TramExtension

    start: Callable[[list[str]], None] = TramExtension.launch_instance
    start(server_arguments(arguments))


def server_arguments(arguments: Sequence[str]) -> list[str]:
    """Return `arguments` in the server's words.

    Whoever names a port wants that port: where it is in use, that is an error, and no other port is tried, unless
    ``--ServerApp.port_retries`` says so.
    """
    translated = [_translated(argument) for argument in _joined(arguments)]
    names = {argument.partition("=")[0] for argument in translated}
    if names & {"--port", "--ServerApp.port"} and "--ServerApp.port_retries" not in names:
        translated.append("--ServerApp.port_retries=0")
    return translated


def _joined(arguments: Sequence[str]) -> list[str]:
    """Write our own options and their values as one argument each."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in _OWN:
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined


def _translated(argument: str) -> str:
    name, equals, value = argument.partition("=")
    return f"{_OWN.get(name, name)}{equals}{value}"
