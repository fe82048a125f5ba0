"""Trainings and the model versions they made, in the store."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, func, insert, or_, select, update

from tram_ext.domain.models import ModelCard, ModelVersion, TaskKind, TechniqueScore, Training, TrainingState
from tram_ext.store.leases import SLACK
from tram_ext.store.tables import label_checks, learning_curves, model_versions, trainings, users
from tram_ext.store.types import utc_now

_FOUND: Final[dict[TaskKind, Table]] = {
    TaskKind.LABEL_CHECK: label_checks,
    TaskKind.LEARNING_CURVE: learning_curves,
}
"""Where each kind of task that is no training keeps what it found."""

_UNFINISHED = (TrainingState.QUEUED.value, TrainingState.RUNNING.value)


class Trainings:
    """Trainings, checks of labels and learning curves from request to end.

    One whose process vanished shows as failed once its lease has lapsed.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        model: str,
        parameters: dict[str, Any],
        *,
        created_by: int | None,
        owner: str,
        lease: float,
        kind: TaskKind = TaskKind.TRAINING,
    ) -> int:
        """Record a task that `owner` has begun, and return its number."""
        now = utc_now()
        key: int = self._connection.execute(
            insert(trainings)
            .values(
                model=model,
                state=TrainingState.QUEUED.value,
                parameters=parameters,
                created_by=created_by,
                created_on=now,
                updated_on=now,
                lease_owner=owner,
                lease_expires=time.time() + lease,
            )
            .returning(trainings.c.id)
        ).scalar_one()
        if kind in _FOUND:
            self._connection.execute(insert(_FOUND[kind]).values(task_id=key))
        return key

    def get(self, training_id: int, kind: TaskKind = TaskKind.TRAINING) -> Training | None:
        """Return a task of a kind by number."""
        row = self._connection.execute(_trainings(kind).where(trainings.c.id == training_id)).first()
        return None if row is None else _training(row)

    def list(self, limit: int = 100, kind: TaskKind = TaskKind.TRAINING, model: str | None = None) -> list[Training]:
        """Return the latest tasks of a kind, newest first, for one model or all."""
        statement = _trainings(kind).order_by(trainings.c.id.desc()).limit(limit)
        if model is not None:
            statement = statement.where(trainings.c.model == model)
        return [_training(row) for row in self._connection.execute(statement)]

    def found(self, task_id: int, kind: TaskKind) -> Any:
        """Return what a task of a kind found; None where it has not ended well."""
        statement = select(_FOUND[kind].c.found).where(_FOUND[kind].c.task_id == task_id)
        return self._connection.execute(statement).scalar()

    def keep_found(self, task_id: int, kind: TaskKind, found: dict[str, Any]) -> None:
        """Keep what a task of a kind found."""
        statement = update(_FOUND[kind]).where(_FOUND[kind].c.task_id == task_id)
        self._connection.execute(statement.values(found=found))

    def report(self, training_id: int, *, lease: float, progress: float, stage: str) -> bool:
        """Renew the lease and say how far it is; True where somebody asked to cancel."""
        self._connection.execute(
            update(trainings)
            .where(trainings.c.id == training_id, trainings.c.state.in_(_UNFINISHED))
            .values(
                state=TrainingState.RUNNING.value,
                progress=progress,
                stage=stage,
                updated_on=utc_now(),
                lease_expires=time.time() + lease,
            )
        )
        return bool(
            self._connection.execute(select(trainings.c.cancel_requested).where(trainings.c.id == training_id)).scalar()
        )

    def request_cancel(self, training_id: int) -> None:
        """Ask whoever runs the training to end it."""
        self._connection.execute(
            update(trainings)
            .where(trainings.c.id == training_id, trainings.c.state.in_(_UNFINISHED))
            .values(cancel_requested=True)
        )

    def end(self, training_id: int, state: TrainingState, message: str, elapsed_sec: float | None = None) -> None:
        """Record how a training ended."""
        values: dict[str, Any] = {"state": state.value, "message": message, "updated_on": utc_now(), "stage": ""}
        if state is TrainingState.DONE:
            values |= {"progress": 1.0, "elapsed_sec": elapsed_sec}
        self._connection.execute(
            update(trainings)
            .where(trainings.c.id == training_id, trainings.c.state.in_(_UNFINISHED))
            .values(lease_owner=None, lease_expires=None, **values)
        )

    def is_wanted(self, training_id: int) -> bool:
        """Whether a training has neither ended nor been cancelled: only then its result counts."""
        found = self._connection.execute(
            select(trainings.c.id).where(
                trainings.c.id == training_id, trainings.c.state.in_(_UNFINISHED), ~trainings.c.cancel_requested
            )
        )
        return found.first() is not None

    def count_unfinished(self) -> int:
        """Return how many trainings wait or run."""
        number: int = self._connection.execute(
            select(func.count()).select_from(trainings).where(trainings.c.state.in_(_UNFINISHED))
        ).scalar_one()
        return number

    def unfinished(self) -> Sequence[tuple[TaskKind, Training]]:
        """Return the tasks of every kind that wait or run, the oldest first."""
        found = [
            (kind, _training(row))
            for kind in TaskKind
            for row in self._connection.execute(_trainings(kind).where(trainings.c.state.in_(_UNFINISHED)))
        ]
        return sorted(found, key=lambda each: each[1].id)

    def owners(self) -> Sequence[str]:
        """Return the processes that hold unfinished trainings."""
        statement = select(trainings.c.lease_owner).where(trainings.c.state.in_(_UNFINISHED)).distinct()
        return [owner for owner in self._connection.execute(statement).scalars() if owner]

    def shorten(self, lease: float) -> None:
        """Let leases that end later than any of this length could end when they would have: the clock was set back."""
        latest = time.time() + SLACK * lease
        self._connection.execute(
            update(trainings)
            .where(trainings.c.state.in_(_UNFINISHED), trainings.c.lease_expires > latest)
            .values(lease_expires=latest)
        )

    def end_left_by(self, owners: Collection[str], kind: TaskKind, message: str) -> None:
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
                state=TrainingState.ERROR.value,
                message=message,
                updated_on=utc_now(),
                stage="",
                lease_owner=None,
                lease_expires=None,
            )
        )


