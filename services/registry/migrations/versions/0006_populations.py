"""The numbers of people that rates are divided by."""

from alembic import op
from alembic.operations import Operations

from shared.department.migrations import create_population_table, drop_population_table

revision = "0006_populations"
down_revision = "0005_categories"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_population_table(Operations(op.get_context()))


def downgrade() -> None:
    drop_population_table(Operations(op.get_context()))
