"""Learning curves: tasks like trainings, with the points that were measured."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learning_curves",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["trainings.id"], name=op.f("fk_learning_curves_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_learning_curves")),
    )
