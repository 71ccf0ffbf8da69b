"""The unified status: the departments' facts, one status a household, how far a re-evaluation has come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.database.row_scope import disable_row_scope, enable_row_scope

revision = "0002_status"
down_revision = "0001_registry"
branch_labels = None
depends_on = None

_SCOPE = "(SELECT current_setting('yihu.scope', true))::text[]"
_VISIBLE = f"""
  '%' = ANY ({_SCOPE}) OR EXISTS (
    SELECT FROM roster_household h WHERE h.household_id = department_facts.household_id
      AND h.division LIKE ANY ({_SCOPE}))
"""


def upgrade() -> None:
    op.create_table(
        "department_facts",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("valid_until", sa.Date()),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("household_id", "department", name="pk_department_facts"),
    )
    # No division of its own: facts may come before their household. Then only background work sees them.
    op.execute("ALTER TABLE department_facts ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY row_scope ON department_facts USING ({_VISIBLE}) WITH CHECK ({_VISIBLE})")
    op.create_table(
        "household_status",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("village_class", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("household_type", sa.Text(), nullable=False),
        sa.Column("income_state", sa.Text(), nullable=False),
        sa.Column("risk_level", sa.Text(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("unmet", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("signals", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("batches", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("causes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("proposals", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("guarantees", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("source_versions", postgresql.JSONB(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("household_id", name="pk_household_status"),
    )
    op.create_index("ix_household_status_code", "household_status", ["code"])
    op.create_index("ix_household_status_division_household_id", "household_status", ["division", "household_id"])
    op.create_index("ix_household_status_updated_at", "household_status", ["updated_at"])
    op.create_index("ix_household_status_valid_until", "household_status", ["valid_until"])
    enable_row_scope(op, "household_status")
    op.create_table(
        "status_evaluation",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("position", sa.Uuid(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_evaluation"),
    )


def downgrade() -> None:
    op.drop_table("status_evaluation")
    disable_row_scope(op, "household_status")
    op.drop_table("household_status")
    op.drop_table("department_facts")
