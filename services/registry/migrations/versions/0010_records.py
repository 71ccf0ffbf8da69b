"""Reviews of exits, hits of the screening, organisations."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations

from shared.department.migrations import create_record_table

revision = "0010_records"
down_revision = "0009_standing_lists"
branch_labels = None
depends_on = None

_TABLES = ("exit_review", "screening_hit", "organisation")


def upgrade() -> None:
    operations = Operations(op.get_context())
    create_record_table(
        operations,
        "exit_review",
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text()),
        sa.Column("adjusted_on", sa.Date()),
        sa.Column("adjustment", sa.Text()),
    )
    create_record_table(
        operations,
        "screening_hit",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("checked_on", sa.Date()),
        sa.Column("remark", sa.Text()),
    )
    create_record_table(
        operations,
        "organisation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_unit", sa.Boolean(), nullable=False),
        sa.Column("data_provider", sa.Boolean(), nullable=False),
        sa.Column("department", sa.Text()),
        sa.Column("listed_on", sa.Date(), nullable=False),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
