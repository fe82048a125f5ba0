"""Every option of the workbench, defined once: name, type, default, bounds, environment variable, and what it is for.

Services take these plain values. :mod:`tram_ext.configuration` makes the traits of Jupyter's configuration out of the
same fields, and finds the values in files, environment and command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.users import Role

MOST_UNFINISHED_TRAININGS: Final = 20
"""Trainings that run or wait; more are told to come back."""

_TEN_YEARS: Final = 10 * 365 * 86_400
_TEBIBYTE: Final = 2**40
_METADATA: Final = "option"


@dataclass(frozen=True)
class Option:
    """What is known of an option beside its name, type and default.

    Attributes
    ----------
    help : str
        What it decides, in a sentence or two.
    variable : str
        The environment variable that sets it where no configuration does; empty: none.
    least, most : float or None
        Bounds of a number.
    unset : str
        What holds where the default stands for something that is found out; empty: the default is the value itself.
    """

    help: str
    variable: str = ""
    least: float | None = None
    most: float | None = None
    unset: str = ""


def option_of(metadata: Mapping[Any, Any]) -> Option:
    """Return the option in the metadata of a field of `Settings`."""
    option: Option = metadata[_METADATA]
    return option


def _option(help_: str, **more: Any) -> dict[str, Option]:
    return {_METADATA: Option(help_, **more)}


def default_data_dir() -> Path:
    """Return ``tram`` in Jupyter's own data directory."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()).absolute() / "tram"


@dataclass(frozen=True)
class Settings:
    """All that can be decided from outside; each field says what it decides."""

    data_dir: Path = field(
        default_factory=default_data_dir,
        metadata=_option(
            "Folder of database, models, documents and keys, as an absolute path.",
            variable="TRAM_DATA_DIR",
            unset="'tram' in Jupyter's data folder",
        ),
    )
    db_url: str = field(
        default="",
        metadata=_option("SQLAlchemy URL of the database.", variable="TRAM_DB_URL", unset="SQLite in the data folder"),
    )
    default_model: str = field(
        default="linear", metadata=_option("The model that proposes unless another is asked for.")
    )
    encoder: str = field(
        default="auto",
        metadata=_option(
            "Sentence encoder that trainings blend in: 'auto' for the one that is installed, 'none', or a name."
        ),
    )
    bert_folder: str = field(
        default="",
        metadata=_option(
            "Folder of a sequence classifier (config.json, tokenizer, model.safetensors) for the model 'bert'.",
            variable="TRAM_BERT_FOLDER",
            unset="none",
        ),
    )
    ml_accept_threshold: int = field(
        default=4, metadata=_option("Techniques with fewer accepted sentences than this are not trained.", least=1)
    )
    ml_confidence_threshold: float | None = field(
        default=None,
        metadata=_option(
            "Percent of confidence under which nothing is proposed.",
            least=0,
            most=100,
            unset="25 for TRAM's models, others have theirs",
        ),
    )
    access_token_lifetime: int = field(
        default=3_600, metadata=_option("Seconds an access token lives.", least=1, most=_TEN_YEARS)
    )
    refresh_token_lifetime: int = field(
        default=86_400, metadata=_option("Seconds a refresh token lives.", least=1, most=_TEN_YEARS)
    )
    jupyter_role: Role = field(
        default=Role.ADMIN,
        metadata=_option("Role of a Jupyter user whom TRAM sees for the first time: admin, analyst or viewer."),
    )
    training_timeout: float = field(
        default=3_600.0, metadata=_option("Seconds after which a training is ended.", least=1, most=_TEN_YEARS)
    )
    max_upload_size: int = field(
        default=100 * 2**20,
        metadata=_option("Largest file that may be uploaded, in bytes.", least=1, most=_TEBIBYTE),
    )
    max_pages: int = field(default=5_000, metadata=_option("Most pages of a PDF that is read.", least=1))
    jobs_at_once: int = field(
        default=2,
        metadata=_option(
            "Documents that are read and mapped at the same time, each in a process.", least=1, most=1_000
        ),
    )
    job_timeout: float = field(
        default=600.0,
        metadata=_option("Seconds after which the work on a document is ended.", least=1, most=_TEN_YEARS),
    )
    executor: str = field(
        default="",
        metadata=_option(
            "Where cross-validation and the mapping of folders run: 'processes', or a Dask cluster by its scheduler "
            "(dask://127.0.0.1:8786, dask+tls://HOST:8786).",
            variable="TRAM_EXECUTOR",
            unset="processes",
        ),
    )
    warm_up: bool = field(
        default=True,
        metadata=_option(
            "Start the processes that read documents and train with the workbench, so that nobody waits for them; off "
            "saves their memory until they are needed."
        ),
    )

    def resolve_model(self, name: str) -> str:
        """Return the model that ``default`` stands for, and any other name as it is."""
        return self.default_model if name == "default" else name

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
