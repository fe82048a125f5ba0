"""The options as traits of Jupyter's configuration, for the server and the command line alike."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Final, get_type_hints

from traitlets import Bool, CaselessStrEnum, Float, Int, TraitType, Unicode
from traitlets.config import Config, Configurable

from tram_ext.domain.users import Role
from tram_ext.services.settings import Option, Settings, option_of

SECTION: Final = "TramExtension"
"""The section of the options in configuration files, and on the command line: the name of the server extension."""

_TYPES: Final = get_type_hints(Settings)
_FIELDS: Final[dict[str, Field[Any]]] = {item.name: item for item in fields(Settings)}

OPTIONS: Final[dict[str, Option]] = {name: option_of(item.metadata) for name, item in _FIELDS.items()}
"""All options by name."""


def _default(name: str) -> Any:
    """Return the default as written in a configuration file; empty where it is computed."""
    item = _FIELDS[name]
    if item.default is MISSING:
        return ""
    return item.default.value if isinstance(item.default, Role) else item.default


def _help(option: Option) -> str:
    variable = f"the environment variable {option.variable}, else " if option.variable else ""
    return f"{option.help} Unset: {variable}{option.unset}." if option.unset else option.help


def _trait(name: str, option: Option) -> TraitType[Any, Any]:
    kind, default, help_ = _TYPES[name], _default(name), _help(option)
    if kind is bool:
        return Bool(default, help=help_)
    if kind is int:
        return Int(default, min=option.least, max=option.most, help=help_)
    if kind in {float, float | None}:
        trait: TraitType[Any, Any] = Float(default, min=option.least, max=option.most, help=help_)
        trait.allow_none = kind is not float
        return trait
    if kind is Role:
        return CaselessStrEnum([role.value for role in Role], default_value=default, help=help_)
    assert kind in {str, Path}, f"There is no trait for the type of {name}."
    return Unicode(default, help=help_)


class WorkbenchConfiguration(Configurable):
    """The options of the workbench as configurable traits, one per field of `Settings`.

    Traitlets does not set them on its own: a wrong value would end the server with a message that names neither file
    nor variable, or leave the extension out. :mod:`tram_ext.configuration.reading` finds the values, and
    :func:`tram_ext.configuration.checks.checked` has these traits examine them.
    """

    vars().update({name: _trait(name, option).tag(config=True) for name, option in OPTIONS.items()})

    def _load_config(self, cfg: Config, section_names: Any = None, traits: Any = None) -> None:
        """Load the configuration of everything but the options, and of names that nobody knows."""
        known = self.class_trait_names(config=True)
        others = Config({name: dict(section) for name, section in cfg.items() if isinstance(section, Config)})
        for name, section in others.items():
            for key in [*section]:
                if key in OPTIONS or (name == SECTION and key not in known):
                    del section[key]
        super()._load_config(others, section_names, traits)
