"""A durable unit of background work on a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class JobStatus(str, Enum):
    """The status of a job."""

    QUEUED = "Queued"
    RUNNING = "Running"
    DONE = "Done"
    ERROR = "Error"
    CANCELLED = "Cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """The work of turning a document into a mapped report; progress from 0 to 1."""

    id: int
    document_id: int
    name: str
    status: JobStatus
    progress: float
    stage: str
    message: str
    created_by: str | None
    created_on: datetime
    updated_on: datetime
    model: str | None = None
    report_id: int | None = None
    attempts: int = 0
    cancel_requested: bool = False

    @property
    def byline(self) -> str:
        """``USER on YYYY-MM-DD HH:MM:SS UTC``."""
        return f"{self.created_by} on {self.created_on:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, slots=True)
class JobChange:
    """The event that announces a change of a job: ids and numbers, never text."""

    job_id: int
    status: JobStatus
    progress: float
    report_id: int | None = None
