"""Tasks, in the store: trainings, checks of labels and learning curves."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, func, insert, or_, select, update

from tram_ext.domain.tasks import Task, TaskKind, TaskState
from tram_ext.store.leases import SLACK
from tram_ext.store.tables import label_checks, learning_curves, model_versions, trainings, users
from tram_ext.store.types import utc_now

_RESULTS: Final[dict[TaskKind, Table]] = {
    TaskKind.LABEL_CHECK: label_checks,
    TaskKind.LEARNING_CURVE: learning_curves,
}
"""Where tasks of a kind keep their results; a training makes a version of a model instead."""

_UNFINISHED = (TaskState.QUEUED.value, TaskState.RUNNING.value)


class Tasks:
    """Tasks from request to end; whoever runs one holds a lease of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: TaskKind,
        model: str,
        parameters: dict[str, Any],
        *,
        created_by: int | None,
        owner: str,
        lease: float,
    ) -> int:
        """Record a task that `owner` has begun, and return its number."""
        now = utc_now()
        key: int = self._connection.execute(
            insert(trainings)
            .values(
                model=model,
                state=TaskState.QUEUED.value,
                parameters=parameters,
                created_by=created_by,
                created_on=now,
                updated_on=now,
                lease_owner=owner,
                lease_expires=time.time() + lease,
            )
            .returning(trainings.c.id)
        ).scalar_one()
        if kind in _RESULTS:
            self._connection.execute(insert(_RESULTS[kind]).values(task_id=key))
        return key

    def get(self, kind: TaskKind, task_id: int) -> Task | None:
        """Return a task of a kind by number."""
        row = self._connection.execute(_select(kind).where(trainings.c.id == task_id)).first()
        return None if row is None else _task(kind, row)

    def list(self, kind: TaskKind, *, limit: int = 100, model: str | None = None) -> list[Task]:
        """Return the latest tasks of a kind, newest first, for one model or all."""
        statement = _select(kind).order_by(trainings.c.id.desc()).limit(limit)
        if model is not None:
            statement = statement.where(trainings.c.model == model)
        return [_task(kind, row) for row in self._connection.execute(statement)]

    def result(self, kind: TaskKind, task_id: int) -> Any:
        """Return the result of a task; None where it has not ended well."""
        table = _RESULTS[kind]
        return self._connection.execute(select(table.c.found).where(table.c.task_id == task_id)).scalar()

    def keep_result(self, kind: TaskKind, task_id: int, result: dict[str, Any]) -> None:
        """Keep the result of a task."""
        table = _RESULTS[kind]
        self._connection.execute(update(table).where(table.c.task_id == task_id).values(found=result))

    def renew(self, task_id: int, *, lease: float, progress: float, stage: str) -> bool:
        """Renew the lease of a task and record its progress; return whether somebody asked to cancel it."""
        self._connection.execute(
            update(trainings)
            .where(trainings.c.id == task_id, trainings.c.state.in_(_UNFINISHED))
            .values(
                state=TaskState.RUNNING.value,
                progress=progress,
                stage=stage,
                updated_on=utc_now(),
                lease_expires=time.time() + lease,
            )
        )
        return bool(
            self._connection.execute(select(trainings.c.cancel_requested).where(trainings.c.id == task_id)).scalar()
        )

    def request_cancel(self, task_id: int) -> None:
        """Ask whoever runs a task to end it."""
        self._connection.execute(
            update(trainings)
            .where(trainings.c.id == task_id, trainings.c.state.in_(_UNFINISHED))
            .values(cancel_requested=True)
        )

    def end(self, task_id: int, state: TaskState, message: str, elapsed_sec: float | None = None) -> None:
        """Record how a task ended."""
        values: dict[str, Any] = {"state": state.value, "message": message, "updated_on": utc_now(), "stage": ""}
        if state is TaskState.DONE:
            values |= {"progress": 1.0, "elapsed_sec": elapsed_sec}
        self._connection.execute(
            update(trainings)
            .where(trainings.c.id == task_id, trainings.c.state.in_(_UNFINISHED))
            .values(lease_owner=None, lease_expires=None, **values)
        )

    def is_wanted(self, task_id: int) -> bool:
        """Whether a task has neither ended nor been cancelled: only then its result counts."""
        found = self._connection.execute(
            select(trainings.c.id).where(
                trainings.c.id == task_id, trainings.c.state.in_(_UNFINISHED), ~trainings.c.cancel_requested
            )
        )
        return found.first() is not None

    def count_unfinished(self) -> int:
        """Return how many tasks wait or run."""
        number: int = self._connection.execute(
            select(func.count()).select_from(trainings).where(trainings.c.state.in_(_UNFINISHED))
        ).scalar_one()
        return number

    def unfinished(self) -> Sequence[Task]:
        """Return the tasks of every kind that wait or run, the oldest first."""
        found = [
            _task(kind, row)
            for kind in TaskKind
            for row in self._connection.execute(_select(kind).where(trainings.c.state.in_(_UNFINISHED)))
        ]
        return sorted(found, key=lambda task: task.id)

    def owners(self) -> Sequence[str]:
        """Return the processes that hold leases of unfinished tasks."""
        statement = select(trainings.c.lease_owner).where(trainings.c.state.in_(_UNFINISHED)).distinct()
        return [owner for owner in self._connection.execute(statement).scalars() if owner]

    def shorten(self, lease: float) -> None:
        """Shorten leases that end later than one of this length can: the clock was set back meanwhile."""
        latest = time.time() + SLACK * lease
        self._connection.execute(
            update(trainings)
            .where(trainings.c.state.in_(_UNFINISHED), trainings.c.lease_expires > latest)
            .values(lease_expires=latest)
        )

    def end_left_by(self, kind: TaskKind, owners: Collection[str], message: str) -> None:
        """Mark the tasks of a kind as failed that `owners` had begun."""
        self._fail(kind, trainings.c.lease_owner.in_(owners), message)

    def end_lapsed(self, kind: TaskKind, message: str) -> None:
        """Mark the tasks of a kind as failed whose lease has lapsed."""
        self._fail(kind, trainings.c.lease_expires < time.time(), message)

    def _fail(self, kind: TaskKind, which: ColumnElement[bool], message: str) -> None:
        self._connection.execute(
            update(trainings)
            .where(trainings.c.state.in_(_UNFINISHED), _is_of(kind), which)
            .values(
                state=TaskState.ERROR.value,
                message=message,
                updated_on=utc_now(),
                stage="",
                lease_owner=None,
                lease_expires=None,
            )
        )


def _select(kind: TaskKind) -> Any:
    made = select(model_versions.c.id).where(model_versions.c.training_id == trainings.c.id).scalar_subquery()
    joined = trainings.outerjoin(users, users.c.id == trainings.c.created_by)
    statement = select(trainings, users.c.name.label("user_name"), made.label("version_id")).select_from(joined)
    return statement.where(_is_of(kind))


def _is_of(kind: TaskKind) -> ColumnElement[bool]:
    """Return the condition that a task is of a kind."""
    if kind in _RESULTS:
        return trainings.c.id.in_(select(_RESULTS[kind].c.task_id))
    return ~or_(*[trainings.c.id.in_(select(table.c.task_id)) for table in _RESULTS.values()])


def _task(kind: TaskKind, row: Row[Any]) -> Task:
    return Task(
        id=row.id,
        kind=kind,
        model=row.model,
        state=TaskState(row.state),
        progress=row.progress,
        stage=row.stage,
        message=row.message,
        created_by=row.user_name,
        created_on=row.created_on,
        updated_on=row.updated_on,
        elapsed_sec=row.elapsed_sec,
        model_version_id=row.version_id,
    )
