"""Databases as 0.1.0 has left them."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tram_ext.store.engine import open_engine
from tram_ext.store.migrate import SCRIPTS


def at_revision(url, revision):
    """Make the tables as they were."""
    engine = open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def old_database(url, names):
    """Make a database of 0.1.0 with users, a report of each, and a password hash of each."""
    engine = at_revision(url, "0004")
    with engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        for name in names:
            key = connection.execute(
                text(
                    "INSERT INTO users (name, password_hash, role, tokens_valid_from, created_on) "
                    "VALUES (:name, :hash, 'analyst', 17, '2026-01-02 03:04:05') RETURNING id"
                ),
                {"name": name, "hash": f"hash of {name}"},
            ).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO reports (name, text, ml_model, created_by, created_on, updated_on) "
                    "VALUES ('r', 't', 'nb', :key, '2026-01-02 03:04:05', '2026-01-02 03:04:05')"
                ),
                {"key": key},
            )
    engine.dispose()
