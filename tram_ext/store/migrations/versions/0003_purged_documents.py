"""When the file of a document was purged; the row stays, for its report."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("purged_on", sa.DateTime(), nullable=True))
