"""Migration of a database to the current tables: created, migrated after a backup, or refused."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text

from tram_ext.domain.errors import Unavailable
from tram_ext.store import addresses
from tram_ext.store.copies import SteadyReader
from tram_ext.store.soundness import damage

_log = logging.getLogger(__name__)

SCRIPTS: Final = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, scripts: Path = SCRIPTS) -> None:
    """Create or migrate the tables of a database.

    A database that exists already is backed up first (SQLite: beside it, in ``backups``). Processes that open the
    same database at once wait for one another.

    Parameters
    ----------
    scripts : Path
        Folder of the migrations, whose last one is where the database arrives.

    Raises
    ------
    Unavailable
        The database belongs to a newer version of the project, or to another program.
    """
    known = known_revisions(scripts)
    with engine.connect() as connection:
        if _revision(connection) == known[-1]:
            return
    with _migrating(engine) as connection:
        revision = _revision(connection)
        if revision == known[-1]:
            return
        if revision is not None:
            _refuse_newer(engine, revision, known)
            _refuse_damaged(engine, connection)
            _back_up(engine, revision)
        elif inspect(connection).get_table_names():
            raise Unavailable(
                f"The database {addresses.shown(engine.url)} holds tables of another program. "
                "Name an empty one, or none, for tram-ext."
            )
        _upgrade(connection, scripts)


@contextlib.contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """Open a transaction for a migration.

    SQLite changes a table by copying it and dropping the old one, and a drop with foreign keys on would cascade to the
    rows that point at it: they are off, which SQLite allows only outside a transaction, and checked at its end.
    """
    with engine.connect().execution_options(tram_write=True) as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if dangling is not None:
                    raise Unavailable(
                        f"The migration of {addresses.shown(engine.url)} would leave rows of {dangling[0]} that "
                        "point at nothing. Nothing was changed; restore a backup, or report this."
                    )
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_revisions(scripts: Path = SCRIPTS) -> list[str]:
    """Return the migration revisions of this version, oldest first."""
    return sorted(path.name.split("_")[0] for path in (scripts / "versions").glob("[0-9]*_*.py"))


def _refuse_newer(engine: Engine, revision: str, known: Sequence[str]) -> None:
    if revision not in known:
        raise Unavailable(
            f"The database {addresses.shown(engine.url)} was made by a newer version of tram-ext (its schema is "
            f"{revision}, this version knows up to {known[-1]}). Upgrade tram-ext, or restore an older backup."
        )


def _refuse_damaged(engine: Engine, connection: Connection) -> None:
    """Raise an error for a damaged database: a migration copies tables, and would lose what it cannot read."""
    if found := damage(connection):
        raise Unavailable(
            f"The database {engine.url.render_as_string()} is damaged ({'; '.join(found)}), and was not migrated. "
            "Put a backup in its place with 'jupyter tram restore FILE', which keeps what is there aside."
        )


def _back_up(engine: Engine, revision: str) -> None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        _log.warning("Migrating %s from schema %s; backups of this database are yours to make.", engine.url, revision)
        return
    source = Path(engine.url.database)
    folder = source.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{source.stem}-{revision}-{time.strftime('%Y%m%dT%H%M%S')}.sqlite3"
    with contextlib.closing(SteadyReader(source)) as reader:
        reader.copy(target)
    _log.info("The database was backed up to %s before its migration from schema %s.", target, revision)


def _upgrade(connection: Connection, scripts: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
