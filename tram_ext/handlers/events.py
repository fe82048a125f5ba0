"""Emits changes of jobs and reports as Jupyter events, with ids and versions only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

from tram_ext.domain.jobs import JobChange
from tram_ext.domain.review import ReviewChange

JOB: Final = "https://events.tram-ext.org/job/v1"

_JOB_SCHEMA: Final[dict[str, Any]] = {
    "$id": JOB,
    "version": "1",
    "title": "A TRAM job has moved on",
    "description": "Numbers alone: names and texts are asked for over the HTTP API, which checks who asks.",
    "type": "object",
    "properties": {
        "job_id": {"type": "integer"},
        "status": {"enum": ["Queued", "Running", "Done", "Error", "Cancelled"]},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "report_id": {"type": ["integer", "null"]},
    },
    "required": ["job_id", "status", "progress"],
}

REVIEW: Final = "https://events.tram-ext.org/review/v1"

_REVIEW_SCHEMA: Final[dict[str, Any]] = {
    "$id": REVIEW,
    "version": "1",
    "title": "Somebody changed a TRAM report",
    "description": "The word for what was done, and numbers: the rest is asked for over the HTTP API.",
    "type": "object",
    "properties": {
        "action": {"type": "string"},
        "report_id": {"type": ["integer", "null"]},
        "sentence_ids": {
            "type": "array",
            "items": {"type": "integer"},
            "description": "The sentences that differ; none: the report itself, or more of them than are listed.",
        },
    },
    "required": ["action", "report_id", "sentence_ids"],
}


def review_events(event_logger: Any, loop: asyncio.AbstractEventLoop) -> Callable[[ReviewChange], None]:
    """Register the schema of changes of reports, and return the function that emits them; see :func:`job_events`."""
    if REVIEW not in event_logger.schemas:
        event_logger.register_event_schema(_REVIEW_SCHEMA)

    def emit(change: ReviewChange) -> None:
        data = {
            "action": change.action,
            "report_id": change.report_id,
            "sentence_ids": list(change.sentence_ids),
        }
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(lambda: event_logger.emit(schema_id=REVIEW, data=data))

    return emit


def job_events(event_logger: Any, loop: asyncio.AbstractEventLoop) -> Callable[[JobChange], None]:
    """Register the schema of changes of jobs, and return the function that emits them.

    Parameters
    ----------
    event_logger : jupyter_events.EventLogger
        The server's.
    loop : asyncio.AbstractEventLoop
        Where it emits; changes come from the threads of the queue.
    """
    if JOB not in event_logger.schemas:
        event_logger.register_event_schema(_JOB_SCHEMA)

    def emit(change: JobChange) -> None:
        data = {
            "job_id": change.job_id,
            "status": change.status.value,
            "progress": round(change.progress, 3),
            "report_id": change.report_id,
        }
        with contextlib.suppress(RuntimeError):  # the server has ended, and its loop with it
            loop.call_soon_threadsafe(lambda: event_logger.emit(schema_id=JOB, data=data))

    return emit
