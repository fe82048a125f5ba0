"""Uploaded documents in the store; their bytes are files in the data folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, insert, select, update

from tram_ext.domain.documents import Document
from tram_ext.domain.jobs import JobStatus
from tram_ext.store.stored_files import StoredFiles
from tram_ext.store.tables import documents, jobs, reports, users
from tram_ext.store.types import utc_now


class Documents:
    """The repository of uploaded documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, *, name: str, sha256: str, size: int, content_type: str, stored_name: str, created_by: int | None
    ) -> int:
        """Add a document and return its number."""
        key: int = self._connection.execute(
            insert(documents)
            .values(
                name=name,
                sha256=sha256,
                size=size,
                content_type=content_type,
                stored_name=stored_name,
                created_by=created_by,
                created_on=utc_now(),
            )
            .returning(documents.c.id)
        ).scalar_one()
        return key

    def get(self, document_id: int) -> Document | None:
        """Return a document by number."""
        return self._one(_documents().where(documents.c.id == document_id))

    def same(self, sha256: str, name: str) -> Document | None:
        """Return the newest document with this content and name."""
        statement = _documents().where(documents.c.sha256 == sha256, documents.c.name == name)
        return self._one(statement.order_by(documents.c.id.desc()).limit(1))

    def is_used(self, document_id: int) -> bool:
        """Whether a report was made of the document."""
        statement = select(func.count()).select_from(reports).where(reports.c.document_id == document_id)
        return bool(self._connection.execute(statement).scalar_one())

    def delete(self, document_id: int) -> None:
        """Delete a document with its jobs, and release its file."""
        StoredFiles(self._connection).give_up(documents.c.id == document_id)
        self._connection.execute(delete(jobs).where(jobs.c.document_id == document_id))
        self._connection.execute(delete(documents).where(documents.c.id == document_id))

    def stored(self) -> list[Document]:
        """Return the documents whose files are still kept."""
        statement = _documents().where(documents.c.purged_on.is_(None)).order_by(documents.c.id)
        return [_document(row) for row in self._connection.execute(statement)]

    def known_names(self) -> set[str]:
        """Return the names of all files that ever belonged to a document, purged ones included."""
        return set(self._connection.execute(select(documents.c.stored_name)).scalars())

    def stored_names(self) -> set[str]:
        """Return the names of all files that belong to a document."""
        statement = select(documents.c.stored_name).where(documents.c.purged_on.is_(None))
        return set(self._connection.execute(statement).scalars())

    def purgeable(self, before: datetime) -> list[tuple[Document, int | None]]:
        """Return documents uploaded before a moment that have a report and no unfinished job."""
        report = select(func.min(reports.c.id)).where(reports.c.document_id == documents.c.id).scalar_subquery()
        statement = _documents().add_columns(report.label("report_id")).where(*_purgeable(before))
        return [(_document(row), row.report_id) for row in self._connection.execute(statement.order_by(documents.c.id))]

    def purge(self, before: datetime) -> None:
        """Mark the files of all documents that :meth:`purgeable` returns as purged."""
        StoredFiles(self._connection).give_up(*_purgeable(before))
        self._connection.execute(update(documents).where(*_purgeable(before)).values(purged_on=utc_now()))

    def bring_back(self, document_id: int, stored_name: str) -> None:
        """Record that the file of a purged document was uploaded again, and its new name."""
        values = {"stored_name": stored_name, "purged_on": None, "created_on": utc_now()}
        self._connection.execute(update(documents).where(documents.c.id == document_id).values(values))

    def _one(self, statement: Select[Any]) -> Document | None:
        row = self._connection.execute(statement).first()
        return None if row is None else _document(row)


def _documents() -> Select[Any]:
    return select(documents, users.c.name.label("user_name")).select_from(
        documents.outerjoin(users, users.c.id == documents.c.created_by)
    )


def _purgeable(before: datetime) -> list[ColumnElement[bool]]:
    unfinished = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)
    work = exists().where(jobs.c.document_id == documents.c.id, jobs.c.status.in_(unfinished))
    return [documents.c.created_on < before, documents.c.purged_on.is_(None), ~work]


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        content_type=row.content_type,
        stored_name=row.stored_name,
        created_by=row.user_name,
        created_on=row.created_on,
        purged_on=row.purged_on,
    )
