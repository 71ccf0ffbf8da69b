"""Statuses remember a checksum of each part; what is stored as it came is stored plainly."""

import sqlalchemy as sa
from alembic import op

revision = "0004_status_parts"
down_revision = "0003_policy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("household_status", sa.Column("parts", sa.Text(), nullable=False, server_default="{}"))
    # Written with each change and read whole: to compress it costs more than its room.
    op.execute("ALTER TABLE household_status ALTER COLUMN body SET STORAGE EXTERNAL")
    # Only ever read whole: as jsonb it was parsed by the database for nothing.
    op.alter_column("department_facts", "content", type_=sa.Text(), postgresql_using="content::text")


def downgrade() -> None:
    op.execute("ALTER TABLE department_facts ALTER COLUMN content TYPE jsonb USING content::jsonb")
    op.execute("ALTER TABLE household_status ALTER COLUMN body SET STORAGE EXTENDED")
    op.drop_column("household_status", "parts")
