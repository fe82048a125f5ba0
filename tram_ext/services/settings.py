"""What an administrator decides: plain values, filled from traits, environment and defaults by whoever wires."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.users import Role

ACCESS_SECONDS: Final = 3600
REFRESH_SECONDS: Final = 86400


MOST_UNFINISHED_TRAININGS: Final = 20
"""Trainings that run or wait; more are told to come back."""

CONFIGURABLE: Final[Mapping[str, str]] = {
    "data_dir": "data_dir",
    "db_url": "db_url",
    "default_model": "default_model",
    "encoder": "encoder",
    "bert_folder": "bert_folder",
    "ml_accept_threshold": "ml_accept_threshold",
    "ml_confidence_threshold": "ml_confidence_threshold",
    "access_token_lifetime": "access_seconds",
    "refresh_token_lifetime": "refresh_seconds",
    "jupyter_role": "jupyter_role",
    "training_timeout": "training_seconds",
    "max_upload_size": "max_upload_bytes",
    "max_pages": "max_pages",
    "jobs_at_once": "jobs_at_once",
    "job_timeout": "job_seconds",
    "executor": "executor",
    "warm_up": "warm_up",
}
"""Names in Jupyter's configuration (``c.TramExtension.…``), and what they are called here."""


def default_data_dir() -> Path:
    """Return ``TRAM_DATA_DIR``, or ``tram`` in Jupyter's own data directory."""
    named = os.environ.get("TRAM_DATA_DIR")
    if named:
        return Path(named).expanduser()
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "tram"


@dataclass(frozen=True)
class Settings:
    """All that can be decided from outside.

    Attributes
    ----------
    data_dir : Path
        Folder of database, models, documents and keys.
    db_url : str
        SQLAlchemy URL; empty: SQLite in `data_dir`.
    default_model : str
        The model that ``default`` means.
    encoder : str
        The sentence encoder that trainings blend in: ``auto`` for the one that is installed, ``none``, or a name.
    bert_folder : str
        Folder of the sequence classifier that ``bert`` takes over; empty: there is none.
    ml_accept_threshold : int
        Techniques with fewer accepted sentences are not trained.
    ml_confidence_threshold : float or None
        Percent under which nothing is proposed; None: 25 for TRAM's models, the model's own for others.
    access_seconds, refresh_seconds : int
        How long tokens live.
    jupyter_role : Role
        Role of a Jupyter user on first use.
    training_seconds : float
        A training that takes longer is ended.
    max_upload_bytes : int
        Size of an upload.
    jobs_at_once : int
        Documents that are read and mapped at the same time.
    job_seconds : float
        Work on a document that takes longer is ended.
    max_pages : int
        Pages of a PDF.
    executor : str
        Where cross-validation and the mapping of folders run: ``processes``, or a Dask scheduler's address; see
        :func:`tram_ext.services.executors.scheduler_address`.
    warm_up : bool
        Whether a server starts the processes that read and train before somebody waits for them.
    """

    data_dir: Path = field(default_factory=default_data_dir)
    db_url: str = field(default_factory=lambda: os.environ.get("TRAM_DB_URL", ""))
    default_model: str = "linear"
    encoder: str = "auto"
    bert_folder: str = field(default_factory=lambda: os.environ.get("TRAM_BERT_FOLDER", ""))
    ml_accept_threshold: int = 4
    ml_confidence_threshold: float | None = None
    access_seconds: int = ACCESS_SECONDS
    refresh_seconds: int = REFRESH_SECONDS
    jupyter_role: Role = Role.ADMIN
    training_seconds: float = 3600.0
    max_upload_bytes: int = 100 * 2**20
    jobs_at_once: int = 2
    job_seconds: float = 600.0
    max_pages: int = 5_000
    executor: str = field(default_factory=lambda: os.environ.get("TRAM_EXECUTOR", ""))
    warm_up: bool = True

    @classmethod
    def configured(cls, values: Mapping[str, Any]) -> Settings:
        """Make settings of what Jupyter's configuration says; what is empty or not named keeps its default."""
        chosen = {CONFIGURABLE[name]: value for name, value in values.items() if name in CONFIGURABLE}
        for name in ("data_dir", "db_url", "executor", "bert_folder"):
            if not chosen.get(name):
                chosen.pop(name, None)
        if "data_dir" in chosen:
            chosen["data_dir"] = Path(str(chosen["data_dir"])).expanduser()
        if "jupyter_role" in chosen:
            chosen["jupyter_role"] = Role(chosen["jupyter_role"])
        return cls(**chosen)

    @property
    def database_url(self) -> str:
        """The URL of the database that is really used."""
        return self.db_url or f"sqlite:///{self.data_dir / 'tram.sqlite3'}"

    @property
    def models_dir(self) -> Path:
        """Folder of the model files."""
        return self.data_dir / "models"

    @property
    def documents_dir(self) -> Path:
        """Folder of the uploaded files."""
        return self.data_dir / "documents"

    @property
    def key_file(self) -> Path:
        """File of the key that signs tokens."""
        return self.data_dir / "signing-key"

    @property
    def initial_password_file(self) -> Path:
        """File of the first admin's password, until it is changed."""
        return self.data_dir / "initial-admin-password"
