"""Starting JupyterLab with the workbench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tram_ext.cli.commands import Failed
from tram_ext.cli.options import from_here
from tram_ext.domain.errors import TramError

_OWN = {"--data-dir": "--TramExtension.data_dir", "--db-url": "--TramExtension.db_url"}
"""Options of the other commands, in the server's own words."""

_NO_START: Final = frozenset(
    "-h --help --help-all --version --generate-config --show-config --show-config-json".split()
)
"""Options with which Jupyter prints something, and starts no server."""


def launch(arguments: Sequence[str]) -> None:
    """Start the server with `arguments`, and return when it ends.

    Where the workbench's configuration is wrong, none is started: it would serve everything but the workbench.
    """
    from tram_ext.app import TramExtension

    given = server_arguments(arguments)
    if not _NO_START.intersection(given):
        try:
            _require_configured(given)
        except TramError as error:
            failed = Failed(error.message)
            failed.show()
            raise SystemExit(failed.exit_code) from error
    start: Callable[[list[str]], None] = TramExtension.launch_instance
    start(given)


def _require_configured(arguments: list[str]) -> None:
    """Read the configuration as the server will, and raise an error where it is invalid.

    Raises
    ------
    Unavailable
        It is wrong.
    """
    from jupyter_server.serverapp import ServerApp

    from tram_ext.configuration.options import SECTION
    from tram_ext.configuration.reading import option, read

    asked = ServerApp()
    asked.parse_command_line(arguments)
    chosen = {name: option(name, value) for name, value in asked.cli_config.get(SECTION, {}).items()}
    read(chosen, asked.config_file).settings()


def server_arguments(arguments: Sequence[str]) -> list[str]:
    """Translate `arguments` to those of the server.

    Whoever names a port wants that port: where it is in use, that is an error, and no other port is tried, unless
    ``--ServerApp.port_retries`` says so.
    """
    translated = [_translated(argument) for argument in _joined(arguments)]
    names = {argument.partition("=")[0] for argument in translated}
    if names & {"--port", "--ServerApp.port"} and "--ServerApp.port_retries" not in names:
        translated.append("--ServerApp.port_retries=0")
    return translated


def _joined(arguments: Sequence[str]) -> list[str]:
    """Join each of our options with its value to one argument."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in _OWN:
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined


def _translated(argument: str) -> str:
    name, equals, value = argument.partition("=")
    if name == "--data-dir" and value:  # as the other commands have it; a server may leave the folder it started in
        value = from_here(value)
    return f"{_OWN.get(name, name)}{equals}{value}"
