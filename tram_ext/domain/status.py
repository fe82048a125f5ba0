"""The status of the workbench, and of its preparation."""

from __future__ import annotations

from dataclasses import dataclass

from tram_ext.domain.attack import AttackRelease
from tram_ext.domain.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class PreparationState:
    """The progress of the preparation; `error` says why it failed."""

    ready: bool = False
    stage: str = ""
    progress: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """The numbers of reports, sentences and jobs.

    Attributes
    ----------
    reports, sentences : int
        Of users.
    builtin_reports, builtin_sentences : int
        Of the examples that come with the workbench.
    """

    reports: int
    sentences: int
    builtin_reports: int
    builtin_sentences: int


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A waiting or running training, label check or learning curve.

    Attributes
    ----------
    progress : float
        0 to 1.
    stage : str
        What is being done; empty before it has begun.
    """

    kind: TaskKind
    id: int
    model: str
    progress: float
    stage: str


@dataclass(frozen=True, slots=True)
class WorkInProgress:
    """All waiting and running work.

    Attributes
    ----------
    jobs : int
        Documents that are read and mapped.
    tasks : tuple of Undertaking
        The oldest first.
    """

    jobs: int
    tasks: tuple[Undertaking, ...]


@dataclass(frozen=True, slots=True)
class WorkbenchStatus:
    """The status of the workbench.

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
    amounts: Amounts
    work: WorkInProgress