class ModelVersions:
    """Versions of models; of each model at most one is active."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self, model: str) -> int:
        """Return the number that the next version of `model` gets."""
        statement = select(func.coalesce(func.max(model_versions.c.number), 0) + 1)
        number: int = self._connection.execute(statement.where(model_versions.c.model == model)).scalar_one()
        return number

    def add(
        self,
        card: ModelCard,
        *,
        file_name: str,
        sha256: str,
        size: int,
        training_id: int | None,
        created_by: int | None,
    ) -> int:
        """Add a version and make it the active one."""
        number = self.next_number(card.model)
        self._connection.execute(
            update(model_versions).where(model_versions.c.model == card.model).values(active=False)
        )
        key: int = self._connection.execute(
            insert(model_versions)
            .values(
                model=card.model,
                number=number,
                active=True,
                file_name=file_name,
                sha256=sha256,
                size=size,
                card=asdict(card),
                training_id=training_id,
                created_by=created_by,
                created_on=utc_now(),
            )
            .returning(model_versions.c.id)
        ).scalar_one()
        return key

    def get(self, version_id: int) -> ModelVersion | None:
        """Return a version by its row."""
        row = self._connection.execute(_versions().where(model_versions.c.id == version_id)).first()
        return None if row is None else _version(row)

    def made_by(self, training_id: int) -> ModelVersion | None:
        """Return the version that a training made."""
        row = self._connection.execute(_versions().where(model_versions.c.training_id == training_id)).first()
        return None if row is None else _version(row)

    def active_key(self, model: str) -> int | None:
        """Return the row of the active version of `model`: what every process asks before it predicts."""
        return self._connection.execute(
            select(model_versions.c.id).where(model_versions.c.model == model, model_versions.c.active)
        ).scalar()

    def activate(self, version_id: int) -> None:
        """Make a version the active one of its model."""
        model = select(model_versions.c.model).where(model_versions.c.id == version_id).scalar_subquery()
        self._connection.execute(update(model_versions).where(model_versions.c.model == model).values(active=False))
        self._connection.execute(update(model_versions).where(model_versions.c.id == version_id).values(active=True))

    def list(self, model: str | None = None) -> list[ModelVersion]:
        """Return versions, newest first, of one model or of all."""
        statement = _versions().order_by(model_versions.c.model, model_versions.c.number.desc())
        if model is not None:
            statement = statement.where(model_versions.c.model == model)
        return [_version(row) for row in self._connection.execute(statement)]


def _trainings(kind: TaskKind) -> Any:
    made = select(model_versions.c.id).where(model_versions.c.training_id == trainings.c.id).scalar_subquery()
    joined = trainings.outerjoin(users, users.c.id == trainings.c.created_by)
    statement = select(trainings, users.c.name.label("user_name"), made.label("version_id")).select_from(joined)
    return statement.where(_is_of(kind))


def _is_of(kind: TaskKind) -> ColumnElement[bool]:
    """Return the condition that a task is of a kind."""
    if kind in _FOUND:
        return trainings.c.id.in_(select(_FOUND[kind].c.task_id))
    return ~or_(*[trainings.c.id.in_(select(table.c.task_id)) for table in _FOUND.values()])


def _versions() -> Any:
    return select(model_versions, users.c.name.label("user_name")).select_from(
        model_versions.outerjoin(users, users.c.id == model_versions.c.created_by)
    )


def _training(row: Row[Any]) -> Training:
    return Training(
        id=row.id,
        model=row.model,
        state=TrainingState(row.state),
        progress=row.progress,
        stage=row.stage,
        message=row.message,
        created_by=row.user_name,
        created_on=row.created_on,
        updated_on=row.updated_on,
        elapsed_sec=row.elapsed_sec,
        model_version_id=row.version_id,
    )


def _version(row: Row[Any]) -> ModelVersion:
    card = dict(row.card)
    card["techniques"] = tuple(TechniqueScore(**score) for score in card["techniques"])
    card["warnings"] = tuple(card["warnings"])
    return ModelVersion(
        id=row.id,
        model=row.model,
        number=row.number,
        active=row.active,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        card=ModelCard(**card),
        created_by=row.user_name,
        created_on=row.created_on,
    )
