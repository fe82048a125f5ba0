"""Models and their versions: what there is, how good it is, going back to an older one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

_LONGEST_NUMBER: Final = 10


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model of the registry with its active version, None where it was never trained."""

    name: str
    is_default: bool
    active: ModelVersion | None
    versions: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and what :func:`tram_ext.ml.cards.compare` says of their cards."""

    a: ModelVersion
    b: ModelVersion
    differences: dict[str, Any]


class Models:
    """The registry and the store, side by side."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def list(self, actor: User) -> list[ModelEntry]:
        """Return every model that can be trained."""
        from tram_ext.ml import registry

        require(actor, Permission.READ)
        with self._store.read() as work:
            versions = work.model_versions.list()
        entries = []
        for name in registry.names():
            own = [version for version in versions if version.model == name]
            active = next((version for version in own if version.active), None)
            entries.append(ModelEntry(name, name == self._settings.default_model, active, len(own)))
        return entries

    def versions(self, name: str, actor: User) -> Sequence[ModelVersion]:
        """Return the versions of a model, the newest first.

        Raises
        ------
        NotFound
            There is no such model.
        """
        require(actor, Permission.READ)
        return sorted(self._versions(name)[1], key=lambda version: -version.number)

    def version(self, name: str, number: int | None, actor: User) -> ModelVersion:
        """Return a version of a model; `number` None is the active one.

        Raises
        ------
        NotFound
            There is no such model, or no such version of it.
        """
        require(actor, Permission.READ)
        model, versions = self._versions(name)
        for version in versions:
            if version.active if number is None else version.number == number:
                return version
        if number is None:
            raise NotFound(f"The model {model!r} was not trained yet. Train it with 'jupyter tram train {model}'.")
        raise NotFound(f"There is no version {number} of the model {model!r}.")

    def restore(self, name: str, number: int, actor: User) -> ModelVersion:
        """Make an older version the active one.

        Raises
        ------
        NotFound
            There is no such version.
        Forbidden
            The actor is no admin.
        """
        require(actor, Permission.ADMINISTER)
        version = self.version(name, number, actor)
        with self._store.write() as work:
            work.model_versions.activate(version.id)
            work.log.append(
                actor,
                "restore model",
                report_id=None,
                target=("model version", version.id),
                batch=secrets.token_hex(16),
                after={"model": version.model, "number": version.number},
            )
        return replace(version, active=True)

    def compare(self, a: str, b: str, actor: User) -> Comparison:
        """Set two versions side by side.

        Parameters
        ----------
        a, b : str
            A model, for its active version, or ``MODEL:N`` for version N of it.

        Raises
        ------
        Invalid
            One is written otherwise.
        NotFound
            There is no such model or version.
        """
        from tram_ext.ml import cards

        first, second = (self.version(*named_version(each), actor) for each in (a, b))
        return Comparison(first, second, cards.compare(first.card, second.card))

    def _versions(self, name: str) -> tuple[str, Sequence[ModelVersion]]:
        """Return the full name of a model and its versions."""
        from tram_ext.ml import registry

        model = self._settings.resolve_model(name)
        registry.model_class(model)
        with self._store.read() as work:
            return model, work.model_versions.list(model)


def named_version(said: str) -> tuple[str, int | None]:
    """Read ``MODEL`` or ``MODEL:N``.

    Raises
    ------
    Invalid
        What stands after the colon is no number.
    """
    name, colon, number = said.rpartition(":")
    if not colon:
        return said, None
    if not (number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER):
        raise Invalid(f"{said!r} names no version of a model: write MODEL or MODEL:N, such as linear:2.")
    return name, int(number)
