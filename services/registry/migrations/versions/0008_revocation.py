"""A natural change keeps what it did, and who revoked it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_revocation"
down_revision = "0007_row_scope"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("natural_change", sa.Column("undo", postgresql.JSONB()))
    op.add_column("natural_change", sa.Column("revoked_at", sa.DateTime(timezone=True)))
    op.add_column("natural_change", sa.Column("revoked_by", sa.Text()))
    op.add_column("natural_change", sa.Column("revoke_reason", sa.Text()))


def downgrade() -> None:
    for column in ("revoke_reason", "revoked_by", "revoked_at", "undo"):
        op.drop_column("natural_change", column)
