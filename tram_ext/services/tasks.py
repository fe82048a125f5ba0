"""How a task ends that is no training and leaves what it found in the store: well, cancelled, or with an error."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tram_ext.domain.errors import Cancelled, TramError
from tram_ext.domain.models import TaskKind, TrainingState
from tram_ext.store.database import Store


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
        state = TrainingState.CANCELLED if isinstance(error, Cancelled) else TrainingState.ERROR
        message = error.message if isinstance(error, TramError) else "An unexpected error; the server's log has it."
        with store.write() as unit:
            unit.trainings.end(task_id, state, message)
        raise
    with store.write() as unit:
        if wanted := unit.trainings.is_wanted(task_id):
            unit.trainings.keep_found(task_id, kind, found)
            unit.trainings.end(task_id, TrainingState.DONE, done, time.perf_counter() - started)
        else:
            unit.trainings.end(task_id, TrainingState.CANCELLED, "Cancelled.")
    if not wanted:
        raise Cancelled("Cancelled.")
