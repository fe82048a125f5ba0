"""Predicting: the active version of a model, loaded once a process and exchanged when another becomes active."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tram_ext.domain.errors import Conflict, NotFound, Unavailable
from tram_ext.domain.models import ModelVersion, Proposal
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

if TYPE_CHECKING:
    from tram_ext.ml.model import SentenceModel

TRAM_THRESHOLD: Final = 25.0
"""Percent; TRAM's own ``ML_CONFIDENCE_THRESHOLD``."""


@dataclass(frozen=True)
class Predictor:
    """A loaded version of a model, ready to propose."""

    version: ModelVersion
    model: SentenceModel
    threshold: float

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

    def predictor(self, name: str) -> Predictor:
        """Return the active version of a model.

        Raises
        ------
        NotFound
            There is no such model.
        Conflict
            It was never trained.
        Unavailable
            Its file is missing or is not what was written.
        """
        model = self._settings.default_model if name == "default" else name
        with self._store.read() as work:
            key = work.model_versions.active_key(model)
        with self._lock:
            found = self._loaded.get(model)
            if found is None or found.version.id != key:
                found = self._load(model, key)
                self._loaded[model] = found
            return found

    def _load(self, name: str, key: int | None) -> Predictor:
        from tram_ext.ml import files, registry

        if key is None:
            registry.model_class(name)
            raise Conflict(f"The model {name!r} was not trained yet. Train it with 'jupyter tram train {name}'.")
        with self._store.read() as work:
            version = work.model_versions.get(key)
        if version is None:
            raise NotFound("Model does not exist")
        path = self._settings.models_dir / version.file_name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Unavailable(
                f"The file of model {name!r}, {path}, cannot be read ({error.strerror}). Train it anew."
            ) from error
        if hashlib.sha256(data).hexdigest() != version.sha256:
            raise Unavailable(f"The file of model {name!r}, {path}, is not the one that was written. Train it anew.")
        model = files.load(data, name)
        percent = self._settings.ml_confidence_threshold
        if percent is not None:
            threshold = percent / 100
        else:
            threshold = model.threshold if model.threshold is not None else TRAM_THRESHOLD / 100
        return Predictor(version, model, threshold)
