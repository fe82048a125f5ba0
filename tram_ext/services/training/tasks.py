"""Tasks: begun, run under a lease, cancelled and ended alike, whatever they do; and what is said of each kind."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from tram_ext.domain.errors import Cancelled, NotFound, Throttled, TramError, Unavailable
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import Task, TaskKind, TaskState
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.processes import owners
from tram_ext.services.processes.pool import ShuttingDown
from tram_ext.services.settings import MOST_UNFINISHED_TRAININGS, Settings
from tram_ext.services.training.heartbeat import LEASE_SECONDS, Heartbeat
from tram_ext.store.database import Store, UnitOfWork

_log = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 2.0

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a kind of task: when it is done, what was under way, what did it, how to have it done again."""

    done: str
    under_way: str
    doer: str
    again: str


_WORDS: Final[Mapping[TaskKind, _Words]] = {
    TaskKind.TRAINING: _Words(
        "Model successfully trained.", "this model was being trained", "trained this model", "Train again."
    ),
    TaskKind.LABEL_CHECK: _Words(
        "Labels checked.", "these labels were being checked", "checked these labels", "Check again."
    ),
    TaskKind.LEARNING_CURVE: _Words(
        "Learning curve measured.",
        "this learning curve was being measured",
        "measured this learning curve",
        "Measure again.",
    ),
}
"""Every kind of task. A new one is a member of `TaskKind`, a line here, and a service that calls :meth:`Tasks.run`."""


