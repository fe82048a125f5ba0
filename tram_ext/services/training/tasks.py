"""How tasks end that a model is trained, checked or measured in, and what is said of those that came to no end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tram_ext.domain.errors import Cancelled, TramError, Unavailable
from tram_ext.domain.models import TaskKind, TrainingState
from tram_ext.services.processes import owners
from tram_ext.services.processes.pool import ShuttingDown
from tram_ext.services.training.heartbeat import LEASE_SECONDS
from tram_ext.store.database import Store, UnitOfWork

_log = logging.getLogger(__name__)

_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Words:
    """A kind of task in words: what was being done, what did it, how to have it done again."""

    being_done: str
    doer: str
    again: str


_WORDS: Final[Mapping[TaskKind, _Words]] = {
    TaskKind.TRAINING: _Words("this model was being trained", "trained this model", "Train again."),
    TaskKind.LABEL_CHECK: _Words("these labels were being checked", "checked these labels", "Check again."),
    TaskKind.LEARNING_CURVE: _Words(
        "this learning curve was being measured", "measured this learning curve", "Measure again."
    ),
}


def record_failure(store: Store, task_id: int, kind: TaskKind, error: BaseException) -> None:
    """Record how a task of a kind ended that `error` ended, and why.

    A store that cannot be used just now, be it because the disk is full, is given the time of a lease.
    """
    state, message = _end_of(error, kind)
    deadline = time.monotonic() + (LEASE_SECONDS if state is TrainingState.ERROR else 0.0)
    while not _is_recorded(store, task_id, state, message) and time.monotonic() < deadline:
        time.sleep(_PATIENCE)


def _is_recorded(store: Store, task_id: int, state: TrainingState, message: str) -> bool:
    try:
        with store.write() as unit:
            unit.trainings.end(task_id, state, message)
    except Unavailable as trouble:
        _log.warning("How task %d ended (%s) cannot be recorded: %s", task_id, message, trouble.message)
        return False
    return True


def _end_of(error: BaseException, kind: TaskKind) -> tuple[TrainingState, str]:
    """Return how a task of a kind ends that `error` ended, and why, in words."""
    words = _WORDS[kind]
    if isinstance(error, ShuttingDown):
        return TrainingState.CANCELLED, f"The workbench was stopped while {words.being_done}. {words.again}"
    if isinstance(error, Cancelled):
        return TrainingState.CANCELLED, error.message
    if isinstance(error, TramError):
        return TrainingState.ERROR, error.message
    if isinstance(error, Exception):
        return TrainingState.ERROR, "An unexpected error; the server's log has it."
    return TrainingState.CANCELLED, f"It was interrupted while {words.being_done}. {words.again}"


def end_left_alone(work: UnitOfWork) -> None:
    """Mark tasks as failed that nobody works on any more, and say what is known of that."""
    # Of processes of this machine it is known that they are gone; of others the lease has to lapse.
    gone = [owner for owner in work.trainings.owners() if owners.is_gone(owner)]
    work.trainings.shorten(LEASE_SECONDS)
    for kind, words in _WORDS.items():
        process = f"The process that {words.doer}"
        work.trainings.end_left_by(gone, kind, f"{process} ended before it was done. {words.again}")
        work.trainings.end_lapsed(kind, f"{process} was not heard of for {LEASE_SECONDS:.0f} seconds. {words.again}")


def run_and_record(store: Store, task_id: int, kind: TaskKind, work: Callable[[], dict[str, Any]], done: str) -> None:
    """Do the work of a task, and keep what it returns, or why it failed.

    Parameters
    ----------
    done : str
        What is said of a task that ended well.

    Raises
    ------
    Cancelled
        Somebody cancelled it; what was found is not kept.
    """
    started = time.perf_counter()
    try:
        found = work()
    except BaseException as error:
        record_failure(store, task_id, kind, error)
        raise
    with store.write() as unit:
        if wanted := unit.trainings.is_wanted(task_id):
            unit.trainings.keep_found(task_id, kind, found)
            unit.trainings.end(task_id, TrainingState.DONE, done, time.perf_counter() - started)
        else:
            unit.trainings.end(task_id, TrainingState.CANCELLED, "Cancelled.")
    if not wanted:
        raise Cancelled("Cancelled.")
