"""Tasks: work on accepted sentences that takes a while, from request to end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class TaskState(str, Enum):
    """The state of a task."""

    QUEUED = "Queued"
    RUNNING = "Running"
    DONE = "Done"
    ERROR = "Error"
    CANCELLED = "Cancelled"


class TaskKind(str, Enum):
    """What a task does with the accepted sentences."""

    TRAINING = "training"
    LABEL_CHECK = "label check"
    LEARNING_CURVE = "learning curve"

    @property
    def noun(self) -> str:
        """The kind as TRAM's messages name a kind of thing: ``LabelCheck``."""
        return self.value.title().replace(" ", "")


@dataclass(frozen=True, slots=True)
class Task:
    """A task.

    Attributes
    ----------
    progress : float
        From 0 to 1.
    stage : str
        What is being done, in a few words.
    message : str
        How it ended.
    model_version_id : int or None
        The version that a training made.
    """

    id: int
    kind: TaskKind
    model: str
    state: TaskState
    progress: float
    stage: str
    message: str
    created_by: str | None
    created_on: datetime
    updated_on: datetime
    elapsed_sec: float | None = None
    model_version_id: int | None = None
