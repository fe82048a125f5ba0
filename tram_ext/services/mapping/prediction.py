"""Loads the active version of a model, once per process, and again when another becomes active."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tram_ext.domain.errors import Conflict
from tram_ext.domain.models import ModelVersion, Proposal
from tram_ext.services.processes.model_file import ModelFile
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

if TYPE_CHECKING:
    from tram_ext.ml.model import SentenceModel


@dataclass(frozen=True)
class Predictor:
    """A loaded version of a model, ready to propose."""

    version: ModelVersion
    model: SentenceModel
    threshold: float | None

    def propose(self, texts: Sequence[str]) -> list[tuple[Proposal, ...]]:
        """Propose techniques for each text, best first."""
        return self.model.propose(texts, self.threshold)


class Predictions:
    """The models that this process has loaded."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()
        self._loaded: dict[str, Predictor] = {}

    def active_version(self, name: str) -> ModelVersion:
        """Return the version of a model that proposes now.

        Raises
        ------
        NotFound
            There is no such model.
        Conflict
            It was never trained.
        """
        model = self._settings.resolve_model(name)
        with self._store.read() as work:
            key = work.model_versions.active_key(model)
            version = work.model_versions.get(key) if key is not None else None
        if version is None:
            from tram_ext.ml import registry

            registry.model_class(model)
            raise Conflict(f"The model {model!r} was not trained yet. Train it with 'jupyter tram train {model}'.")
        return version

    def of_report(self, ml_model: str, name: str | None = None) -> ModelVersion:
        """Return the version to ask about a report: of `name`, else of the model that mapped it, else of the default.

        Parameters
        ----------
        ml_model : str
            What the report says mapped it, which may be no model of this workbench.
        """
        if name is not None:
            return self.active_version(name)
        with self._store.read() as work:
            is_there = work.model_versions.active_key(ml_model) is not None
        return self.active_version(ml_model if is_there else "default")

    def file_of(self, name: str) -> ModelFile:
        """Return the file of the active version of a model; see :meth:`active_version`."""
        return self.file_of_version(self.active_version(name))

    def predictor(self, name: str) -> Predictor:
        """Return the active version of a model, loaded.

        Raises
        ------
        NotFound
            There is no such model.
        Conflict
            It was never trained, or by another version of scikit-learn.
        Unavailable
            Its file is missing or is not what was written.
        """
        version = self.active_version(name)
        with self._lock:
            found = self._loaded.get(version.model)
            if found is None or found.version.id != version.id:
                file = self.file_of_version(version)
                found = Predictor(version, file.load(), file.threshold)
                self._loaded[version.model] = found
            return found

    def file_of_version(self, version: ModelVersion) -> ModelFile:
        """Return a reference to the file of a version, for child processes."""
        percent = self._settings.ml_confidence_threshold
        return ModelFile(
            name=version.model,
            path=self._settings.models_dir / version.file_name,
            sha256=version.sha256,
            threshold=None if percent is None else percent / 100,
        )
