"""What was done about the lines of standing lists."""

from alembic import op
from alembic.operations import Operations

from shared.department.migrations import create_standing_list_tables, drop_standing_list_tables

revision = "0009_standing_lists"
down_revision = "0008_revocation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_standing_list_tables(Operations(op.get_context()))


def downgrade() -> None:
    drop_standing_list_tables(Operations(op.get_context()))
