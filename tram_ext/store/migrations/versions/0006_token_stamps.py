"""Tokens are withdrawn by stamps instead of by the clock, and names of users are kept in one form (NFC)."""

import logging
import secrets
import unicodedata
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_log = logging.getLogger("tram_ext.store.migrate")

_LONGEST_NAME = 149

_users = sa.table(
    "users", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("token_stamp", sa.String)
)
_review_actions = sa.table(
    "review_actions",
    sa.column("at", sa.DateTime),
    sa.column("user_name", sa.String),
    sa.column("action", sa.String),
    sa.column("target_kind", sa.String),
    sa.column("target_id", sa.Integer),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
    sa.column("batch", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.add_column(sa.Column("token_stamp", sa.String(length=32), server_default="", nullable=False))
        users.drop_column("tokens_valid_from")
    connection = op.get_bind()
    names = {
        row.id: row.name for row in connection.execute(sa.select(_users.c.id, _users.c.name).order_by(_users.c.id))
    }
    for user_id in names:
        connection.execute(sa.update(_users).where(_users.c.id == user_id).values(token_stamp=secrets.token_hex(8)))
    _compose_names(connection, names)


def _compose_names(connection: sa.Connection, names: dict[int, str]) -> None:
    """Bring names to NFC; of two users whose names differ in nothing else, the second gets a number behind it."""
    taken = {name for name in names.values() if unicodedata.is_normalized("NFC", name)}
    for user_id, name in names.items():
        composed = unicodedata.normalize("NFC", name)
        if composed == name:
            continue
        free = _free_name(composed, taken)
        taken.add(free)
        connection.execute(sa.update(_users).where(_users.c.id == user_id).values(name=free))
        connection.execute(
            sa.insert(_review_actions).values(
                at=datetime.now(UTC).replace(tzinfo=None),
                user_name="tram-ext",
                action="rename user",
                target_kind="user",
                target_id=user_id,
                before={"name": name},
                after={"name": free},
                batch=secrets.token_hex(16),
            )
        )
        if free != composed:
            _log.warning(
                "There were two users %r, whose names differed in the form of their accents alone. One is %r from now "
                "on, with its password and role; 'jupyter tram user list' shows both. Whoever logs in through Jupyter "
                "is the one whose name is unchanged.",
                composed,
                free,
            )


def _free_name(name: str, taken: set[str]) -> str:
    """Return `name`, or with a number behind it the first that nobody has."""
    free, number = name[:_LONGEST_NAME], 2
    while free in taken:
        mark = f" ({number})"
        free, number = f"{name[: _LONGEST_NAME - len(mark)]}{mark}", number + 1
    return free
