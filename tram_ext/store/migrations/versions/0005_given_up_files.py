"""Files that nothing owns any more, until they are deleted; those of documents that were purged so far are such."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    given_up = op.create_table(
        "given_up_files",
        sa.Column("stored_name", sa.String(length=100), nullable=False),
        sa.Column("given_up_on", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stored_name", name=op.f("pk_given_up_files")),
    )
    documents = sa.table("documents", sa.column("stored_name"), sa.column("purged_on"))
    purged = sa.select(documents.c.stored_name, documents.c.purged_on).where(documents.c.purged_on.is_not(None))
    op.execute(sa.insert(given_up).from_select(["stored_name", "given_up_on"], purged))
