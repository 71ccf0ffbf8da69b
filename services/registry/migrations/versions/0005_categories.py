"""Statuses are found by category and counted by batch and programme."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_categories"
down_revision = "0004_status_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'{}'")
    op.add_column(
        "household_status", sa.Column("categories", sa.ARRAY(sa.Text()), nullable=False, server_default=empty)
    )
    op.add_column(
        "household_status",
        sa.Column("programmes", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )


def downgrade() -> None:
    op.drop_column("household_status", "programmes")
    op.drop_column("household_status", "categories")
