"""Decisions about single techniques of a sentence, and what reviewers had been shown when they decided.

What was decided so far was decided about sentences, and stays that: a mapping without a disposition counts as its
sentence does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Within the column, SQLite takes the constraint without copying the table.
    decided = sa.CheckConstraint("disposition IN ('accept', 'reject')", name=op.f("ck_mappings_disposition"))
    op.add_column("mappings", sa.Column("disposition", sa.String(10), decided, nullable=True))
    op.add_column("review_actions", sa.Column("shown", sa.JSON(), nullable=True))
