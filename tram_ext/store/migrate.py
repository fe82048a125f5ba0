"""Bringing a database to the tables of today: made, migrated after a backup, or refused."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from tram_ext.domain.errors import Unavailable
from tram_ext.store import tables

_log = logging.getLogger(__name__)

SCRIPTS: Final = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine) -> None:
    """Make or migrate the tables behind `engine`.

    A database that exists already is backed up first (SQLite: beside it, in ``backups``). Processes that open the
    same database at once wait for one another.

    Raises
    ------
    Unavailable
        The database belongs to a newer version of the project, or to another program.
    """
    with engine.connect() as connection:
        if _revision(connection) == tables.REVISION:
            return
    with engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        revision = _revision(connection)
        if revision == tables.REVISION:
            return
        if revision is not None:
            _refuse_newer(engine, revision)
            _back_up(engine, revision)
        elif inspect(connection).get_table_names():
            raise Unavailable(
                f"The database {engine.url.render_as_string()} holds tables of another program. "
                "Name an empty one, or none, for tram-ext."
            )
        _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_revisions() -> list[str]:
    """Return the revisions this version of the project can migrate from, oldest first."""
    return sorted(path.name.split("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _refuse_newer(engine: Engine, revision: str) -> None:
    if revision not in known_revisions():
        raise Unavailable(
            f"The database {engine.url.render_as_string()} was made by a newer version of tram-ext (its schema is "
            f"{revision}, this version knows up to {tables.REVISION}). Upgrade tram-ext, or restore an older backup."
        )


def _back_up(engine: Engine, revision: str) -> None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        _log.warning("Migrating %s from schema %s; backups of this database are yours to make.", engine.url, revision)
        return
    source = Path(engine.url.database)
    folder = source.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{source.stem}-{revision}-{time.strftime('%Y%m%dT%H%M%S')}.sqlite3"
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()
    _log.info("The database was backed up to %s before its migration from schema %s.", target, revision)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