class Tasks:
    """Begins, runs and cancels tasks; all kinds share one limit on how many wait or run."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._owner = owners.this_process()

    def begin(self, kind: TaskKind, request: TrainingRequest, actor: User | None) -> int:
        """Record that a task was asked for, and return its number for :meth:`run`.

        Parameters
        ----------
        actor : User or None
            Who asked; None for the workbench itself, on its first start.

        Raises
        ------
        NotFound
            There is no such model, or no such report.
        Forbidden
            The actor may not train.
        Throttled
            Too many tasks wait already.
        """
        from tram_ext.ml import registry

        if actor is not None:
            require(actor, Permission.TRAIN)
        name = self._settings.resolve_model(request.model)
        registry.model_class(name)
        self._require_reports({*request.only, *request.without})
        with self._store.write() as work:
            _end_interrupted(work)
            if work.tasks.count_unfinished() >= MOST_UNFINISHED_TRAININGS:
                raise Throttled(
                    "Too many trainings, label checks and learning curves wait already. Try again later.",
                    retry_after=30,
                )
            return work.tasks.add(
                kind,
                name,
                {"only": list(request.only), "without": list(request.without)},
                created_by=actor.id if actor else None,
                owner=self._owner,
                lease=LEASE_SECONDS,
            )

    def run(
        self,
        kind: TaskKind,
        task_id: int,
        work: Callable[[Heartbeat], R],
        keep: Callable[[UnitOfWork, R], T],
        on_progress: Callable[[float, str], None] | None = None,
    ) -> T:
        """Do the work of a task, keep its result, and record how the task ended.

        Parameters
        ----------
        work : callable
            Does it; reports progress to the heartbeat, and polls it for a request to cancel.
        keep : callable
            Keeps the result, in the transaction that ends the task.

        Returns
        -------
        Whatever `keep` returns.

        Raises
        ------
        Cancelled
            Somebody cancelled it; nothing is kept.
        BaseException
            Whatever `work` or `keep` raises; the task has failed.
        """
        started = time.perf_counter()
        beat = Heartbeat(self._store, task_id, on_progress)
        try:
            beat.report(0.0, "reading")
            result = work(beat)
            with self._store.write() as unit:
                if not unit.tasks.is_wanted(task_id):
                    raise Cancelled("Cancelled.")
                kept = keep(unit, result)
                unit.tasks.end(task_id, TaskState.DONE, _WORDS[kind].done, time.perf_counter() - started)
        except BaseException as error:
            self._record_failure(kind, task_id, error)
            raise
        return kept

    def get(self, kind: TaskKind, task_id: int, actor: User) -> Task:
        """Return a task.

        Raises
        ------
        NotFound
            There is none of this kind with this number.
        """
        require(actor, Permission.READ)
        self.end_interrupted()
        with self._store.read() as work:
            task = work.tasks.get(kind, task_id)
        if task is None:
            raise NotFound(f"No {kind.noun} matches the given query.")
        return task

    def list(self, kind: TaskKind, actor: User, *, model: str | None = None, limit: int = 100) -> list[Task]:
        """Return the latest tasks of a kind, the newest first, for one model or all."""
        require(actor, Permission.READ)
        self.end_interrupted()
        with self._store.read() as work:
            return work.tasks.list(kind, limit=limit, model=model)

    def unfinished(self) -> Sequence[Task]:
        """Return the tasks of every kind that wait or run, the oldest first."""
        self.end_interrupted()
        with self._store.read() as work:
            return work.tasks.unfinished()

    def cancel(self, kind: TaskKind, task_id: int, actor: User) -> None:
        """Ask a task to end; one that has ended already stays as it is.

        Raises
        ------
        NotFound
            There is none of this kind with this number.
        Forbidden
            It is another's, and the actor is no admin.
        """
        require(actor, Permission.TRAIN)
        with self._store.write() as work:
            task = work.tasks.get(kind, task_id)
            if task is None:
                raise NotFound(f"No {kind.noun} matches the given query.")
            if task.created_by != actor.name:
                require(actor, Permission.ADMINISTER)
            work.tasks.request_cancel(task_id)

    def end_interrupted(self) -> None:
        """Mark tasks as failed whose process is gone."""
        with self._store.read() as work:
            if not work.tasks.count_unfinished():
                return
        with self._store.write() as work:
            _end_interrupted(work)

    def _require_reports(self, wanted: set[int]) -> None:
        with self._store.read() as work:
            there = {report.id for report in work.reports.some(wanted)}
        if missing := wanted - there:
            raise NotFound(f"There is no report {min(missing)}. 'jupyter tram reports list' shows what there is.")

    def _record_failure(self, kind: TaskKind, task_id: int, error: BaseException) -> None:
        """Record that a task ended by `error`; a store that is unavailable, as on a full disk, is tried for a lease."""
        state, message = _end_of(error, _WORDS[kind])
        deadline = time.monotonic() + (LEASE_SECONDS if state is TaskState.ERROR else 0.0)
        while not self._is_recorded(task_id, state, message) and time.monotonic() < deadline:
            time.sleep(_RETRY_SECONDS)

    def _is_recorded(self, task_id: int, state: TaskState, message: str) -> bool:
        try:
            with self._store.write() as unit:
                unit.tasks.end(task_id, state, message)
        except Unavailable as trouble:
            _log.warning("How task %d ended (%s) cannot be recorded: %s", task_id, message, trouble.message)
            return False
        return True


def _end_of(error: BaseException, words: _Words) -> tuple[TaskState, str]:
    """Return the state and the message of a task that ended by `error`."""
    if isinstance(error, ShuttingDown):
        return TaskState.CANCELLED, f"The workbench was stopped while {words.under_way}. {words.again}"
    if isinstance(error, Cancelled):
        return TaskState.CANCELLED, error.message
    if isinstance(error, TramError):
        return TaskState.ERROR, error.message
    if isinstance(error, Exception):
        return TaskState.ERROR, "An unexpected error; the server's log has it."
    return TaskState.CANCELLED, f"It was interrupted while {words.under_way}. {words.again}"


def _end_interrupted(work: UnitOfWork) -> None:
    """Mark tasks as failed whose process is gone, or has not renewed their lease."""
    # Of processes of this machine it is known that they are gone; of others the lease has to lapse.
    gone = [owner for owner in work.tasks.owners() if owners.is_gone(owner)]
    work.tasks.shorten(LEASE_SECONDS)
    for kind, words in _WORDS.items():
        process = f"The process that {words.doer}"
        work.tasks.end_left_by(kind, gone, f"{process} ended before it was done. {words.again}")
        work.tasks.end_lapsed(kind, f"{process} was not heard of for {LEASE_SECONDS:.0f} seconds. {words.again}")
