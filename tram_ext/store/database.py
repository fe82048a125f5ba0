"""The store: opened once per process, and used in short units of work."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DatabaseError, IntegrityError

from tram_ext.domain.errors import Conflict, TramError, Unavailable
from tram_ext.store import addresses
from tram_ext.store.attack import AttackObjects
from tram_ext.store.copies import SteadyReader
from tram_ext.store.database_file import damaged
from tram_ext.store.documents import Documents
from tram_ext.store.engine import engine_of_existing, open_engine
from tram_ext.store.jobs import Jobs
from tram_ext.store.leases import Leases
from tram_ext.store.log import ReviewLog
from tram_ext.store.mappings import Mappings
from tram_ext.store.migrate import bring_up_to_date
from tram_ext.store.model_versions import ModelVersions
from tram_ext.store.overviews import Overviews
from tram_ext.store.records import Records
from tram_ext.store.reports import Reports
from tram_ext.store.sentences import Sentences
from tram_ext.store.settings import Settings
from tram_ext.store.soundness import contradictions, damage
from tram_ext.store.stored_files import StoredFiles
from tram_ext.store.tasks import Tasks
from tram_ext.store.training_data import TrainingData
from tram_ext.store.undo import UndoStack
from tram_ext.store.users import Users


class UnitOfWork:
    """The repositories, all on one connection and in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def settings(self) -> Settings:
        """Single values by key."""
        return Settings(self._connection)

    @cached_property
    def leases(self) -> Leases:
        """Leases on named work that one process at a time may do."""
        return Leases(self._connection)

    @cached_property
    def users(self) -> Users:
        """Users with roles and password hashes."""
        return Users(self._connection)

    @cached_property
    def overviews(self) -> Overviews:
        """Overviews over many sentences."""
        return Overviews(self._connection)

    @cached_property
    def attack(self) -> AttackObjects:
        """ATT&CK objects and releases."""
        return AttackObjects(self._connection)

    @cached_property
    def documents(self) -> Documents:
        """Uploaded documents."""
        return Documents(self._connection)

    @cached_property
    def stored_files(self) -> StoredFiles:
        """Names of files in the data folder."""
        return StoredFiles(self._connection)

    @cached_property
    def jobs(self) -> Jobs:
        """The queue."""
        return Jobs(self._connection)

    @cached_property
    def reports(self) -> Reports:
        """Reports with their sentences and mappings."""
        return Reports(self._connection)

    @cached_property
    def sentences(self) -> Sentences:
        """Sentences with their mappings, page by page."""
        return Sentences(self._connection)

    @cached_property
    def mappings(self) -> Mappings:
        """Techniques on sentences."""
        return Mappings(self._connection)

    @cached_property
    def records(self) -> Records:
        """Rows as plain states, for actions and undo."""
        return Records(self._connection)

    @cached_property
    def undo(self) -> UndoStack:
        """Undo and redo entries of each user."""
        return UndoStack(self._connection)

    @cached_property
    def training_data(self) -> TrainingData:
        """Accepted sentences, by column."""
        return TrainingData(self._connection)

    @cached_property
    def tasks(self) -> Tasks:
        """Trainings, checks of labels and learning curves."""
        return Tasks(self._connection)

    @cached_property
    def model_versions(self) -> ModelVersions:
        """Trained models and their cards."""
        return ModelVersions(self._connection)

    @cached_property
    def log(self) -> ReviewLog:
        """What was done, by whom, when: append-only."""
        return ReviewLog(self._connection)


