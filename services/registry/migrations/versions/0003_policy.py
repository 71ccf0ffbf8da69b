"""Policy values that places have set, and their history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.database.append_only import drop_append_only, make_append_only

revision = "0003_policy"
down_revision = "0002_status"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("concept", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_author(),
        sa.PrimaryKeyConstraint("key", "area", "year", name="pk_policy_setting"),
    )
    op.create_table(
        "policy_history",
        sa.Column("history_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *_author(),
        sa.PrimaryKeyConstraint("history_id", name="pk_policy_history"),
    )
    op.create_index("ix_policy_history_key_history_id", "policy_history", ["key", "history_id"])
    make_append_only(op, "policy_history")


def downgrade() -> None:
    drop_append_only(op, "policy_history")
    op.drop_table("policy_setting")


def _author() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
