"""Reading of the configuration: each value, its origin, and its problems."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from traitlets.config.loader import DeferredConfigString

from tram_ext.configuration import files
from tram_ext.configuration.checks import SECRET, Unfit, checked, suggestion
from tram_ext.configuration.options import OPTIONS, SECTION
from tram_ext.domain.errors import Unavailable
from tram_ext.domain.users import Role
from tram_ext.services.settings import Settings

CODE: Final = "misconfigured"
"""Tells the errors of configuration from others, in answers of the HTTP API, too."""

DEFAULT: Final = "default"


@dataclass(frozen=True)
class Given:
    """A configured value, with its origin.

    Attributes
    ----------
    value : object
        As it stands there.
    place : str
        Where it stands: a file, an environment variable, an option of the command line.
    subject : str
        What a sentence about it begins with.
    """

    value: Any
    place: str
    subject: str


Layer = Mapping[str, Given]
"""What one source says, by the names of options, known or not."""


@dataclass(frozen=True)
class Effective:
    """The effective value of an option, for display.

    Attributes
    ----------
    value : object
        As JSON has it; passwords are hidden.
    source : str
        The file, variable or option that says so, or ``default``.
    """

    value: bool | float | str | None
    source: str


@dataclass(frozen=True)
class Configuration:
    """The values of all options.

    Attributes
    ----------
    values : mapping of str to object
        The effective values, of those that are not as the default has it.
    places : mapping of str to str
        Where each of these comes from.
    problems : tuple of str
        What is wrong, a sentence each.
    wrong : frozenset of str
        The options concerned, which have no value.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    wrong: frozenset[str] = frozenset()

    def settings(self) -> Settings:
        """Return the values as `Settings`.

        Raises
        ------
        Unavailable
            Something is wrong; the message is the first sentence, and how many more there are.
        """
        if self.problems:
            more = len(self.problems) - 1
            others = f" ({more:,} more: 'jupyter tram doctor' lists them.)" if more else ""
            raise Unavailable(f"{self.problems[0]}{others}", code=CODE)
        return Settings(**self.values)

    def effective(self) -> dict[str, Effective]:
        """Return the values of all valid options, for display."""
        values = {**vars(Settings()), **self.values}
        return {
            name: Effective(_shown(name, values[name]), self.places.get(name, DEFAULT))
            for name in OPTIONS
            if name not in self.wrong
        }


def option(name: str, value: object, written: str = "") -> Given:
    """Return a value given on the command line.

    Parameters
    ----------
    written : str
        The option's name as it was written there.
    """
    written = written or f"--{SECTION}.{name}"
    return Given(DeferredConfigString(value) if isinstance(value, str) else value, written, f"The option {written}")


def layer_of(path: Path) -> Layer:
    """Return the values that a file sets.

    Raises
    ------
    Unreadable
        The file cannot be read.
    """
    return {
        name: Given(value, str(path), f"c.{SECTION}.{name} in {path}") for name, value in files.section(path).items()
    }


def environment() -> Layer:
    """Return the values that environment variables set; empty ones count as unset."""
    return {
        name: Given(DeferredConfigString(value), item.variable, f"The environment variable {item.variable}")
        for name, item in OPTIONS.items()
        if item.variable and (value := os.environ.get(item.variable, ""))
    }


def read(chosen: Layer | None = None, config_file: str = "") -> Configuration:
    """Read the configuration as a Jupyter server would: the environment, Jupyter's files, then what was `chosen`.

    Parameters
    ----------
    chosen : mapping of str to Given, optional
        What the command line or a caller says.
    config_file : str
        The file that ``--config`` names.
    """
    problems: list[str] = []
    try:
        paths = files.files(config_file)
    except files.Unreadable as unreadable:
        problems.append(str(unreadable))
        paths = []
    layers = layers_of([*files.drop_ins(), *paths], problems)
    return resolve([*layers, chosen or {}], problems)


def layers_of(paths: Iterable[Path], problems: list[str]) -> list[Layer]:
    """Return the values of each file; an unreadable file is reported as a problem."""
    layers: list[Layer] = []
    for path in paths:
        try:
            layers.append(layer_of(path))
        except files.Unreadable as unreadable:
            problems.append(str(unreadable))
    return layers


def resolve(
    layers: Iterable[Layer], problems: Iterable[str] = (), trace: Callable[[str, Given], Given] | None = None
) -> Configuration:
    """Choose the value of each option by precedence, and validate it.

    Parameters
    ----------
    layers : iterable of mapping
        Those that count least first. A value that is empty leaves the choice to the environment, then to the default.
    problems : iterable of str
        What was wrong before.
    trace : callable, optional
        Finds out where a value that is wrong comes from, given its option's name and what is known.
    """
    given: dict[str, Given] = {}
    for layer in layers:
        given |= layer
    surrounding = environment()
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    found, wrong = list(problems), set()
    for name in [*OPTIONS, *(name for name in given if name not in OPTIONS)]:
        item = given.get(name)
        if item is None or _is_empty(item.value):
            item = surrounding.get(name)
        if item is None:
            continue
        try:
            if name not in OPTIONS:
                _require_known(name)
                continue
            values[name] = checked(name, item.value)
            places[name] = item.place
        except Unfit as unfit:
            wrong.add(name)
            found.append(_sentence(trace(name, item) if trace else item, unfit))
    return Configuration(values, places, tuple(found), frozenset(wrong))


def _shown(name: str, value: Any) -> bool | float | str | None:
    if name in SECRET and value:
        from tram_ext.store import addresses

        return addresses.shown(value)
    if isinstance(value, Role):
        return value.value
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value)


def _sentence(item: Given, unfit: Unfit) -> str:
    said = f"{item.subject} {unfit}"
    return said if said.endswith(("?", ".")) else f"{said}."


def _require_known(name: str) -> None:
    """Report unknown options, except those that Jupyter gives every extension."""
    from jupyter_server.extension.application import ExtensionApp

    if name not in ExtensionApp.class_trait_names(config=True):
        raise Unfit(f"is no option of the workbench{suggestion(name, list(OPTIONS))}")


def stray_variables() -> list[str]:
    """Return a sentence for each environment variable whose name looks like a misspelt one of ours."""
    known = [item.variable for item in OPTIONS.values() if item.variable]
    return [
        f"The environment variable {name} means nothing here{alike}"
        for name in sorted(os.environ)
        if name.startswith("TRAM_") and name not in known and (alike := suggestion(name, known, 0.8))
    ]
