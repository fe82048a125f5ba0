"""The files of a data folder that a database refers to, and those that it has released."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, func, insert, inspect, literal, select

from tram_ext.store.tables import documents, given_up_files, model_versions
from tram_ext.store.types import utc_now


class StoredFiles:
    """The repository of stored files' names, over all tables.

    :meth:`named` and :meth:`count` read databases of all revisions: they are asked before anything is migrated.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self) -> tuple[set[str], set[str]]:
        """Return the names of all files of documents, also of purged ones, and of all files of models."""
        of_documents, of_models = select(documents.c.stored_name), select(model_versions.c.file_name)
        execute = self._connection.execute
        return set(execute(of_documents).scalars()), set(execute(of_models).scalars())

    def count(self) -> int:
        """Return the number of files that must exist: of documents that are not purged, and of models."""
        of_documents = select(func.count()).select_from(documents)
        if any(column["name"] == "purged_on" for column in inspect(self._connection).get_columns("documents")):
            of_documents = of_documents.where(documents.c.purged_on.is_(None))
        of_models = select(func.count()).select_from(model_versions)
        number: int = sum(self._connection.execute(statement).scalar_one() for statement in (of_documents, of_models))
        return number

    def give_up(self, *which: ColumnElement[bool]) -> None:
        """Release the files of documents, so that they may be deleted."""
        found = select(documents.c.stored_name, literal(utc_now(), given_up_files.c.given_up_on.type)).where(
            *which, documents.c.stored_name.not_in(select(given_up_files.c.stored_name))
        )
        self._connection.execute(insert(given_up_files).from_select(["stored_name", "given_up_on"], found))

    def given_up(self) -> list[str]:
        """Return the names of released files that no document refers to."""
        owned = select(documents.c.stored_name).where(documents.c.purged_on.is_(None))
        statement = select(given_up_files.c.stored_name).where(given_up_files.c.stored_name.not_in(owned))
        return list(self._connection.execute(statement.order_by(given_up_files.c.stored_name)).scalars())

    def forget(self, names: Collection[str]) -> None:
        """Record that released files were deleted."""
        gone = list(names)
        for start in range(0, len(gone), 500):
            some = given_up_files.c.stored_name.in_(gone[start : start + 500])
            self._connection.execute(delete(given_up_files).where(some))
