"""Versions of models, in the store."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tram_ext.domain.models import ModelCard, ModelVersion, TechniqueScore
from tram_ext.store.tables import model_versions, users
from tram_ext.store.types import utc_now


class ModelVersions:
    """The repository of model versions; of each model at most one is active."""

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
        """Return the version that a training produced."""
        row = self._connection.execute(_versions().where(model_versions.c.training_id == training_id)).first()
        return None if row is None else _version(row)

    def active_key(self, model: str) -> int | None:
        """Return the row number of the active version of `model`; every process checks it before it predicts."""
        return self._connection.execute(
            select(model_versions.c.id).where(model_versions.c.model == model, model_versions.c.active)
        ).scalar()

    def activate(self, version_id: int) -> None:
        """Activate a version of its model."""
        model = select(model_versions.c.model).where(model_versions.c.id == version_id).scalar_subquery()
        self._connection.execute(update(model_versions).where(model_versions.c.model == model).values(active=False))
        self._connection.execute(update(model_versions).where(model_versions.c.id == version_id).values(active=True))

    def list(self, model: str | None = None) -> list[ModelVersion]:
        """Return versions, newest first, of one model or of all."""
        statement = _versions().order_by(model_versions.c.model, model_versions.c.number.desc())
        if model is not None:
            statement = statement.where(model_versions.c.model == model)
        return [_version(row) for row in self._connection.execute(statement)]


def _versions() -> Any:
    return select(model_versions, users.c.name.label("user_name")).select_from(
        model_versions.outerjoin(users, users.c.id == model_versions.c.created_by)
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
