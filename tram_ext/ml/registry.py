"""The registry of models: the built-in ones, and those that other packages add by entry points."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.ml.model import SentenceModel

ENTRY_POINT_GROUP: Final = "tram_ext.models"

BUILT_IN: Final[Mapping[str, str]] = {
    "dummy": "tram_ext.ml.tram.models:DummyModel",
    "nb": "tram_ext.ml.tram.models:NaiveBayesModel",
    "logreg": "tram_ext.ml.tram.models:LogisticModel",
    "nn_cls": "tram_ext.ml.tram.models:NeuralModel",
    "linear": "tram_ext.ml.linear.model:LinearModel",
    "bert": "tram_ext.ml.transformer:TransformerModel",
}
"""A table instead of entry points, so that the models are available without an installation, too."""

_REQUIRED: Final = ("multi_label", "learns_from_builtin", "fit", "propose", "predict", "state", "from_state")

_log = logging.getLogger(__name__)


def names() -> list[str]:
    """Return the names of the models: the built-in ones, then those of entry points in alphabetical order."""
    return [*BUILT_IN, *sorted(_added())]


def model_class(name: str) -> type[SentenceModel]:
    """Return the class of the model `name`.

    Raises
    ------
    NotFound
        Where no model has that name.
    Conflict
        Where a package registers it, and its code cannot be used.
    """
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        built_in: type[SentenceModel] = getattr(import_module(module), attribute)
        return built_in
    entry_point = _added().get(name)
    if entry_point is None:
        raise NotFound("Model does not exist")
    return _load(entry_point)


def _load(entry_point: EntryPoint) -> type[SentenceModel]:
    advice = "Repair or uninstall the package that registers it; the other models are not affected."
    try:
        loaded = entry_point.load()
    except Exception as error:  # code of another package, which may raise anything
        _log.warning("The model %r (%s) cannot be loaded: %r", entry_point.name, entry_point.value, error)
        raise Conflict(
            f"The model {entry_point.name!r} ({entry_point.value}) cannot be loaded: {error}. {advice}"
        ) from error
    missing = [attribute for attribute in _REQUIRED if not hasattr(loaded, attribute)]
    if missing or not isinstance(loaded, type):
        what = f"has no {', '.join(missing)}" if missing else "is no class"
        _log.warning("The model %r (%s) %s", entry_point.name, entry_point.value, what)
        raise Conflict(f"The model {entry_point.name!r} ({entry_point.value}) {what}. {advice}")
    return loaded


@cache
def _added() -> dict[str, EntryPoint]:
    """Return the entry points by name, without those whose names are taken."""
    found: dict[str, EntryPoint] = {}
    for entry_point in entry_points(group=ENTRY_POINT_GROUP):
        name = entry_point.name
        if name in BUILT_IN:
            if entry_point.value != BUILT_IN[name]:
                _log.warning("The name %r is taken by a built-in model; %s is left out", name, entry_point.value)
        elif found.setdefault(name, entry_point).value != entry_point.value:
            _log.warning("Two packages register a model %r; %s is left out", name, entry_point.value)
    return found
