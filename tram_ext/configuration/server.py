"""The configuration of a running Jupyter server: what Jupyter has read, and what it has ignored."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tram_ext.configuration import files
from tram_ext.configuration.options import SECTION
from tram_ext.configuration.reading import Configuration, Given, Layer, layer_of, layers_of, option, resolve


@dataclass(frozen=True)
class JupyterConfiguration:
    """A server's view of its own configuration.

    Attributes
    ----------
    merged : mapping of str to object
        The values of our section, from wherever Jupyter took them.
    command_line : mapping of str to object
        Those that stand on its command line.
    loaded : container of str
        Paths of the files that were read.
    config_file : str
        The file that ``--config`` names.
    """

    merged: Mapping[str, Any] = field(default_factory=dict)
    command_line: Mapping[str, Any] = field(default_factory=dict)
    loaded: Container[str] = ()
    config_file: str = ""


def read(jupyter: JupyterConfiguration) -> Configuration:
    """Read the configuration of a server, with the same result as on the command line.

    What Jupyter has read is taken from it, since to run a file again may ask for a password again; where a value is
    wrong, the files are looked through for the one that has it. Jupyter goes on when a file is damaged, and reads only
    what belongs to the applications that it runs: what is left is read here.
    """
    problems: list[str] = []
    try:
        paths = files.files(jupyter.config_file)
    except files.Unreadable as unreadable:
        problems.append(str(unreadable))
        paths = []
    unread = [path for path in paths if str(path) not in jupyter.loaded]
    merged = {
        name: Given(value, "Jupyter's configuration", f"c.{SECTION}.{name} in Jupyter's configuration")
        for name, value in files.said(jupyter.merged).items()
    }
    layers = [*layers_of([*files.drop_ins(), *unread], problems), merged]

    def trace(name: str, item: Given) -> Given:
        return _traced(name, item, jupyter, paths) if item is merged.get(name) else item

    return resolve(layers, problems, trace)


def _traced(name: str, item: Given, jupyter: JupyterConfiguration, paths: list[Path]) -> Given:
    if name in jupyter.command_line:
        return option(name, item.value)
    for path in reversed(paths):
        try:
            found: Layer = layer_of(path)
        except files.Unreadable:  # which is a problem of its own
            continue
        if name in found and found[name].value == item.value:
            return found[name]
    return item
