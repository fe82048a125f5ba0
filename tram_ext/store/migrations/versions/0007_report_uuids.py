"""UUIDs of reports, which STIX names them by; those that exist keep the ids under which they were exported so far.

Such an id followed from name and moment of creation. Where several reports have both in common, they were exported
under one id, as if they were one: the oldest keeps it, the others get new ones.
"""

import hashlib
import uuid
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

reports = sa.table(
    "reports",
    sa.column("id", sa.Integer()),
    sa.column("name", sa.Text()),
    sa.column("created_on", sa.DateTime()),
    sa.column("uuid", sa.String(36)),
)


def upgrade() -> None:
    # A column that may be null, and an index: SQLite adds neither a constraint nor a column without a default to a
    # table except by copying it, with the texts of all reports.
    op.add_column("reports", sa.Column("uuid", sa.String(36), nullable=True))
    connection = op.get_bind()
    given: set[str] = set()
    for key, name, created_on in connection.execute(
        sa.select(reports.c.id, reports.c.name, reports.c.created_on).order_by(reports.c.id)
    ).all():
        exported = _exported_so_far(name, created_on.replace(tzinfo=UTC).isoformat())
        own = str(uuid.uuid4()) if exported in given else exported
        given.add(own)
        connection.execute(sa.update(reports).where(reports.c.id == key).values(uuid=own))
    op.create_index("uq_reports_uuid", "reports", ["uuid"], unique=True)


def _exported_so_far(name: str, moment: str) -> str:
    digest = hashlib.sha256(f"tram-ext\0report\0{name}\0{moment}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
