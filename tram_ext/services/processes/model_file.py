"""Reference to the file of a model version, for child processes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tram_ext.domain.errors import Conflict, Invalid, Unavailable

if TYPE_CHECKING:
    from tram_ext.ml.model import SentenceModel


@dataclass(frozen=True, slots=True)
class ModelFile:
    """Path and SHA-256 of a version's file; can be pickled.

    Attributes
    ----------
    threshold : float or None
        Confidence, 0 to 1, under which nothing is proposed; None: the model's own.
    """

    name: str
    path: Path
    sha256: str
    threshold: float | None

    def load(self) -> SentenceModel:
        """Read the file.

        Raises
        ------
        Unavailable
            It is missing, or is not what was written.
        Conflict
            It was made by another version of scikit-learn or of this project.
        """
        from tram_ext.ml import files

        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise Unavailable(
                f"The file of model {self.name!r}, {self.path}, cannot be read ({error.strerror}). Train it anew."
            ) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Unavailable(
                f"The file of model {self.name!r}, {self.path}, is not the one that was written. Train it anew."
            )
        try:
            return files.load(data, self.name)
        except Invalid as error:
            raise Conflict(error.message) from error
