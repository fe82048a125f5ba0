"""Validation of option values, with the messages that say what a value has to be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from traitlets import Bool, Enum, Float, Int, TraitError
from traitlets.config.loader import DeferredConfig

from tram_ext.configuration.options import OPTIONS, WorkbenchConfiguration
from tram_ext.domain.errors import Invalid
from tram_ext.domain.users import Role

_LONGEST: Final = 80

SECRET: Final = frozenset({"db_url"})
"""Options whose values are not quoted in messages: they may hold a password."""


class Unfit(Exception):
    """A value is invalid; the message continues after the name of the option."""


def checked(name: str, given: Any) -> Any:
    """Return the validated value of the setting `name` for `given`.

    Parameters
    ----------
    given : object
        As a configuration file has it, or text of a command line or the environment, which is still to be interpreted.

    Raises
    ------
    Unfit
        It is of another type, out of range, none of the choices, or names what is not there.
    """
    trait = WorkbenchConfiguration.class_traits()[name]
    try:
        value = given.get_value(trait) if isinstance(given, DeferredConfig) else given
    except ValueError as error:
        raise Unfit("is given more than once") from error
    if isinstance(value, Path):
        value = str(value)
    try:
        if isinstance(value, bool) and not isinstance(trait, Bool):  # which Python takes for a number
            raise TraitError
        if isinstance(value, float) and not math.isfinite(value):
            raise TraitError
        fitting = WorkbenchConfiguration(**{name: value})
    except TraitError as error:
        raise Unfit(f"has to be {_wanted(name)}{_but_is(name, value)}") from error
    found = getattr(fitting, name)
    if isinstance(found, str) and "\0" in found:
        raise Unfit("holds a character that no name can (U+0000)")
    return _CHECKS[name](found) if found and name in _CHECKS else found


def suggestion(wrong: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return a question that names the closest match, or nothing where none is as similar as `cutoff` (0 to 1)."""
    close = get_close_matches(wrong, list(known), n=1, cutoff=cutoff)
    return f"; did you mean {close[0]}?" if close else ""


def quoted(value: Any) -> str:
    """Return a value as a message quotes it, shortened."""
    shown = repr(str(value) if isinstance(value, str) else value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _but_is(name: str, value: Any) -> str:
    return "" if name in SECRET else f", and is {quoted(value)}"


def _wanted(name: str) -> str:
    trait, option = WorkbenchConfiguration.class_traits()[name], OPTIONS[name]
    if isinstance(trait, Bool):
        return "true or false"
    if isinstance(trait, Enum):
        return f"one of {', '.join(trait.values or ())}"
    if not isinstance(trait, Int | Float):
        return "text"
    kind = "a whole number" if isinstance(trait, Int) else "a number"
    if option.least is None:
        return kind
    return f"{kind} from {option.least:,} to {option.most:,}" if option.most else f"{kind} of at least {option.least:,}"


def _folder(value: str) -> Path:
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise Unfit(
            f"begins in the home folder of a user that this machine does not know, and is {quoted(value)}"
        ) from (error)
    if not path.is_absolute():
        raise Unfit(
            f"has to be an absolute path, since servers and commands start in different folders, and is {quoted(value)}"
        )
    return path


def _existing_folder(value: str) -> str:
    path = _folder(value)
    try:
        is_there = path.is_dir()
    except OSError:
        is_there = False
    if not is_there:
        raise Unfit(f"names a folder that is not there: {quoted(value)}")
    return str(path)


def _database(value: str) -> str:
    from tram_ext.store import addresses

    try:
        addresses.parsed(value)
    except Invalid as error:
        raise Unfit(f"cannot be used: {_within_a_sentence(error.message)}") from error
    return value


def _within_a_sentence(said: str) -> str:
    first = said[0] if said[1].isupper() else said[0].lower()  # an abbreviation stays as it is
    return f"{first}{said[1:]}".rstrip(".")


def _executor(value: str) -> str:
    from tram_ext.services.processes.executors import PROCESSES, scheduler_address

    if value != PROCESSES:
        try:
            scheduler_address(value)
        except Invalid as error:
            raise Unfit(f"cannot be used: {_within_a_sentence(error.fields['executor'][0])}") from error
    return value


def _model(value: str) -> str:
    from tram_ext.ml import registry

    return _one_of(value, registry.names())


def _encoder(value: str) -> str:
    if value in {"auto", "none"}:
        return value
    from tram_ext.ml import encoders

    return _one_of(value, [encoders.AUTOMATIC, encoders.NONE, *encoders.names()])


def _one_of(value: str, known: list[str]) -> str:
    if value not in known:
        raise Unfit(f"has to be one of {', '.join(known)}, and is {quoted(value)}{suggestion(value, known)}")
    return value


_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "data_dir": _folder,
    "db_url": _database,
    "bert_folder": _existing_folder,
    "default_model": _model,
    "encoder": _encoder,
    "executor": _executor,
    "jupyter_role": Role,
}