class Store:
    """An open database at the current migration revision.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        As made by :func:`tram_ext.store.engine.open_engine`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the database at `url`; create or migrate it where needed.

        Raises
        ------
        Invalid
            `url` is no database URL.
        Unavailable
            The database cannot be opened: not a database, newer than this version, read-only, unreachable.
        """
        engine = open_engine(url)
        try:
            with _in_plain_words(engine):
                bring_up_to_date(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @contextlib.contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that only reads; it sees one state of the store throughout."""
        with _in_plain_words(self._engine), self._engine.connect() as connection, connection.begin():
            yield UnitOfWork(connection)

    @contextlib.contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that may write; it is committed at its end, or leaves no trace."""
        with (
            _in_plain_words(self._engine),
            self._engine.connect().execution_options(tram_write=True) as connection,
            connection.begin(),
        ):
            yield UnitOfWork(connection)

    def copy(self, target: Path, at_that_moment: Callable[[UnitOfWork], None]) -> str:
        """Copy a snapshot of a SQLite database while others go on writing, and return its migration revision.

        Parameters
        ----------
        target : Path
            A file that is not there yet.
        at_that_moment : callable
            Called while nobody can write, for files that must be as the copy has them.

        Raises
        ------
        Unavailable
            It cannot be read, or the disk is full.
        """
        assert self._engine.url.database
        try:
            with contextlib.ExitStack() as stack:
                with self.write() as work:
                    reader = stack.enter_context(contextlib.closing(SteadyReader(Path(self._engine.url.database))))
                    at_that_moment(work)
                reader.copy(target)
                return reader.schema()
        except (sqlite3.Error, OSError) as error:
            raise Unavailable(f"The database {self.url} cannot be copied: {error}.") from error

    def faults(self) -> tuple[list[str], list[str]]:
        """Run the database's integrity checks, which read all of it, and return what they find.

        Returns
        -------
        damage : list of str
            What cannot be read, or points at nothing (SQLite).
        contradictions : list of str
            What is missing of the tables, or does not agree with itself; nothing where there is damage.
        """
        with _in_plain_words(self._engine), self._engine.connect() as connection, connection.begin():
            found = damage(connection)
            return found, [] if found else contradictions(connection)

    @property
    def url(self) -> str:
        """The URL of the database, without its password."""
        return addresses.shown(self._engine.url)

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for benchmarks that count statements."""
        return self._engine

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


@contextlib.contextmanager
def peek(url: str) -> Iterator[UnitOfWork | None]:
    """Read from the database at `url` as it is: nothing is created or migrated.

    Yields
    ------
    UnitOfWork or None
        None where there is no database of this project yet. Else a unit whose tables may be those of another version:
        single values, and what says so of itself, can be read.

    Raises
    ------
    Invalid, Unavailable
        As :meth:`Store.open`.
    """
    engine = engine_of_existing(url)
    if engine is None:
        yield None
        return
    try:
        with _in_plain_words(engine), engine.connect() as connection:
            tables = inspect(connection)
            is_ours = tables.has_table("alembic_version") and tables.has_table("settings")
            yield UnitOfWork(connection) if is_ours else None
    finally:
        engine.dispose()


@contextlib.contextmanager
def _in_plain_words(engine: Engine) -> Iterator[None]:
    """Translate an error of the database driver into a domain error with a message for people."""
    try:
        yield
    except TramError:
        raise
    except IntegrityError as error:
        raise Conflict("Somebody else changed this at the same moment. Look at it again, and repeat.") from error
    except DatabaseError as error:
        raise _explained(str(error.orig), engine) from error


def _explained(said: str, engine: Engine) -> Unavailable:
    where = addresses.shown(engine.url)
    if "not a database" in said or "malformed" in said:
        return damaged(engine.url.database)
    return Unavailable(_explanation(said, where))


def _explanation(said: str, where: str) -> str:
    if "readonly" in said or "read-only" in said:
        return (
            f"The database {where} is read-only. Make its file and its folder writable, or choose another data folder."
        )
    if "locked" in said:
        return "Another process kept the database busy for too long. Nothing was changed; try again in a moment."
    if "full" in said:
        return f"The disk that holds {where} is full. Nothing was changed; make room and try again."
    return f"The database {where} cannot be used: {said}"
