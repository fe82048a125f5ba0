"""Integrity checks of a database: SQLite's own, and the invariants between our tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from tram_ext.domain.errors import Invalid
from tram_ext.store.tables import metadata

_NAMED: Final = 3
"""How many faults of a damaged database are named."""

_RULES: Final = {
    "reports that count other sentences than they have: {count}": """
        SELECT count(*) FROM reports WHERE sentence_count <>
        (SELECT count(*) FROM sentences WHERE sentences.report_id = reports.id)""",
    "mappings on sentences of another report than theirs: {count}": """
        SELECT count(*) FROM mappings JOIN sentences ON sentences.id = mappings.sentence_id
        WHERE sentences.report_id <> mappings.report_id""",
    "actions that can be undone and are not in the log: {count}": """
        SELECT count(*) FROM undo_stack WHERE NOT EXISTS
        (SELECT 1 FROM review_actions WHERE review_actions.id = undo_stack.log_id)""",
}
"""What a database says that has lost rows, or holds them twice; each query counts what contradicts itself."""


def damage(connection: Connection) -> list[str]:
    """Return the faults that SQLite finds in pages and foreign keys; none for another kind of database."""
    if connection.dialect.name != "sqlite":
        return []
    try:
        found = [str(row[0]) for row in connection.execute(text(f"PRAGMA integrity_check({_NAMED})"))]
        dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
    except DatabaseError as error:
        return [str(error.orig)]
    if found != ["ok"]:
        return [line for item in found for line in item.splitlines()][:_NAMED]
    return [] if dangling is None else [f"rows of {dangling[0]} point at nothing in {dangling[2]}"]


def contradictions(connection: Connection) -> list[str]:
    """Return missing tables and columns or, where none are missing, violated invariants."""
    found = inspect(connection)
    there = set(found.get_table_names())
    if missing := sorted(set(metadata.tables) - there):
        return [f"the table {name} is missing" for name in missing]
    for name, table in metadata.tables.items():
        columns = {column["name"] for column in found.get_columns(name)}
        missing += [
            f"the column {column.name} of {name} is missing" for column in table.columns if column.name not in columns
        ]
    if missing:
        return missing
    counts = {words: connection.execute(text(query)).scalar_one() for words, query in _RULES.items()}
    return [words.format(count=count) for words, count in counts.items() if count]


def require_sound(path: Path) -> None:
    """Raise an error unless the database of a backup is intact.

    Raises
    ------
    Invalid
        It is damaged, or is no database.
    """
    with unchanging(path) as connection:
        if found := damage(connection):
            raise Invalid(f"The database in it is damaged: {'; '.join(found)}.")


@contextmanager
def unchanging(path: Path) -> Iterator[Connection]:
    """Connect to a SQLite file that nobody writes to, without creating side files."""
    uri = f"file:{quote(str(path.resolve()))}?immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
