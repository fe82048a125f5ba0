"""How the workbench is, and how far it is from being ready."""

from __future__ import annotations

from dataclasses import dataclass

from tram_ext.domain.attack import AttackRelease


@dataclass(frozen=True, slots=True)
class PreparationState:
    """How far it is; `error` says in words why it did not come to an end."""

    ready: bool = False
    stage: str = ""
    progress: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class WorkbenchStatus:
    """How the workbench is.

    Attributes
    ----------
    identity : str
        What tells this workbench from all others, wherever it is reached.
    attack : tuple of (AttackRelease, int)
        The loaded releases, each with its number of active techniques.
    default_model : (str, int) or None
        Name and version number of the model that proposes.
    """

    identity: str
    preparation: PreparationState
    attack: tuple[tuple[AttackRelease, int], ...]
    default_model: tuple[str, int] | None
    reports: int
    sentences: int
    jobs: int
